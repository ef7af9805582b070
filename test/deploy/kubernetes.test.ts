import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { EnvReader } from '../../src/config/env.ts';
import { builtEnvironments, matches, podsOf, type Resource } from '../support/manifests.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COLORS = ['blue', 'green'] as const;
/** Finishing what is under way: docs/operations.md, "Start and stop". */
const FINISH_S = 30;

/** What could stand in the cloud's store of secrets. */
const A_SECRET: Readonly<Record<string, string>> = {
  STORE_URL: 'rediss://:password@redis.internal:6379',
  ORDER_LOG_URL: 'kafka+tls://tidegate:password@kafka-1.internal:9096,kafka-2.internal:9096',
  DATABASE_URL: 'postgres://tidegate:password@postgres.internal:5432/tidegate',
  DATABASE_REPLICA_URL: 'postgres://tidegate:password@replica.internal:5432/tidegate',
  ADMIN_TOKEN: 'a'.repeat(32),
  VIEWER_TOKEN: 'b'.repeat(32),
  TOKEN_KEYS: `one:${'c'.repeat(32)}`,
  PAYMENT_SECRET: 'd'.repeat(32),
  SMTP_URL: 'smtps://user:password@mail.internal:465',
  WEBHOOK_SECRET: 'e'.repeat(32),
};

const environments = await builtEnvironments();
const settings = await settingsOfReadme();

