import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type ServerProcess, startServer } from './server-process.ts';

export interface RedisServerOptions {
  /** Keeps the append-only file over restarts. */
  readonly directory: string;
  readonly port: number;
  /** Settings beyond those of a store that may not lose what it said, as on the command line: `['--replicaof', …]`. */
  readonly args?: readonly string[];
  /** It speaks TLS, and nothing else. */
  readonly tls?: TlsFiles | undefined;
}

/** Paths of PEM files. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Every write is on disk before it is answered, and nothing is ever evicted. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', ''];

/** A Redis on the loopback. Throws `MissingProgram` when it is not installed. */
export async function startRedisServer({
  directory,
  port,
  args = [],
  tls,
}: RedisServerOptions): Promise<ServerProcess> {
  await mkdir(directory, { recursive: true });
  return startServer({
    name: 'Redis (Debian: redis-server)',
    program: 'redis-server',
    args: ['--bind', '127.0.0.1', ...settingsOf(port, tls).flat(), '--dir', directory, ...DURABLE, ...args],
    logFile: join(directory, 'redis.log'),
    cwd: directory,
    probe: () => pingRedis(port, tls),
  });
}

/** Where a server, or a sentinel, listens, and how it speaks to others too: as on the command line. */
export function settingsOf(port: number, tls: TlsFiles | undefined): (readonly [name: string, value: string])[] {
  if (!tls) return [['--port', String(port)]];
  return [
    ['--port', '0'],
    ['--tls-port', String(port)],
    ['--tls-ca-cert-file', tls.ca],
    ['--tls-cert-file', tls.certificate],
    ['--tls-key-file', tls.key],
    ['--tls-auth-clients', 'no'],
    ['--tls-replication', 'yes'],
  ];
}

/** Of a server on the loopback that was started so. */
export async function clientOptions(port: number, tls: TlsFiles | undefined) {
  return { host: '127.0.0.1', port, ...(tls && { tls: { ca: await readFile(tls.ca) } }) };
}

/** It listens before it has loaded what it kept. Throws while it does not answer. */
export async function pingRedis(port: number, tls?: TlsFiles): Promise<void> {
  const client = new Redis({ ...(await clientOptions(port, tls)), lazyConnect: true, retryStrategy: () => null });
  // Whoever waits for the answer is told.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
