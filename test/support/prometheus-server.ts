import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { prometheusConfiguration } from '../../monitoring/prometheus/configurations.ts';
import type { Rule, RuleFile } from '../../monitoring/prometheus/rule-file.ts';
import type { PrometheusPrograms } from '../../scripts/backends/prometheus-programs.ts';
import { freePort, type ServerProcess, startServer } from '../../scripts/backends/server-process.ts';
import { filesIn, isAlert, readYaml } from './prometheus-rules.ts';
import { shorter, withShorterWindows } from './promql.ts';

export interface ScrapeTargets {
  /** By role. */
  readonly tidegate: Readonly<Record<string, readonly string[]>>;
  readonly nodes: readonly string[];
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [atSeconds: number, value: string];
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** Rules wait for a tenth of their time, and look over a tenth of their windows. Nothing else of them is changed. */
const FASTER = 10;
const INTERVAL = '1s';

/** A real Prometheus with the project's own configuration and rules, only quicker, over targets of a test. */
export class PrometheusServer {
  readonly #url: string;
  readonly #directory: string;
  readonly #processes: readonly ServerProcess[];

  private constructor(url: string, directory: string, processes: readonly ServerProcess[]) {
    this.#url = url;
    this.#directory = directory;
    this.#processes = processes;
  }

  static async start(programs: PrometheusPrograms, tidegate: ScrapeTargets['tidegate']): Promise<PrometheusServer> {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-prometheus-'));
    const [port, nodePort] = [await freePort(), await freePort()];
    const node = await startNodeExporter(programs, directory, nodePort);
    await writeConfiguration(directory, { tidegate, nodes: [`127.0.0.1:${nodePort}`] }, port);
    const url = `http://127.0.0.1:${port}`;
    const prometheus = await startServer({
      name: 'Prometheus',
      program: programs.prometheus,
      args: [
        `--config.file=${join(directory, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      logFile: join(directory, 'prometheus.log'),
      cwd: directory,
      probe: () => probe(`${url}/-/ready`),
    });
    return new PrometheusServer(url, directory, [prometheus, node]);
  }

  /** What an expression comes to now. */
  async query(expr: string): Promise<Sample[]> {
    const { result } = await this.#ask<{ result: Sample[] }>('query', { query: expr });
    return result;
  }

  /** The label sets of all series that a metric ever had. */
  series(metric: string): Promise<Readonly<Record<string, string>>[]> {
    return this.#ask('series', { 'match[]': `{__name__="${metric}"}` });
  }

  /** Pending and firing. */
  async alerts(): Promise<FiringAlert[]> {
    const { alerts } = await this.#ask<{ alerts: FiringAlert[] }>('alerts', {});
    return alerts;
  }

  async isFiring(name: string): Promise<boolean> {
    return (await this.alerts()).some(({ labels, state }) => labels.alertname === name && state === 'firing');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop('SIGTERM')));
    await rm(this.#directory, { recursive: true });
  }

  async #ask<Data>(what: string, query: Readonly<Record<string, string>>): Promise<Data> {
    const response = await fetch(`${this.#url}/api/v1/${what}?${new URLSearchParams(query)}`);
    const { data, error } = (await response.json()) as { data: Data; error?: string };
    if (error !== undefined) throw new Error(`${error}: ${JSON.stringify(query)}`);
    return data;
  }
}

function startNodeExporter(programs: PrometheusPrograms, cwd: string, port: number): Promise<ServerProcess> {
  return startServer({
    name: 'the node exporter',
    program: programs.nodeExporter,
    args: [`--web.listen-address=127.0.0.1:${port}`],
    logFile: join(cwd, 'node-exporter.log'),
    cwd,
    probe: () => probe(`http://127.0.0.1:${port}/metrics`),
  });
}

async function probe(url: string): Promise<void> {
  const response = await fetch(url);
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

/** The configuration for one machine, with other targets, its own files of rules, and less patience. */
async function writeConfiguration(directory: string, targets: ScrapeTargets, port: number): Promise<void> {
  const { global, scrape_configs, ...rest } = prometheusConfiguration('local');
  const own: Readonly<Record<string, object>> = {
    prometheus: { static_configs: [{ targets: [`127.0.0.1:${port}`] }] },
    node: { static_configs: [{ targets: targets.nodes }] },
  };
  const configuration = {
    ...rest,
    global: { ...global, scrape_interval: INTERVAL, evaluation_interval: INTERVAL },
    alerting: {},
    scrape_configs: scrape_configs.map((job) => ({
      ...job,
      ...own[job.job_name],
      scrape_interval: INTERVAL,
      scrape_timeout: INTERVAL,
    })),
  };
  await writeFile(join(directory, 'prometheus.yaml'), stringify(configuration));
  await mkdir(join(directory, 'targets'));
  const roles = Object.entries(targets.tidegate).map(([role, addresses]) => ({ labels: { role }, targets: addresses }));
  await writeFile(join(directory, 'targets', 'fleet.yaml'), stringify(roles));
  await mkdir(join(directory, 'rules'));
  for (const path of await filesIn('prometheus/rules')) {
    await writeFile(join(directory, 'rules', basename(path)), stringify(quicker(await readYaml<RuleFile>(path))));
  }
}

function quicker({ groups }: RuleFile): RuleFile {
  return { groups: groups.map(({ interval: _, ...group }) => ({ ...group, rules: group.rules.map(quickerRule) })) };
}

function quickerRule(rule: Rule): Rule {
  const expr = withShorterWindows(rule.expr, FASTER);
  return isAlert(rule) && rule.for !== undefined
    ? { ...rule, expr, for: shorter(rule.for, FASTER) }
    : { ...rule, expr };
}