describe.each(environments)('$name:', ({ name, resources }) => {
  const all = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const one = (kind: string, called: string): Resource => {
    const found = all(kind).find(({ metadata }) => metadata.name.replace(/-[a-z0-9]{10}$/, '') === called);
    if (!found) throw new Error(`${name} has no ${kind} ${called}`);
    return found;
  };
  const workloads = resources.flatMap((resource) => {
    const pods = podsOf(resource);
    return pods ? [{ resource, pods, title: `${resource.kind} ${resource.metadata.name}` }] : [];
  });
  const containers = workloads.flatMap(({ resource, pods, title }) =>
    [...pods.spec.containers, ...(pods.spec.initContainers ?? [])].map((container) => ({ resource, container, title })),
  );

  test('every container is bounded, writes nowhere but on its volumes, and has no privilege', () => {
    for (const { container, title } of containers) {
      expect.soft(container.resources?.requests, title).toEqual({ cpu: expect.anything(), memory: expect.anything() });
      expect.soft(container.resources?.limits, title).toEqual({ cpu: expect.anything(), memory: expect.anything() });
      expect.soft(container.securityContext, title).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    for (const { pods, title } of workloads) {
      expect.soft(pods.spec.securityContext, title).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('whatever serves is asked whether it has started, lives and is ready; Tidegate by three paths', () => {
    for (const { resource, container, title } of containers.filter(({ resource }) => !/Job$/.test(resource.kind))) {
      const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
      expect.soft(probes, title).not.toContain(undefined);
      if (resource.metadata.labels?.['app.kubernetes.io/name'] !== 'tidegate') continue;
      const paths = probes.map((probe) => (probe as { httpGet: { path: string } }).httpGet.path);
      expect.soft(paths, title).toEqual(['/health/startup', '/health/live', '/health/ready']);
    }
  });

  test('no pod of the shop has a token of the API server, but for the one that changes autoscalers', () => {
    const withToken = workloads.filter(({ resource, pods }) => {
      return resource.metadata.namespace === 'tidegate' && pods.spec.automountServiceAccountToken !== false;
    });
    for (const { resource } of withToken) expect(resource.metadata.name).toMatch(/^pre-scale-/);
  });

  test('everything that selects pods finds some', () => {
    for (const { kind, metadata, spec } of resources) {
      const selector = selectorOf(kind, spec);
      if (selector === null) continue;
      const found = workloads.filter(({ resource, pods }) => {
        return resource.metadata.namespace === metadata.namespace && matches(selector, pods);
      });
      expect.soft(found.length, `${kind} ${metadata.name}`).toBeGreaterThan(0);
    }
  });

  test('what an autoscaler scales is there, and says nothing of replicas', () => {
    for (const { spec } of all('HorizontalPodAutoscaler')) {
      expect(one('Deployment', spec.scaleTargetRef.name).spec).not.toHaveProperty('replicas');
    }
  });

  test('every setting is one of the README, and is said once', () => {
    const plain = Object.keys(one('ConfigMap', 'tidegate-settings').data ?? {});
    const secret = secretNames(resources);
    expect([...plain, ...secret].filter((key) => !settings.includes(key))).toEqual([]);
    expect(plain.filter((key) => secret.includes(key))).toEqual([]);
  });

  test('all that a role needs in production is set', () => {
    const secrets = Object.fromEntries(secretNames(resources).map((key) => [key, A_SECRET[key]]));
    expect(Object.entries(secrets).filter(([, value]) => value === undefined)).toEqual([]);
    for (const ROLE of ['gateway', 'processor']) {
      const plain = one('ConfigMap', 'tidegate-settings').data;
      const config = readConfig({ NODE_ENV: 'production', ROLE, ...plain, ...secrets });
      expect(config).toMatchObject({ role: ROLE, store: { kind: 'redis' }, payment: { kind: 'http' } });
      expect(config.auth.mode).toBe(name === 'local' ? 'guest' : 'jwks');
    }
  });

  test('the ledger is migrated after the stores are there, and before whoever needs it', () => {
    const wave = ({ metadata }: Resource) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
    const migration = one('Job', 'tidegate-migration');
    expect(migration.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/hook': 'Sync' });
    const shop = all('Deployment').filter(({ metadata }) => metadata.name.startsWith('tidegate-'));
    expect(shop).toHaveLength(3);
    for (const deployment of shop) expect(wave(deployment)).toBeGreaterThan(wave(migration));
    for (const store of all('StatefulSet').filter(({ metadata }) => metadata.namespace === 'tidegate')) {
      expect(wave(store)).toBeLessThan(wave(migration));
    }
  });

  test('what is mounted into pods of an early wave is there by then', () => {
    const wave = ({ metadata }: Resource) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
    for (const { resource, pods, title } of workloads) {
      for (const { configMap } of pods.spec.volumes ?? []) {
        if (!configMap) continue;
        const mounted = all('ConfigMap').find(({ metadata }) => metadata.name === configMap.name);
        expect.soft(mounted && wave(mounted), `${title}: ${configMap.name}`).toBeLessThanOrEqual(wave(resource));
      }
    }
  });

  test('a pod that is to stop has the time to drain and to finish', () => {
    const { DRAIN_TIME } = one('ConfigMap', 'tidegate-settings').data ?? {};
    const drainS = new EnvReader({ DRAIN_TIME }).durationMs('DRAIN_TIME', 0) / 1_000;
    for (const deployment of ['tidegate-gateway-blue', 'tidegate-gateway-green', 'tidegate-processor']) {
      const grace = podsOf(one('Deployment', deployment))?.spec.terminationGracePeriodSeconds;
      expect(drainS).toBeGreaterThan(0);
      expect(grace).toBeGreaterThan(drainS + FINISH_S);
    }
  });

  test('gateways of a color know it, and their own service reaches no other', () => {
    for (const color of COLORS) {
      const { spec } = one('Deployment', `tidegate-gateway-${color}`);
      expect(spec.template.metadata.labels.color).toBe(color);
      expect(spec.selector.matchLabels.color).toBe(color);
      expect(one('Service', `tidegate-gateway-${color}`).spec.selector.color).toBe(color);
      expect(one('PodDisruptionBudget', `tidegate-gateway-${color}`).spec.selector.matchLabels.color).toBe(color);
    }
  });

  test('trap: blue/green: which color buyers reach is in no manifest, so nothing that applies them changes it', () => {
    const { spec } = one('Service', 'tidegate-gateway');
    expect(spec.selector).not.toHaveProperty('color');
    for (const color of COLORS) {
      const pods = podsOf(one('Deployment', `tidegate-gateway-${color}`));
      expect(pods && matches(spec.selector, pods)).toBe(true);
    }
  });

  test('an image has one version and one name, and none that moves', () => {
    const images = [...new Set(containers.map(({ container }) => container.image))];
    expect(images.filter((image) => !/:[\w.-]+$|@sha256:/.test(image) || image.endsWith(':latest'))).toEqual([]);
    const repositories = images.map((image) => image.replace(/[:@][^/]+$/, '').replace(/^.*\//, ''));
    // Blue and green may be of two versions; that is what they are for.
    const others = repositories.filter((repository) => repository !== 'tidegate');
    expect(others).toEqual([...new Set(others)]);
  });

  test('a payment service in the cluster calls a service there back, and may', () => {
    const payments = workloads.find(({ resource }) => resource.metadata.name === 'payments');
    const own = one('ConfigMap', 'tidegate-settings').data?.PAYMENT_CALLBACK_URL;
    expect(own === undefined, 'only a payment service outside comes in as buyers do').toBe(payments === undefined);
    if (!payments || !own) return;
    const { selector } = one('Service', new URL(own).hostname).spec;
    const policies = all('NetworkPolicy').filter(({ metadata }) => metadata.namespace === 'tidegate');
    const of = (labels: Record<string, string>) =>
      policies.filter(({ spec }) => JSON.stringify(spec.podSelector.matchLabels) === JSON.stringify(labels));
    const payer = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'payments' } } };
    const out = of(payer.podSelector.matchLabels).flatMap(({ spec }) => spec.egress ?? []);
    expect(out).toContainEqual({ to: [{ podSelector: { matchLabels: selector } }], ports: [{ port: 8000 }] });
    const into = of(selector).flatMap(({ spec }) => spec.ingress ?? []);
    expect(into).toContainEqual({ from: [payer], ports: [{ port: 'http' }] });
  });

  test('where nothing is allowed by itself, every pod is named by some policy', () => {
    const policies = all('NetworkPolicy').filter(({ metadata }) => metadata.namespace === 'tidegate');
    const denied = policies.find(({ metadata }) => metadata.name === 'default-deny');
    expect(denied?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const named = policies
      .map(({ spec }) => spec.podSelector.matchLabels ?? {})
      .filter((labels) => Object.keys(labels).length > 0);
    for (const { resource, pods, title } of workloads) {
      if (resource.metadata.namespace !== 'tidegate') continue;
      expect
        .soft(
          named.some((labels) => matches(labels, pods)),
          title,
        )
        .toBe(true);
    }
  });
});

function selectorOf(kind: string, spec: Resource['spec']): Record<string, string> | null {
  if (kind === 'Service') return spec.selector ?? null;
  if (kind === 'PodDisruptionBudget') return spec.selector.matchLabels;
  if (kind === 'NetworkPolicy') return spec.podSelector.matchLabels ?? null;
  return null;
}

/** Of what a Secret will hold in the cluster, whether it is made here or comes from outside. */
function secretNames(resources: readonly Resource[]): string[] {
  return resources
    .filter(({ metadata }) => metadata.name.startsWith('tidegate-secrets'))
    .flatMap(({ data, spec }) => [
      ...Object.keys(data ?? {}),
      ...(spec?.data ?? []).map(({ secretKey }: { secretKey: string }) => secretKey),
    ]);
}

async function settingsOfReadme(): Promise<string[]> {
  const readme = await readFile(`${ROOT}README.md`, 'utf8');
  return [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name);
}
