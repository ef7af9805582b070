import { execFile } from 'node:child_process';
import { chown, glob, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { exists } from './exists.ts';
import { type Account, MissingProgram, type ServerProcess, startServer } from './server-process.ts';

const run = promisify(execFile);
const BINARIES = ['/usr/lib/postgresql/*/bin/initdb', '/opt/homebrew/opt/postgresql@*/bin/initdb'];

export interface PostgresServerOptions {
  /** Keeps the cluster over restarts; its socket is here too. */
  readonly directory: string;
  /** Of the loopback; null: the socket alone, which no other process could take first. */
  readonly port: number | null;
}

/** A PostgreSQL with its durability as in production. Throws `MissingProgram` when it is not installed. */
export async function startPostgresServer({ directory, port }: PostgresServerOptions): Promise<ServerProcess> {
  const { binaries, account } = await prepare(directory);
  const data = join(directory, 'data');
  if (!(await exists(data))) await initialise(binaries, data, directory, account);
  const listen = port === null ? ['-c', 'listen_addresses='] : ['-c', 'listen_addresses=127.0.0.1', '-p', String(port)];
  return startServer({
    name: 'PostgreSQL',
    program: join(binaries, 'postgres'),
    args: ['-D', data, '-k', directory, ...listen],
    logFile: join(directory, 'postgres.log'),
    cwd: directory,
    account,
    probe: () => query(postgresUrl({ directory, port }), 'select 1'),
  });
}

/** Copies a server that runs into an empty directory: started there, it follows that one. */
export async function copyAsReplica(primary: PostgresServerOptions, directory: string): Promise<void> {
  const { binaries, account } = await prepare(directory);
  const source = ['--write-recovery-conf', '--dbname', postgresUrl(primary), '--checkpoint', 'fast'];
  await run(join(binaries, 'pg_basebackup'), ['-D', join(directory, 'data'), ...source], {
    ...account,
    cwd: directory,
  });
}

export function postgresUrl({ directory, port }: PostgresServerOptions): string {
  if (port !== null) return `postgres://postgres@127.0.0.1:${port}/postgres`;
  return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(directory)}`;
}

/** One statement in a session of its own. */
export async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** What it takes to run a server in this directory. */
async function prepare(directory: string): Promise<{ binaries: string; account: Account }> {
  const binaries = await findBinaries();
  if (!binaries) throw new MissingProgram('PostgreSQL is not on this machine (Debian: postgresql)');
  const account = await serverAccount();
  await mkdir(directory, { recursive: true });
  if (account.uid !== undefined && account.gid !== undefined) await chown(directory, account.uid, account.gid);
  return { binaries, account };
}

/** The newest that Debian or Homebrew keep beside each other. */
async function findBinaries(): Promise<string | undefined> {
  const found: string[] = [];
  for await (const initdb of glob(BINARIES)) found.push(initdb);
  const initdb = found.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return initdb && dirname(initdb);
}

async function initialise(binaries: string, data: string, cwd: string, account: Account): Promise<void> {
  await run(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], { ...account, cwd });
}

/** PostgreSQL refuses to run as root. */
async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}
