import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { insertSale, setEpoch } from '../../src/database/sales.ts';
import type { Order } from '../../src/domain/order.ts';
import type { EventHandler, OrderLog } from '../../src/order-log/order-log.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import type { RedisStore } from '../../src/store/redis/redis-store.ts';
import { ManualClock } from './clock.ts';
import { handlerOf } from './event-handlers.ts';
import { openSharedStore } from './order-log-store.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { purchaseRequest, saleDefinition } from './sale-fixtures.ts';

/** A sale's definition and its start come before its first order. */
export const BEFORE_ORDERS = 2;

const PATIENCE = { timeout: 25_000, interval: 50 };
const CONNECTIONS = 8;

interface Servers {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
}

export interface Running {
  stop(): Promise<void>;
}

/** A store and a ledger that are real, and what goes from one to the other by the order logs under test. */
export class OrderLogRig {
  readonly store: RedisStore;
  readonly database: Database;
  readonly servers: Servers;
  /** Of its keys in the store. */
  readonly namespace: string;
  readonly #clock = new ManualClock();
  readonly #running = new Set<Running>();

  private constructor(servers: Servers, namespace: string, store: RedisStore, database: Database) {
    this.servers = servers;
    this.namespace = namespace;
    this.store = store;
    this.database = database;
  }

  /** Null, and said so, without a Redis or a PostgreSQL. */
  static async open(): Promise<OrderLogRig | null> {
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    if (!redis || !postgres) {
      await Promise.all([redis?.stop(), postgres?.stop()]);
      return null;
    }
    const namespace = `test-${randomUUID()}`;
    const store = await openSharedStore(redis.url, namespace);
    const database = openPostgres({ url: postgres.url, maxConnections: CONNECTIONS, onFault });
    await migrate(database.db);
    return new OrderLogRig({ redis, postgres }, namespace, store, database);
  }

  async close(): Promise<void> {
    await this.stopAll();
    await this.database.close();
    await this.store.close();
    await Promise.all([this.servers.redis.stop(), this.servers.postgres.stop()]);
  }

  /** A live sale with so many units, in ledger and store. */
  async openSale(totalStock: number): Promise<string> {
    const nowMs = this.#clock.read();
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
  consume(log: OrderLog, handler: EventHandler = this.handler): Running {
    return this.run((signal) => log.consume(handler, signal));
  }

  /** Until it is stopped, at the latest with the others. */
  run(task: (signal: AbortSignal) => Promise<void>): Running {
    const stopped = new AbortController();
    const done = task(stopped.signal);
    const running = {
      stop: () => {
        stopped.abort();
        return done;
      },
    };
    this.#running.add(running);
    return running;
  }

  /** Where another process finds the same store and ledger. */
  get address() {
    return { storeUrl: this.servers.redis.url, namespace: this.namespace, ledgerUrl: this.servers.postgres.url };
  }

  get handler(): EventHandler {
    return handlerOf((saleId, events) => applyEvents(this.database.db, saleId, events));
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
    this.#running.clear();
  }

  /** Waits until the ledger has so many orders of a sale, and sees that it has each once. */
  async untilApplied(saleId: string, orders: number): Promise<void> {
    const lastSeq = orders + BEFORE_ORDERS;
    await vi.waitFor(async () => expect(await this.position(saleId)).toBe(lastSeq), PATIENCE);
    expect(await this.#projectedSeqs(saleId)).toEqual(upTo(lastSeq).slice(BEFORE_ORDERS));
  }

  /** Up to which event the ledger has a sale. */
  async position(saleId: string): Promise<number> {
    const { rows } = await sql<{ seq: number }>`
      select seq from log_positions where sale_id = ${saleId}`.execute(this.database.db);
    return rows[0]?.seq ?? 0;
  }

  /** The numbers of a sale's order events as the ledger has them. */
  async #projectedSeqs(saleId: string): Promise<number[]> {
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

/** The numbers from 1 on. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

function onFault(fault: Error): never {
  throw fault;
}
