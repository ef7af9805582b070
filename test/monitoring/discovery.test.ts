import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { prometheusConfiguration } from '../../monitoring/prometheus/configurations.ts';
import { temporaryDirectory } from '../support/cli-process.ts';
import { findPrometheusPrograms, outcomeOf } from '../support/prometheus-programs.ts';

type Labels = Readonly<Record<string, string>>;

/** What `promtool check service-discovery` makes of a target. No labels: it is not scraped. */
interface Discovered {
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
}

const META = '__meta_kubernetes_';
const POD: Labels = {
  [`${META}pod_label_app_kubernetes_io_name`]: 'tidegate',
  [`${META}pod_label_app_kubernetes_io_component`]: 'gateway',
  [`${META}pod_container_port_name`]: 'http',
  [`${META}pod_phase`]: 'Running',
  [`${META}namespace`]: 'shop',
  [`${META}pod_name`]: 'tidegate-gateway-1',
};

const programs = await findPrometheusPrograms();

/** Why a pod is none of ours to scrape. */
const OTHERS: readonly Labels[] = [
  { [`${META}pod_label_app_kubernetes_io_name`]: 'another-program' },
  { [`${META}pod_label_app_kubernetes_io_component`]: 'migrate' },
  { [`${META}pod_container_port_name`]: 'debug' },
  { [`${META}pod_phase`]: 'Succeeded' },
];

describe.skipIf(!programs)('in Kubernetes', () => {
  test('a pod of Tidegate is scraped under its role and name', async () => {
    expect(await scraped('tidegate', [POD])).toMatchObject([
      { job: 'tidegate', role: 'gateway', namespace: 'shop', instance: 'tidegate-gateway-1' },
    ]);
  });

  test('a pod of another program, of a job, by another port, or that has ended is not', async () => {
    const pods = OTHERS.map((labels) => ({ ...POD, ...labels }));
    expect(await scraped('tidegate', pods)).toEqual(pods.map(() => ({})));
  });

  test('exporters beside Redis and PostgreSQL are scraped, and these are not asked themselves', async () => {
    for (const name of ['redis', 'postgres']) {
      const at = (port: string) => ({
        [`${META}pod_label_app_kubernetes_io_name`]: name,
        [`${META}pod_container_port_name`]: port,
      });
      expect(await scraped(name, [at('metrics'), at(name)])).toEqual([expect.objectContaining({ job: name }), {}]);
    }
  });

  test('kubelet, cAdvisor, node exporter and kube-state-metrics are scraped', async () => {
    const node = { [`${META}node_name`]: 'node-1' };
    const podOf = (name: string) => ({ ...POD, [`${META}pod_label_app_kubernetes_io_name`]: name });
    const targets = await Promise.all([
      scraped('kubelet', [node]),
      scraped('cadvisor', [node]),
      scraped('node', [podOf('node-exporter')]),
      scraped('kube-state-metrics', [podOf('kube-state-metrics')]),
    ]);
    expect(targets.flat()).toMatchObject([
      { node: 'node-1', __metrics_path__: '/metrics' },
      { node: 'node-1', __metrics_path__: '/metrics/cadvisor' },
      { job: 'node' },
      { job: 'kube-state-metrics' },
    ]);
  });
});

/**
 * What a job makes of targets that the cluster names by these labels, in their order, which is not promtool's: Debian's
 * Prometheus cannot ask a cluster itself.
 */
async function scraped(jobName: string, targets: readonly Labels[]): Promise<Labels[]> {
  const directory = await temporaryDirectory();
  const { scrape_configs } = prometheusConfiguration('kubernetes');
  const job = scrape_configs.find(({ job_name }) => job_name === jobName);
  const { kubernetes_sd_configs: _, authorization: _token, tls_config: _tls, ...rest } = job ?? { job_name: '' };
  const addresses = targets.map((_, index) => `10.0.0.${index}:8000`);
  const given = targets.map((labels, index) => ({ targets: [addresses[index]], labels }));
  const path = join(directory, 'prometheus.yaml');
  await writeFile(path, stringify({ scrape_configs: [{ ...rest, static_configs: given }] }));
  const args = ['check', 'service-discovery', '--timeout=1s', path, jobName];
  const { ok, output } = await outcomeOf(programs?.promtool ?? '', args);
  expect(ok, output).toBe(true);
  const discovered = (JSON.parse(output) as Discovered[]).toSorted((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
  expect(discovered.map(addressOf)).toEqual(addresses);
  return discovered.map(({ labels }) => labels);
}

function addressOf({ discoveredLabels }: Discovered): string {
  return discoveredLabels.__address__ ?? '';
}
