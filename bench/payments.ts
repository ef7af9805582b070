import { randomUUID } from 'node:crypto';
import type { Database } from '../src/database/database.ts';
import { openPglite } from '../src/database/embedded-postgres.ts';
import { openPostgres } from '../src/database/postgres.ts';
import type { Order } from '../src/domain/order.ts';
import type { SaleDefinition } from '../src/domain/sale.ts';
import { type PostgresServer, startPostgres } from '../test/support/postgres.ts';
import { purchaseRequest, saleDefinition, saleItem } from '../test/support/sale-fixtures.ts';
import { StatementCount } from '../test/support/statement-count.ts';
import { Shop } from './support/shop.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';

const PAYMENTS = sized(1_000);
const ROUNDS = sized(3);
const LEDGER_CONNECTIONS = 10;
const HOUR_MS = 3_600_000;

interface Setting {
  readonly latencyMs: number;
  readonly workers: number;
}

interface Crowd {
  readonly perSecond: number;
  /** How long a buyer waits for the answer. */
  readonly medianMs: number;
  readonly slowestMs: number;
  /** Of everything that uses the ledger meanwhile, for each payment. */
  readonly statements: number;
}

type OpenLedger = (directory: string) => Promise<Database>;

const SETTINGS: readonly Setting[] = [0, 50].flatMap((latencyMs) =>
  [10, 100].map((workers) => ({ latencyMs, workers })),
);

/** So many buyers pay at once: how many payments a second get through store, ledger, workers and a payment service? */
export async function paymentsBench(): Promise<void> {
  await measure('PGlite, in its worker thread', (dataDir) => openPglite({ dataDir, onFault }));
  const server = await startPostgres();
  if (!server) {
    console.log('\nPostgreSQL: not measured. Install it (apt-get install postgresql), or set TEST_DATABASE_URL.');
    return;
  }
  await measure('PostgreSQL, over a socket', async () => openServer(server));
  await server.stop();
}

function openServer({ url }: PostgresServer): Database {
  return openPostgres({ url, maxConnections: LEDGER_CONNECTIONS, onFault });
}

async function measure(name: string, openLedger: OpenLedger): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const setting of SETTINGS) {
    const crowds: Crowd[] = [];
    for (let round = 0; round < ROUNDS; round++) crowds.push(await payAtOnce(openLedger, setting));
    rows.push([`${setting.latencyMs} ms, ${setting.workers} workers`, ...middle(crowds)]);
  }
  printTable(`${name}: ${PAYMENTS} buyers pay at once, median of ${ROUNDS}`, [
    ['payment service', 'payments/s', 'median, ms', 'slowest, ms', 'statements each'],
    ...rows,
  ]);
}

function middle(crowds: readonly Crowd[]): number[] {
  const columns = ['perSecond', 'medianMs', 'slowestMs', 'statements'] as const;
  return columns.map((column) => median(crowds.map((crowd) => crowd[column])));
}

async function payAtOnce(openLedger: OpenLedger, { latencyMs, workers }: Setting): Promise<Crowd> {
  const count = new StatementCount();
  const shop = await Shop.open(Date.now, {
    openLedger: async (directory) => counted(await openLedger(directory), count),
    workers,
    latencyMs,
  });
  try {
    const orders = await reserveAll(shop, saleToPay());
    const before = count.statements;
    const startedAt = performance.now();
    const waits = await Promise.all(orders.map((order) => pay(shop, order)));
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      perSecond: PAYMENTS / seconds,
      medianMs: median(waits),
      slowestMs: Math.max(...waits),
      statements: (count.statements - before) / PAYMENTS,
    };
  } finally {
    await shop.close();
  }
}

function saleToPay(): SaleDefinition {
  const nowMs = Date.now();
  return saleDefinition({
    saleId: randomUUID(),
    startsAtMs: nowMs,
    endsAtMs: nowMs + HOUR_MS,
    items: [saleItem({ totalStock: PAYMENTS })],
  });
}

/** The orders of so many buyers, once the ledger knows them. */
async function reserveAll(shop: Shop, sale: SaleDefinition): Promise<Order[]> {
  await shop.openSale(sale);
  const orders = await Promise.all(Array.from({ length: PAYMENTS }, () => reserve(shop, sale.saleId)));
  while ((await shop.lag(sale.saleId)) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  return orders;
}

async function reserve(shop: Shop, saleId: string): Promise<Order> {
  const buyer = { userId: randomUUID(), orderId: randomUUID(), idempotencyKey: randomUUID() };
  const outcome = await shop.store.purchase(purchaseRequest({ saleId, ...buyer }));
  if (outcome.code !== 'reserved') throw new Error(`a purchase came out as ${outcome.code}`);
  return outcome.order;
}

/** Returns how long it took, in milliseconds. */
async function pay(shop: Shop, order: Order): Promise<number> {
  const startedAt = performance.now();
  const request = { order, idempotencyKey: 'pay-1', paymentMethod: 'pm_ok', customer: null, correlationId: 'bench' };
  const outcome = await shop.pay({ ...request, waitMs: HOUR_MS });
  if (outcome.code !== 'paid') throw new Error(`a payment came out as ${outcome.code}`);
  return performance.now() - startedAt;
}

function counted(database: Database, count: StatementCount): Database {
  return { ...database, db: count.of(database.db) };
}

function onFault(fault: Error): never {
  throw fault;
}
