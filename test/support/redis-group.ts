import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedisServer } from '../../scripts/backends/redis-server.ts';
import { freePort, type ServerProcess, startServer } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';

const HINT = 'install redis-server';

export interface RedisNode {
  readonly port: number;
  readonly server: ServerProcess;
  /** For what a test does to the server itself. */
  readonly admin: Redis;
}

/** Several Redis servers that belong together, each with its durability as in production. */
export class RedisGroup {
  readonly nodes: RedisNode[] = [];
  readonly #servers: ServerProcess[] = [];
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null, and a line that says what to do, without redis-server; with `REQUIRE_BACKENDS=1` that is an error. */
  static async start(name: string, assemble: (group: RedisGroup) => Promise<void>): Promise<RedisGroup | null> {
    return orSkip(name, HINT, async () => {
      const group = new RedisGroup(await mkdtemp(join(tmpdir(), 'tidegate-redis-')));
      await assemble(group);
      return group;
    });
  }

  async add(args: readonly string[]): Promise<RedisNode> {
    const port = await freePort();
    const directory = join(this.#directory, String(port));
    const server = await startRedisServer({ directory, port, args });
    const admin = new Redis({ port, host: '127.0.0.1' });
    // Whoever asks is told.
    admin.on('error', () => {});
    const node = { port, server, admin };
    this.nodes.push(node);
    this.#servers.push(server);
    return node;
  }

  /** Watches over a primary and its replicas. Returns its port. */
  async addSentinel(name: string, primaryPort: number): Promise<number> {
    const port = await freePort();
    const config = join(this.#directory, `sentinel-${port}.conf`);
    const lines = [
      `port ${port}`,
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
        probe: () => answers(port),
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

async function answers(port: number): Promise<void> {
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
