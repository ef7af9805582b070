import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openPglite } from '../src/database/embedded-postgres.ts';
import { migrate } from '../src/database/migrate.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { insertSale } from '../src/database/sales.ts';
import type { Ledger } from '../src/database/schema.ts';
import type { OrderEvent } from '../src/domain/order-event.ts';
import { applyEvents } from '../src/processor/apply-events.ts';
import { EmbeddedStore } from '../src/store/embedded/embedded-store.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { saleDefinition } from '../test/support/sale-fixtures.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';

const BATCH = 1_000;
const ROUNDS = sized(3);

function onFault(fault: Error): never {
  throw fault;
}

/** Orders per second from the order log into the ledger, beside the same number of plain rows in batches of the same size. */
export async function ledgerBench(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  try {
    const pglite = await openPglite({ dataDir: join(directory, 'ledger'), onFault });
    await measure('PGlite, in its worker thread', pglite.db, join(directory, 'journal-1'), sized(10_000));
    await pglite.close();
    const server = await startPostgres();
    if (!server) {
      console.log('\nPostgreSQL: not measured. Install it (apt-get install postgresql), or set TEST_DATABASE_URL.');
      return;
    }
    const postgres = openPostgres({ url: server.url, maxConnections: 4, onFault });
    await measure('PostgreSQL, over TCP', postgres.db, join(directory, 'journal-2'), sized(40_000));
    await postgres.close();
    await server.stop();
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function measure(name: string, db: Ledger, directory: string, orders: number): Promise<void> {
  await migrate(db);
  await sql`create table bare (order_id text primary key, body jsonb not null)`.execute(db);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const events = await reservations(db, `${directory}-${round}`, orders);
    bare.push(orders / (await seconds(() => insertBare(db, events))));
    ours.push(orders / (await seconds(() => applyAll(db, events))));
  }
  printTable(`${name}: ${orders} orders a round, batches of ${BATCH}, median of ${ROUNDS}`, [
    ['', 'orders/s', 'ratio'],
    ['bare: one JSON row an order, primary key only', median(bare), 1],
    ['ledger: order, items, timeline, indexes, position', median(ours), median(ours) / median(bare)],
  ]);
}

/** The events of a sale in which so many buyers each reserve one unit, taken from a real store. */
async function reservations(db: Ledger, directory: string, orders: number): Promise<OrderEvent[]> {
  const nowMs = Date.now();
  const sale = saleDefinition({ saleId: randomUUID(), startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000 });
  const stocked = { ...sale, items: sale.items.map((item) => ({ ...item, totalStock: orders })) };
  await insertSale(db, stocked, nowMs);
  const store = await EmbeddedStore.open({ directory, clock: Date.now, outboxMax: 10 * orders, onFault });
  await store.prepareSale(stocked, 1, 'bench');
  await Promise.all(Array.from({ length: orders }, (_, buyer) => store.purchase(purchaseOf(stocked.saleId, buyer))));
  const events = await store.readEvents(stocked.saleId, 0, 10 * orders);
  await store.close();
  return events;
}

function purchaseOf(saleId: string, buyer: number) {
  const lines = [{ skuId: 'sneaker', quantity: 1 }];
  const ids = { orderId: randomUUIDv7(), correlationId: randomUUID(), idempotencyKey: randomUUID() };
  return { saleId, userId: `buyer-${buyer}`, lines, ...ids, admission: null, deviceId: null };
}

async function applyAll(db: Ledger, events: readonly OrderEvent[]): Promise<void> {
  const saleId = events[0]?.saleId ?? '';
  for (let from = 0; from < events.length; from += BATCH)
    await applyEvents(db, saleId, events.slice(from, from + BATCH));
}

async function insertBare(db: Ledger, events: readonly OrderEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH) {
    const rows = events.slice(from, from + BATCH).flatMap((event) => ('order' in event ? [event.order] : []));
    await sql`
      insert into bare (order_id, body)
      select row ->> 'orderId', row from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as row`.execute(db);
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
