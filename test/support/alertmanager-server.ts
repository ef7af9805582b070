import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrometheusPrograms } from '../../scripts/backends/prometheus-programs.ts';
import { freePort, MissingProgram, type ServerProcess, startServer } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';
import { MONITORING } from './prometheus-rules.ts';

type Labels = Readonly<Record<string, string>>;

export interface AlertGroup {
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly { readonly labels: Labels; readonly status: { readonly inhibitedBy: readonly string[] } }[];
}

const SECRETS = ['pagerduty-key', 'slack-url', 'smtp-password', 'heartbeat-token'];

/** A real Alertmanager with the project's configuration. Its secrets lead nowhere: it reaches nobody. */
export class AlertmanagerServer {
  readonly #url: string;
  readonly #directory: string;
  readonly #process: ServerProcess;

  private constructor(url: string, directory: string, process: ServerProcess) {
    this.#url = url;
    this.#directory = directory;
    this.#process = process;
  }

  /** Null, and a line that says what to do, where it is not installed; with `REQUIRE_BACKENDS=1` that is an error. */
  static start(programs: PrometheusPrograms): Promise<AlertmanagerServer | null> {
    return orSkip('Alertmanager', 'install prometheus-alertmanager', () => AlertmanagerServer.#start(programs));
  }

  static async #start({ alertmanager, areInstalled }: PrometheusPrograms): Promise<AlertmanagerServer> {
    if (!areInstalled) throw new MissingProgram('Alertmanager is not installed on this machine');
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-alertmanager-'));
    await cp(`${MONITORING}alertmanager/alertmanager.yaml`, join(directory, 'alertmanager.yaml'));
    await mkdir(join(directory, 'secrets'));
    for (const name of SECRETS) await writeFile(join(directory, 'secrets', name), 'http://127.0.0.1:9');
    const url = `http://127.0.0.1:${await freePort()}`;
    const process = await startServer({
      name: 'Alertmanager',
      program: alertmanager,
      args: [
        `--config.file=${join(directory, 'alertmanager.yaml')}`,
        `--storage.path=${join(directory, 'data')}`,
        `--web.listen-address=${new URL(url).host}`,
        '--cluster.listen-address=',
      ],
      logFile: join(directory, 'alertmanager.log'),
      cwd: directory,
      probe: () => demandOk(fetch(`${url}/-/ready`)),
    });
    return new AlertmanagerServer(url, directory, process);
  }

  /** Alerts that fire from now on, by their labels. */
  async receive(alerts: readonly Labels[]): Promise<void> {
    const body = JSON.stringify(alerts.map((labels) => ({ labels })));
    const headers = { 'content-type': 'application/json' };
    await demandOk(fetch(`${this.#url}/api/v2/alerts`, { method: 'POST', headers, body }));
  }

  /** What would be told together, and to whom. */
  async groups(): Promise<AlertGroup[]> {
    const response = await fetch(`${this.#url}/api/v2/alerts/groups`);
    return (await response.json()) as AlertGroup[];
  }

  async stop(): Promise<void> {
    await this.#process.stop('SIGTERM');
    await rm(this.#directory, { recursive: true });
  }
}

async function demandOk(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
}
