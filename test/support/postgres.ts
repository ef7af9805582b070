import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyAsReplica, postgresUrl, query, startPostgresServer } from '../../scripts/backends/postgres-server.ts';
import { orSkip } from './backends.ts';

export interface PostgresServer {
  /** An empty database of the caller's own. */
  readonly url: string;
  /** Null where the server is not ours to break. */
  readonly outage: { begin(): Promise<void>; end(): Promise<void> } | null;
  /** A server that follows this one. Null where that one is not ours. */
  readonly startReplica: (() => Promise<PostgresServer>) | null;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL with its durability as in production: a fresh database on `TEST_DATABASE_URL`, or else a cluster
 * of its own from the machine's binaries. Null, and a line that says what to do, when there is neither; with
 * `REQUIRE_BACKENDS=1` that is an error.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return freshDatabase(url);
  const hint = 'set TEST_DATABASE_URL=postgres://user:password@host/database, or install postgresql';
  return orSkip('PostgreSQL', hint, startCluster);
}

async function freshDatabase(serverUrl: string): Promise<PostgresServer> {
  const name = `tidegate_test_${randomUUID().replaceAll('-', '')}`;
  await query(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return {
    url: url.href,
    outage: null,
    startReplica: null,
    stop: () => query(serverUrl, `drop database ${name} with (force)`),
  };
}

async function startCluster(): Promise<PostgresServer> {
  return startIn(await mkdtemp(join(tmpdir(), 'tidegate-postgres-')));
}

async function startIn(directory: string): Promise<PostgresServer> {
  const place = { directory, port: null };
  let server = await startPostgresServer(place);
  return {
    url: postgresUrl(place),
    outage: {
      // The immediate shutdown: sessions are cut, and the next start recovers as after a crash.
      begin: () => server.stop('SIGQUIT'),
      end: async () => {
        server = await startPostgresServer(place);
      },
    },
    startReplica: async () => {
      const copy = await mkdtemp(join(tmpdir(), 'tidegate-postgres-'));
      await copyAsReplica(place, copy);
      return startIn(copy);
    },
    stop: async () => {
      // The fast shutdown: sessions end, what was committed stays.
      await server.stop('SIGINT');
      await rm(directory, { recursive: true });
    },
  };
}
