import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { insertSale, setEpoch } from '../../src/database/sales.ts';
import type { Order } from '../../src/domain/order.ts';
import type { EventHandler, OrderLog } from '../../src/order-log/order-log.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from './clock.ts';
import { handlerOf } from './event-handlers.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { purchaseRequest, saleDefinition } from './sale-fixtures.ts';
import type { OpenedStore, OpenStore } from './store-bench.ts';

const OUTBOX_MAX = 1_000_000;

/** A store and a ledger that are real, and what goes from one to the other by the order logs under test. */
export class OrderLogRig {
  readonly clock: ManualClock;
  readonly database: Database;
  readonly ledgerUrl: string;
  readonly #opened: OpenedStore;
  readonly #server: PostgresServer;
  readonly #consumers = new Set<LogConsumer>();

  private constructor(clock: ManualClock, opened: OpenedStore, server: PostgresServer, database: Database) {
    this.clock = clock;
    this.#opened = opened;
    this.#server = server;
    this.database = database;
    this.ledgerUrl = server.url;
  }

  /** Null, and said so, without a PostgreSQL. */
  static async open(openStore: OpenStore): Promise<OrderLogRig | null> {
    const server = await startPostgres();
    if (!server) return null;
    const clock = new ManualClock();
    const opened = await openStore({ clock, outboxMax: OUTBOX_MAX });
    const onFault = (fault: Error) => {
      throw fault;
    };
    const database = openPostgres({ url: server.url, maxConnections: 8, onFault });
    await migrate(database.db);
    return new OrderLogRig(clock, opened, server, database);
  }

  get store(): Store {
    return this.#opened.store;
  }

  async close(): Promise<void> {
    await this.stopConsumers();
    await this.database.close();
    await this.#opened.close();
    await this.#server.stop();
  }

  /** A live sale with so many units, in ledger and store. */
  async openSale(totalStock: number): Promise<string> {
    const nowMs = this.clock.read();
    const base = saleDefinition({ saleId: randomUUID(), startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000 });
    const sale = { ...base, items: base.items.map((item) => ({ ...item, totalStock })) };
    await insertSale(this.database.db, sale, nowMs);
    await setEpoch(this.database.db, sale.saleId, 1);
    await this.store.prepareSale(sale, 1, 'test');
    return sale.saleId;
  }

  async reserve(saleId: string, count: number): Promise<Order[]> {
    return Promise.all(Array.from({ length: count }, () => this.#reserveOne(saleId)));
  }

  /** Reads a log into the ledger until it is stopped, as a processor does. */
  consume(log: OrderLog, handler: EventHandler = this.handler): LogConsumer {
    const consumer = new LogConsumer(log, handler);
    this.#consumers.add(consumer);
    return consumer;
  }

  get handler(): EventHandler {
    return handlerOf((saleId, events) => applyEvents(this.database.db, saleId, events));
  }

  async stopConsumers(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    this.#consumers.clear();
  }

  /** Up to which event the ledger has a sale. */
  async position(saleId: string): Promise<number> {
    const { rows } = await sql<{ seq: number }>`
      select seq from log_positions where sale_id = ${saleId}`.execute(this.database.db);
    return rows[0]?.seq ?? 0;
  }

  async lastSeq(saleId: string): Promise<number> {
    return (await this.store.readSale(saleId))?.lastSeq ?? 0;
  }

  async isCaughtUp(saleId: string): Promise<boolean> {
    return (await this.position(saleId)) === (await this.lastSeq(saleId));
  }

  /** The numbers of a sale's order events as the ledger has them, in the order in which it wrote them. */
  async projectedSeqs(saleId: string): Promise<number[]> {
    const { rows } = await sql<{ seq: number }>`
      select event.seq from order_events as event join orders using (order_id)
      where sale_id = ${saleId} order by event.seq`.execute(this.database.db);
    return rows.map(({ seq }) => seq);
  }

  async #reserveOne(saleId: string): Promise<Order> {
    const ids = {
      userId: randomUUID(),
      orderId: randomUUID(),
      idempotencyKey: randomUUID(),
      correlationId: randomUUID(),
    };
    const outcome = await this.store.purchase(purchaseRequest({ saleId, ...ids }));
    if (outcome.code !== 'reserved') throw new Error(`the purchase was refused: ${outcome.code}`);
    return outcome.order;
  }
}

/** One consumer of a log. */
export class LogConsumer {
  readonly #stopped = new AbortController();
  readonly #consuming: Promise<void>;

  constructor(log: OrderLog, handler: EventHandler) {
    this.#consuming = log.consume(handler, this.#stopped.signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#consuming;
  }
}
