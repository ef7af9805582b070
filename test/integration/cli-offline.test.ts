import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { AuditReport } from '#sdk/contract/audit.ts';
import { openLedger } from '../../src/app/open-ledger.ts';
import { readConfig } from '../../src/config/config.ts';
import { cliJson, runCli, startServer, temporaryDirectory, unusedPort } from '../support/cli-process.ts';
import { temporaryDataDirectory } from '../support/data-directory.ts';
import { startHttpListener } from '../support/http-listener.ts';

const CSV = 'sku_id,name,flash_price_minor,original_price_minor,total_stock\nHAT,Hat,990,1990,30\n';

async function emptyDirectory() {
  return { DATA_DIR: join(await temporaryDirectory(), 'data'), PORT: await unusedPort() };
}

async function dataDirectory() {
  return { DATA_DIR: await temporaryDataDirectory(), PORT: await unusedPort() };
}

async function createSale(env: Readonly<Record<string, string>>): Promise<AdminSale> {
  const items = join(await temporaryDirectory(), 'items.csv');
  await writeFile(items, CSV);
  const flags = ['--name', 'Quiet', '--currency', 'EUR', '--starts-at', '+1h', '--ends-at', '+2h'];
  return cliJson<AdminSale>(['sale', 'create', '--items', items, ...flags], env);
}

describe('without a server', () => {
  it('commands work on the data directory themselves, and say so', async () => {
    const env = await emptyDirectory();
    const { sale_id } = await createSale(env);
    const { stdout, stderr, code } = await runCli(['sale', 'list'], env);
    expect(stdout).toContain(sale_id);
    expect(stderr).toBe(`No server runs at http://127.0.0.1:${env.PORT}: working on ${env.DATA_DIR} directly.\n`);
    expect(code).toBe(0);
  });

  it('what they did is there when a server starts', async () => {
    const env = await dataDirectory();
    const { sale_id } = await createSale(env);
    const server = await startServer({ DATA_DIR: env.DATA_DIR });
    const found = await cliJson<AdminSale>(['sale', 'show', sale_id], server.env);
    expect(await server.end()).toBe(0);
    expect(found).toMatchObject({ name: 'Quiet', state: 'scheduled' });
  });

  it('a server that TIDEGATE_URL names is not replaced by the data directory', async () => {
    const env = await dataDirectory();
    const TIDEGATE_URL = `http://127.0.0.1:${env.PORT}`;
    const { stderr, code } = await runCli(['sale', 'list'], { ...env, TIDEGATE_URL });
    expect(stderr).toBe(`error: Nothing listens at ${TIDEGATE_URL}, which TIDEGATE_URL names.\n`);
    expect(code).toBe(1);
  });
});

it('a data directory that a server on another port holds is left alone, with advice', async () => {
  const env = await dataDirectory();
  const server = await startServer({ DATA_DIR: env.DATA_DIR });
  const listed = await runCli(['sale', 'list'], env);
  const migrated = await runCli(['migrate'], env);
  await server.end();
  expect(listed.stderr).toContain(`${env.DATA_DIR} is in use by a running Tidegate`);
  expect(listed.stderr).toContain('Set TIDEGATE_URL');
  expect(listed.code).toBe(1);
  expect(migrated.stderr).toContain('is open in another process');
  expect(migrated.code).toBe(1);
});

it('something else on the port is not taken for a server', async () => {
  const other = await startHttpListener((_request, response) => response.end('{}'));
  const env = { ...(await dataDirectory()), PORT: new URL(other.url).port };
  const { stderr, code } = await runCli(['sale', 'list'], env);
  await other.close();
  expect(stderr).toContain(`What listens at ${other.url} is not Tidegate.`);
  expect(code).toBe(1);
});

describe('migrate', () => {
  it('shows what is to be applied, applies it, and has nothing to do then', async () => {
    const env = await emptyDirectory();
    const before = await runCli(['migrate', '--status'], env);
    expect(before.stdout).toMatch(/0001-initial +not yet/);
    expect(before.stderr).toContain(`embedded, in ${env.DATA_DIR}/ledger`);
    expect((await runCli(['migrate'], env)).stdout).toContain('Applied now: 0001-initial');
    expect((await runCli(['migrate'], env)).stdout).toContain('Already up to date.');
    const [first] = await cliJson<{ name: string; applied_at: string }[]>(['migrate', '--status'], env);
    expect(Date.parse(first?.applied_at ?? '')).toBeGreaterThan(0);
  });
});

describe('audit', () => {
  it('ends with 1 and names what is violated', async () => {
    const env = await dataDirectory();
    const { sale_id } = await createSale(env);
    await claimUnitsOfNobody(env.DATA_DIR);
    const { stdout, code } = await runCli(['audit'], env);
    expect(stdout).toMatch(/ledger_not_oversold +NO/);
    expect(stdout).toContain(`ledger_not_oversold, sale ${sale_id}: HAT: 3 units are sold, claimed orders have 0`);
    expect(code).toBe(1);
    const json = await runCli(['audit', '--json'], env);
    expect((JSON.parse(json.stdout) as AuditReport).ok).toBe(false);
    expect(json.code).toBe(1);
  });
});

async function claimUnitsOfNobody(DATA_DIR: string): Promise<void> {
  const failures: Error[] = [];
  const ledger = await openLedger(readConfig({ DATA_DIR }).ledger, (error) => failures.push(error));
  await ledger.db.updateTable('sale_items').set({ sold: 3 }).execute();
  await ledger.close();
  expect(failures).toEqual([]);
}
