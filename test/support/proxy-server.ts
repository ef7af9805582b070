import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, probePort, type ServerProcess, startServer } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';

const CONFIGURATION = fileURLToPath(new URL('../../deploy/proxy/haproxy.cfg', import.meta.url));
/** Nobody listens there. */
const VACANT = '127.0.0.1:1';

/** Ports of the loopback, two at most of each color. */
export interface ProxiedPorts {
  readonly blue: readonly number[];
  readonly green: readonly number[];
}

/** HAProxy with the configuration that is delivered, in front of gateways of two colors. */
export class ProxyServer {
  readonly url: string;
  /** What scripts and the configuration are told. */
  readonly env: Readonly<Record<string, string>>;
  readonly #directory: string;
  #process: ServerProcess | null = null;

  private constructor(directory: string, port: number, env: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.url = `http://127.0.0.1:${port}`;
    this.env = env;
  }

  /** Sends buyers to blue. Null, and a line that says what to do, where there is no HAProxy. */
  static async start(ports: ProxiedPorts): Promise<ProxyServer | null> {
    return orSkip('HAProxy', 'apt-get install -y haproxy', () => ProxyServer.#startOwn(ports));
  }

  static async #startOwn({ blue, green }: ProxiedPorts): Promise<ProxyServer> {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-proxy-'));
    const map = join(directory, 'active-color.map');
    await writeFile(map, 'active blue\n');
    const [port, statsPort] = [await freePort(), await freePort()];
    const proxy = new ProxyServer(directory, port, {
      PROXY_BIND: `127.0.0.1:${port}`,
      PROXY_STATS_BIND: `127.0.0.1:${statsPort}`,
      PROXY_ADMIN: join(directory, 'admin.sock'),
      ACTIVE_COLOR_MAP: map,
      TIDEGATE_URL: `http://127.0.0.1:${port}`,
      ...places('BLUE', blue),
      ...places('GREEN', green),
    });
    await proxy.start();
    return proxy;
  }

  async start(): Promise<void> {
    this.#process = await startServer({
      name: 'HAProxy (Debian: haproxy)',
      program: 'haproxy',
      args: ['-db', '-f', CONFIGURATION],
      logFile: join(this.#directory, 'haproxy.log'),
      cwd: this.#directory,
      env: this.env,
      probe: () => probePort(Number(new URL(this.url).port)),
    });
  }

  async stop(): Promise<void> {
    await this.#process?.stop('SIGTERM');
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true });
  }
}

function places(color: string, [one, two]: readonly number[]): Record<string, string> {
  const place = (port: number | undefined) => (port === undefined ? VACANT : `127.0.0.1:${port}`);
  return { [`${color}_1`]: place(one), [`${color}_2`]: place(two) };
}
