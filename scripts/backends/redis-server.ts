import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type ServerProcess, startServer } from './server-process.ts';

export interface RedisServerOptions {
  /** Keeps the append-only file over restarts. */
  readonly directory: string;
  readonly port: number;
  /** Settings beyond those of a store that may not lose what it said, as on the command line: `['--replicaof', …]`. */
  readonly args?: readonly string[];
}

/** Every write is on disk before it is answered, and nothing is ever evicted. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', ''];

/** A Redis on the loopback. Throws `MissingProgram` when it is not installed. */
export async function startRedisServer({ directory, port, args = [] }: RedisServerOptions): Promise<ServerProcess> {
  await mkdir(directory, { recursive: true });
  return startServer({
    name: 'Redis (Debian: redis-server)',
    program: 'redis-server',
    args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, ...DURABLE, ...args],
    logFile: join(directory, 'redis.log'),
    cwd: directory,
    probe: () => ping(port),
  });
}

/** It listens before it has loaded what it kept. */
async function ping(port: number): Promise<void> {
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
  // Whoever waits for the answer is told.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
