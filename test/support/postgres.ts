import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chown, glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const BINARIES = ['/usr/lib/postgresql/*/bin/initdb', '/opt/homebrew/opt/postgresql@*/bin/initdb'];
const START_TRIES = 300;
const TRY_EVERY_MS = 100;

export interface PostgresServer {
  /** An empty database of the caller's own. */
  readonly url: string;
  /** Null where the server is not ours to break. */
  readonly outage: { begin(): Promise<void>; end(): Promise<void> } | null;
  stop(): Promise<void>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * A real PostgreSQL with its durability as in production: a fresh database on `TEST_DATABASE_URL`, or else a cluster
 * of its own from the machine's binaries. Null, and a line that says what to do, when there is neither; with
 * `REQUIRE_BACKENDS=1` that is an error.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return freshDatabase(url);
  const binaries = await findBinaries();
  if (binaries) return startCluster(binaries);
  const hint = 'No PostgreSQL: set TEST_DATABASE_URL=postgres://user:password@host/database, or install postgresql.';
  if (process.env.REQUIRE_BACKENDS === '1') throw new Error(hint);
  console.warn(`SKIPPED: tests on PostgreSQL. ${hint}`);
  return null;
}

async function freshDatabase(serverUrl: string): Promise<PostgresServer> {
  const name = `tidegate_test_${randomUUID().replaceAll('-', '')}`;
  await administer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return { url: url.href, outage: null, stop: () => administer(serverUrl, `drop database ${name} with (force)`) };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The newest that Debian or Homebrew keep beside each other. */
async function findBinaries(): Promise<string | undefined> {
  const found: string[] = [];
  for await (const initdb of glob(BINARIES)) found.push(initdb);
  const initdb = found.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return initdb && dirname(initdb);
}

async function startCluster(binaries: string): Promise<PostgresServer> {
  const account = await serverAccount();
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined) await chown(directory, account.uid, account.gid);
  const data = join(directory, 'data');
  await run(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], {
    ...account,
    cwd: directory,
  });
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(directory)}`;
  const start = async () => {
    // A socket in a directory of its own: no port that another process could take first.
    const server = spawn(join(binaries, 'postgres'), ['-D', data, '-k', directory, '-c', 'listen_addresses='], {
      ...account,
      cwd: directory,
      stdio: 'ignore',
    });
    await untilReady(server, url);
    return server;
  };
  let server = await start();
  return {
    url,
    outage: {
      // The immediate shutdown: sessions are cut, and the next start recovers as after a crash.
      begin: () => stopServer(server, 'SIGQUIT'),
      end: async () => {
        server = await start();
      },
    },
    stop: async () => {
      // The fast shutdown: sessions end, what was committed stays.
      await stopServer(server, 'SIGINT');
      await rm(directory, { recursive: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await administer(url, 'select 1');
    } catch (cause) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with code ${server.exitCode}`, { cause });
      if (tries === START_TRIES) throw cause;
      await sleep(TRY_EVERY_MS);
    }
  }
}

async function stopServer(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}
