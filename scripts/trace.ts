import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { createClient } from '#sdk/client.ts';
import type { Reservation } from '#sdk/contract/purchase.ts';
import type { Session } from '#sdk/contract/session.ts';
import { startProviderChild } from '../src/cli/simulate/provider-child.ts';
import { startServerChild } from '../src/cli/simulate/server-child.ts';
import { startSpanCollector } from './trace/span-collector.ts';
import { drawTree } from './trace/span-tree.ts';

const ABOUT = `Prints the trace of one purchase and its payment, from the request to the ledger. Of one process; with STORE_URL and
DATABASE_URL, and ORDER_LOG_URL, of a gateway and a processor. Of three purchases the last: those before warm the code up.`;

const ADMIN_TOKEN = 'the-operator-of-the-traced-server';
const PAYMENT_SECRET = 'both the traced server and its payment service sign with this';
/** The ledger is told behind the answer. */
const SETTLE_MS = 2_000;

const { statements } = new Command('node scripts/trace.ts')
  .description(ABOUT)
  .option('--statements', 'show the SQL statements too')
  .parse()
  .opts<{ readonly statements?: true }>();
const directory = await mkdtemp(join(tmpdir(), 'tidegate-trace-'));
const collector = await startSpanCollector();
const provider = await startProviderChild(join(directory, 'payments'), PAYMENT_SECRET);
const servers = await startServers();
try {
  for (let time = 0; time < 2; time++) await buyAndPay(servers[0]?.url ?? '');
  const traceId = await buyAndPay(servers[0]?.url ?? '');
  await Promise.all(servers.map((server) => server.stop()));
  const trace = collector.spans.filter((span) => span.traceId === traceId);
  console.log(drawTree(trace.filter(({ name }) => statements || !name.startsWith('sql '))));
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await provider.stop();
  await collector.close();
  await rm(directory, { recursive: true });
}

async function startServers() {
  const { STORE_URL, DATABASE_URL, ORDER_LOG_URL } = process.env;
  const env = {
    ADMIN_TOKEN,
    TOKEN_KEYS: `trace:${randomUUID()}`,
    DATA_DIR: join(directory, 'data'),
    DRAIN_TIME: '0s',
    PAYMENT_URL: provider.url,
    PAYMENT_SECRET,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
  if (!STORE_URL || !DATABASE_URL) return [await startServerChild(directory, 'server', env)];
  const shared = { ...env, STORE_URL, DATABASE_URL, ORDER_LOG_URL };
  const roles = ['gateway', 'processor'];
  return Promise.all(roles.map((role) => startServerChild(directory, role, { ...shared, ROLE: role })));
}

/** As a buyer whose page is traced too. Returns the id of the trace. */
async function buyAndPay(url: string): Promise<string> {
  const saleId = await createSale(url);
  const session = await call<Session>(url, '/api/v1/session', { method: 'POST' });
  const traceId = randomBytes(16).toString('hex');
  const headers = () => ({
    authorization: `Bearer ${session.token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
    traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
  });
  const purchase = { method: 'POST', headers: headers(), body: JSON.stringify({ sku_id: 'sneaker', quantity: 1 }) };
  const reservation = await call<Reservation>(url, `/api/v1/flash-sale/${saleId}/purchase`, purchase);
  const payment = { method: 'POST', headers: headers(), body: JSON.stringify({ payment_method: 'pm_ok' }) };
  await call(url, `/api/v1/orders/${reservation.order_id}/pay`, payment);
  await sleep(SETTLE_MS);
  return traceId;
}

async function createSale(url: string): Promise<string> {
  const { sale_id } = await createClient({ baseUrl: url, token: ADMIN_TOKEN }).createSale({
    name: 'Traced sale',
    starts_at: new Date(Date.now() - 60_000).toISOString(),
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    currency: 'EUR',
    items: [
      { sku_id: 'sneaker', name: 'Sneaker', flash_price_minor: 4_999, original_price_minor: 9_999, total_stock: 10 },
    ],
  });
  return sale_id;
}

async function call<Answer>(url: string, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url + path, init);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<Answer>;
}
