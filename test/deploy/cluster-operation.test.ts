import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtEnvironments, builtManifests, type Container, podsOf } from '../support/manifests.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const environments = await builtEnvironments();
const applications = (await builtManifests('argo'))?.filter(({ kind }) => kind === 'Application') ?? [];

describe.each(environments.filter(({ name }) => name !== 'local'))('$name, with real sales:', ({ resources }) => {
  const scalers = resources.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');

  test('autoscalers go from 2 to 10 within 30 s, by processor time and by what waits, and down over 300 s', () => {
    expect(scalers).toHaveLength(3);
    for (const { spec } of scalers) {
      expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 10 });
      expect(spec.metrics[0].resource).toEqual({
        name: 'cpu',
        target: { type: 'Utilization', averageUtilization: 60 },
      });
      expect(secondsUpTo(10, 2, spec.behavior.scaleUp)).toBeLessThanOrEqual(30);
      expect(spec.behavior.scaleDown.stabilizationWindowSeconds).toBe(300);
    }
  });

  test('what they ask for beside it is what the adapter gives', () => {
    const adapter =
      resources.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('prometheus-adapter-'))
        ?.data?.['adapter.yaml'] ?? '';
    const asked = scalers.flatMap(({ spec }) =>
      spec.metrics.flatMap((metric: { external?: { metric: { name: string } } }) => metric.external?.metric.name ?? []),
    );
    expect([...new Set(asked)]).toEqual(['tidegate_queue_length', 'tidegate_order_log_lag_events']);
    for (const name of asked) expect(adapter).toContain(`as: ${name}`);
  });

  test('after a sale the floor goes back to where the autoscalers have it', () => {
    const down = resources.find(({ metadata }) => metadata.name === 'pre-scale-down');
    const patches = (
      down && (podsOf(down)?.spec.containers as readonly (Container & { args: string[] })[] | undefined)
    )?.map(({ args }) => args.join(' '));
    expect(patches).toHaveLength(2);
    for (const patch of patches ?? []) expect(patch).toContain('{"spec":{"minReplicas":2,"maxReplicas":10}}');
    const named = patches?.flatMap((patch) => patch.match(/tidegate-[\w-]+/g) ?? []).sort();
    expect(named).toEqual(scalers.map(({ metadata }) => metadata.name).sort());
  });

  test('streams pass as they come, and metrics stay inside', () => {
    const ways = resources
      .filter(({ kind }) => kind === 'Ingress')
      .map(({ metadata, spec }) => ({
        annotations: metadata.annotations ?? {},
        paths: spec.rules[0].http.paths as readonly { path: string; backend: { service: { name: string } } }[],
      }));
    const metrics = ways.flatMap(({ paths }) => paths.filter(({ path }) => path === '/metrics'));
    expect(metrics.map(({ backend }) => backend.service.name)).toEqual([
      expect.stringMatching(/^(nowhere|not-found)$/),
    ]);

    const streams = ways.find(({ paths }) => paths.some(({ path }) => path.endsWith('/events'))) ?? ways[0];
    const told = streams?.annotations ?? {};
    const nginx = 'nginx.ingress.kubernetes.io/';
    if (`${nginx}proxy-buffering` in told) {
      expect(told).toMatchObject({ [`${nginx}proxy-buffering`]: 'off', [`${nginx}proxy-read-timeout`]: '3600' });
    } else {
      // It never buffers; heartbeats come every 15 s.
      const attributes = told['alb.ingress.kubernetes.io/load-balancer-attributes'] ?? '';
      expect(Number(/idle_timeout\.timeout_seconds=(\d+)/.exec(attributes)?.[1])).toBeGreaterThan(15);
    }
  });

  test('no secret is in git', () => {
    expect(resources.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });
});

describe.runIf(applications.length > 0)('Argo CD', () => {
  test.each(applications)(
    '$metadata.name prunes and heals, and leaves the color, replicas and floors alone',
    ({ spec }) => {
      expect(spec.syncPolicy.automated).toEqual({ prune: true, selfHeal: true });
      expect(spec.syncPolicy.syncOptions).toContain('RespectIgnoreDifferences=true');
      expect(spec.ignoreDifferences).toEqual([
        { kind: 'Service', name: 'tidegate-gateway', jsonPointers: ['/spec/selector/color'] },
        { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
        {
          group: 'autoscaling',
          kind: 'HorizontalPodAutoscaler',
          jsonPointers: ['/spec/minReplicas', '/spec/maxReplicas'],
        },
      ]);
    },
  );

  test('each environment is kept by one application', () => {
    const paths = applications.map(({ spec }) => spec.source.path).sort();
    expect(paths).toEqual(['deploy/kustomize/overlays/production', 'deploy/kustomize/overlays/staging']);
  });
});

test('every rule file and every dashboard gets into the cluster', async () => {
  const kustomization = await readFile(`${ROOT}monitoring/kustomization.yaml`, 'utf8');
  for (const folder of ['prometheus/rules', 'grafana/dashboards']) {
    for (const file of await readdir(`${ROOT}monitoring/${folder}`))
      expect.soft(kustomization).toContain(`- ${folder}/${file}`);
  }
});

/** By the most that each step allows, with the first one at once. */
function secondsUpTo(
  target: number,
  from: number,
  { policies }: { policies: readonly { type: string; value: number; periodSeconds: number }[] },
): number {
  let replicas = from;
  let seconds = 0;
  while (replicas < target) {
    replicas += Math.max(
      ...policies.map(({ type, value }) => (type === 'Pods' ? value : Math.ceil((replicas * value) / 100))),
    );
    seconds += Math.max(...policies.map(({ periodSeconds }) => periodSeconds));
  }
  return seconds;
}
