import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { removeDirectory, runCli } from '../support/cli-process.ts';
import { makeDataDirectory } from '../support/data-directory.ts';
import { startPostgres } from '../support/postgres.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };

const postgres = await startPostgres();
const DATABASE_URL = postgres?.url ?? '';
const startServer = () => TestServer.start({ env: { DATABASE_URL } });

describe.skipIf(!postgres)('a server on PostgreSQL', { timeout: 60_000 }, () => {
  let server: TestServer;
  let DATA_DIR: string;

  beforeAll(async () => {
    DATA_DIR = await makeDataDirectory();
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
    await removeDirectory(DATA_DIR);
    await postgres?.stop();
  });

  test('has the database to itself: a second one is refused, in one sentence', async () => {
    await expect(startServer()).rejects.toMatchObject({ code: 'ledger_in_use', retryable: false });
    const { code, stderr } = await runCli(['serve', '--no-demo'], { DATA_DIR, DATABASE_URL, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: The database of DATABASE_URL is in use by another Tidegate. Stop that one, or use another database.\n',
    );
  });

  test('lets the database be migrated meanwhile', async () => {
    const { code, stdout } = await runCli(['migrate'], { DATA_DIR, DATABASE_URL });
    expect(stdout).toContain('Already up to date.');
    expect(code).toBe(0);
  });

  test.skipIf(!postgres?.outage)('goes on after a restart of PostgreSQL, and has the database again', async () => {
    await postgres?.outage?.begin();
    await postgres?.outage?.end();
    await vi.waitFor(async () => expect(await locksHeld(server)).toBe(1), PATIENCE);
    await expect(startServer()).rejects.toMatchObject({ code: 'ledger_in_use' });
    await server.createSale();
  });

  test('leaves the database to the next when it stops', async () => {
    await server.stop();
    server = await startServer();
    expect((await server.call('/health/ready')).status).toBe(200);
  });
});

async function locksHeld({ app }: TestServer): Promise<number | undefined> {
  const { rows } = await sql<{ held: number }>`
    select count(*) as held from pg_locks
    where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
  `.execute(app.ports.ledger.db);
  return rows[0]?.held;
}
