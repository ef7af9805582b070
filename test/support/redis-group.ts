import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import {
  clientOptions,
  pingRedis,
  settingsOf,
  startRedisServer,
  type TlsFiles,
} from '../../scripts/backends/redis-server.ts';
import { freePort, type ServerProcess, startServer } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';
import { makeCertificates } from './certificates.ts';

const HINT = 'install redis-server, and openssl';

export interface RedisNode {
  readonly port: number;
  readonly server: ServerProcess;
  /** For what a test does to the server itself. */
  readonly admin: Redis;
  /** After its end: on the same port, with what it kept. */
  restart(): Promise<void>;
}

export interface RedisGroupOptions {
  /** By TLS alone, with certificates of an authority of its own: see `tls`. */
  readonly encrypted?: boolean;
}

/** Several Redis servers that belong together, each with its durability as in production. */
export class RedisGroup {
  readonly nodes: RedisNode[] = [];
  readonly #servers: ServerProcess[] = [];
  readonly #directory: string;
  /** They speak to each other as to everybody else. */
  readonly tls: TlsFiles | undefined;

  private constructor(directory: string, tls: TlsFiles | undefined) {
    this.#directory = directory;
    this.tls = tls;
  }

  /** Null, and a line that says what to do, without redis-server; with `REQUIRE_BACKENDS=1` that is an error. */
  static async start(
    name: string,
    assemble: (group: RedisGroup) => Promise<void>,
    options: RedisGroupOptions = {},
  ): Promise<RedisGroup | null> {
    return orSkip(name, HINT, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'tidegate-redis-'));
      const group = new RedisGroup(directory, options.encrypted ? await makeCertificates(directory) : undefined);
      await assemble(group);
      return group;
    });
  }

  async add(args: readonly string[]): Promise<RedisNode> {
    const port = await freePort();
    const directory = join(this.#directory, String(port));
    const start = async () => {
      const server = await startRedisServer({ directory, port, args, tls: this.tls });
      this.#servers.push(server);
      return server;
    };
    const admin = new Redis(await clientOptions(port, this.tls));
    // Whoever asks is told.
    admin.on('error', () => {});
    const node = {
      port,
      server: await start(),
      admin,
      restart: async () => {
        node.server = await start();
      },
    };
    this.nodes.push(node);
    return node;
  }

  /** Watches over a primary and its replicas. Returns its port. */
  async addSentinel(name: string, primaryPort: number): Promise<number> {
    const port = await freePort();
    const config = join(this.#directory, `sentinel-${port}.conf`);
    const lines = [
      ...settingsOf(port, this.tls).map(([name, value]) => `${name.slice(2)} ${value}`),
      'bind 127.0.0.1',
      `dir ${this.#directory}`,
      `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    this.#servers.push(
      await startServer({
        name: 'Redis Sentinel',
        program: 'redis-server',
        args: [config, '--sentinel'],
        logFile: join(this.#directory, `sentinel-${port}.log`),
        cwd: this.#directory,
        probe: () => pingRedis(port, this.tls),
      }),
    );
    return port;
  }

  async stop(): Promise<void> {
    for (const { admin } of this.nodes) admin.disconnect();
    await Promise.all(this.#servers.map((server) => server.stop('SIGKILL')));
    await rm(this.#directory, { recursive: true });
  }
}
