import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, createClient } from '#sdk/client.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';
import {
  cliJson,
  removeDirectory,
  runCli,
  type ServerProcess,
  startServer,
  temporaryDirectory,
} from '../support/cli-process.ts';
import { makeDataDirectory } from '../support/data-directory.ts';

const ADMIN_TOKEN = 'operator-of-these-tests';
const RESERVED = 230;

let server: ServerProcess;
let directory: string;
let saleId: string;
let paid: { readonly orderId: string; readonly userId: string };

beforeAll(async () => {
  directory = await makeDataDirectory();
  server = await startServer({ DATA_DIR: directory, ADMIN_TOKEN });
  const client = createClient({ baseUrl: server.url, token: ADMIN_TOKEN });
  saleId = await createLiveSale(client);
  await Promise.all(Array.from({ length: RESERVED }, () => reserve(client)));
  paid = await buyAndPay(client);
  await ledgerHasAll(client);
});

afterAll(async () => {
  await server.end();
  await removeDirectory(directory);
});

async function createLiveSale(client: Client): Promise<string> {
  const { sale_id } = await client.createSale({
    name: 'Orders',
    starts_at: '2020-01-01T00:00:00.000Z',
    ends_at: '2030-01-01T00:00:00.000Z',
    currency: 'EUR',
    items: [{ sku_id: 'HAT', name: 'Hat', flash_price_minor: 990, original_price_minor: 1_990, total_stock: 1_000 }],
  });
  return sale_id;
}

async function reserve(client: Client) {
  const { token, user_id } = await client.createSession();
  const { order_id } = await client.purchase({ sale_id: saleId, sku_id: 'HAT', quantity: 1 }, { token });
  return { token, userId: user_id, orderId: order_id };
}

async function buyAndPay(client: Client) {
  const { token, userId, orderId } = await reserve(client);
  const customer = { name: '=HYPERLINK("http://evil.example")', email: 'sam@example.com', phone: '+49 30 123456' };
  await client.pay({ order_id: orderId, payment_method: 'pm_ok', customer }, { token });
  return { userId, orderId };
}

/** The ledger lags behind the store. */
async function ledgerHasAll(client: Client): Promise<void> {
  const caughtUp = async () => {
    expect((await client.readAdminSale({ sale_id: saleId })).outbox_events).toBe(0);
  };
  await vi.waitFor(caughtUp, { timeout: 20_000, interval: 100 });
}

describe('orders list', () => {
  it('shows the newest first, and says when there are more', async () => {
    const { stdout, stderr, code } = await runCli(['orders', 'list', saleId, '--limit', '3'], server.env);
    const [header, first, ...others] = stdout.trim().split('\n');
    expect(header).toMatch(/^ORDER +STATUS +RESERVED +UNITS +TOTAL +BUYER$/);
    expect(first).toMatch(new RegExp(`^${paid.orderId} +paid .* EUR 9\\.90 +`));
    expect(others).toHaveLength(2);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(stderr).toContain('more than 3');
    expect(code).toBe(0);
  });

  it('filters by status and text, over as many pages as it takes', async () => {
    const reserved = await cliJson<AdminOrder[]>(
      ['orders', 'list', saleId, '--status', 'reserved', '--limit', '1000'],
      server.env,
    );
    expect(reserved).toHaveLength(RESERVED);
    const found = await cliJson<AdminOrder[]>(['orders', 'list', saleId, '--query', 'sam@example.com'], server.env);
    expect(found.map(({ order_id }) => order_id)).toEqual([paid.orderId]);
  });
});

describe('orders export', () => {
  it('writes every order to a CSV file that a spreadsheet runs no formula of', async () => {
    const out = join(await temporaryDirectory(), 'orders.csv');
    const { code, stderr } = await runCli(['orders', 'export', saleId, '--out', out], server.env);
    expect(stderr).toContain(`${RESERVED + 1} orders written`);
    expect(code).toBe(0);
    const rows = parse<Record<string, string>>(await readFile(out, 'utf8'), { columns: true });
    expect(new Set(rows.map((row) => row.order_id)).size).toBe(RESERVED + 1);
    expect(rows.find((row) => row.order_id === paid.orderId)).toMatchObject({
      status: 'paid',
      items: '1 x HAT',
      total_minor: '990',
      customer_name: `'=HYPERLINK("http://evil.example")`,
      customer_phone: "'+49 30 123456",
      customer_email: 'sam@example.com',
    });
    expect((await stat(out)).mode & 0o777).toBe(0o600);
  });

  it('writes JSON lines to standard output', async () => {
    const args = ['orders', 'export', saleId, '--format', 'jsonl', '--status', 'paid'];
    const { stdout } = await runCli(args, server.env);
    const orders = stdout
      .trim()
      .split('\n')
      .map((line): AdminOrder => JSON.parse(line));
    expect(orders).toMatchObject([{ order_id: paid.orderId, customer: { email: 'sam@example.com' } }]);
  });

  it('leaves no half a file behind', async () => {
    const out = join(await temporaryDirectory(), 'orders.csv');
    const unknown = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
    const { code, stderr } = await runCli(['orders', 'export', unknown, '--out', out], server.env);
    expect(stderr).toContain('(not_found)');
    expect(code).toBe(1);
    await expect(stat(out)).rejects.toThrow('ENOENT');
    await expect(stat(`${out}.partial`)).rejects.toThrow('ENOENT');
  });
});

it('orders erase removes what names the buyer, and keeps the order', async () => {
  const { stdout } = await runCli(['orders', 'erase', '--user', paid.userId, '--yes'], server.env);
  expect(stdout).toBe(`Erased from 1 orders of ${paid.userId}.\n`);
  const orders = await cliJson<AdminOrder[]>(['orders', 'list', saleId, '--status', 'paid'], server.env);
  expect(orders).toMatchObject([{ order_id: paid.orderId, total_minor: 990, customer: null }]);
});
