import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { pageAudit } from '../../src/database/audit-log.ts';
import type { Database } from '../../src/database/database.ts';
import { openPglite } from '../../src/database/embedded-postgres.ts';
import { LedgerUnavailable } from '../../src/database/ledger-unavailable.ts';
import { migrate } from '../../src/database/migrate.ts';
import { readSwitches, setSwitch } from '../../src/database/switches.ts';
import { ledgerConformance } from '../conformance/ledger.ts';
import { copyEmptyLedger } from '../support/data-directory.ts';

const COMMITS_BEFORE_KILL = 50;
const WRITER = join(import.meta.dirname, '../support/ledger-writer.ts');

const directory = await mkdtemp(join(tmpdir(), 'tidegate-ledger-'));
afterAll(() => rm(directory, { recursive: true }));

/** One that is up to date, and holds nothing. */
function openCopy(name: string): Promise<Database> {
  copyEmptyLedger(join(directory, name));
  return open(name);
}

function open(name: string): Promise<Database> {
  return openPglite({
    dataDir: join(directory, name),
    onFault: (fault) => {
      throw fault;
    },
  });
}

ledgerConformance('PGlite', () => open('conformance'));

test('what was committed outlives the kill of its process', async () => {
  copyEmptyLedger(join(directory, 'killed'));
  const writer = spawn(process.execPath, [WRITER, join(directory, 'killed')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let committed = 0;
  for await (const line of createInterface(writer.stdout)) {
    committed = Number(line);
    if (committed === COMMITS_BEFORE_KILL) writer.kill('SIGKILL');
  }
  const database = await open('killed');
  const { entries } = await pageAudit(database.db, { cursor: null, limit: committed + 10 });
  expect(entries.length).toBeGreaterThanOrEqual(committed);
  expect(entries.map(({ target }) => Number(target))).toEqual(entries.map((_, index) => entries.length - index));
  expect(await readSwitches(database.db)).toMatchObject({ payments: false });
  await database.close();
});

test('statements beside an open transaction wait for its end', async () => {
  const { db, close } = await open('conformance');
  await migrate(db);
  const before = Promise.withResolvers<void>();
  const transaction = db.transaction().execute(async (tx) => {
    await setSwitch(tx, 'joins', false);
    await before.promise;
    throw new Error('changed our mind');
  });
  const beside = setSwitch(db, 'purchases', false);
  const second = db.transaction().execute((tx) => setSwitch(tx, 'notifications', false));
  before.resolve();
  await expect(transaction).rejects.toThrow('changed our mind');
  await Promise.all([beside, second]);
  expect(await readSwitches(db)).toMatchObject({ joins: true, purchases: false, notifications: false });
  await close();
});

test('a ledger that is open is not opened a second time', async () => {
  const database = await openCopy('twice');
  const second = open('twice');
  await expect(second).rejects.toBeInstanceOf(LedgerUnavailable);
  await expect(second).rejects.toThrow(`${join(directory, 'twice')} is open in another process`);
  await database.ping();
  await database.close();
  await database.close();
  await expect(database.ping()).rejects.toThrow(Error);
  await (await open('twice')).close();
});

test('a damaged ledger says so, and what to do, and lets go of its directory', async () => {
  await (await openCopy('damaged')).close();
  await writeFile(join(directory, 'damaged/cluster/global/pg_control'), 'nonsense');
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(open('damaged')).rejects.toThrow(`${join(directory, 'damaged')} cannot be opened. Restore it`);
  }
});

test('the directory is for its owner alone, and commits are synced', async () => {
  const { db, close } = await open('synced');
  expect((await stat(join(directory, 'synced'))).mode & 0o777).toBe(0o700);
  const { rows } = await sql`
    select name, setting from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'wal_sync_method') order by name`.execute(db);
  expect(rows).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'synchronous_commit', setting: 'on' },
    { name: 'wal_sync_method', setting: 'fsync' },
  ]);
  await close();
});

test('a database that ends itself is an outage from then on, and no hang', async () => {
  const faults: Error[] = [];
  const dataDir = join(directory, 'ended');
  copyEmptyLedger(dataDir);
  const database = await openPglite({ dataDir, onFault: (fault) => faults.push(fault) });
  await sql`create table filler (v text)`.execute(database.db);
  await rm(join(dataDir, 'cluster/pg_wal'), { recursive: true });
  const fill = () =>
    sql`insert into filler select repeat('x', 1000) from generate_series(1, 20000)`.execute(database.db);
  await expect(fill()).rejects.toThrow(LedgerUnavailable);
  await expect(database.ping()).rejects.toThrow(LedgerUnavailable);
  await database.close();
  expect(faults).toMatchObject([
    { message: 'The embedded database stopped.', cause: { message: expect.stringContaining('pg_wal') } },
  ]);
});
