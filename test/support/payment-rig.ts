import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../src/database/database.ts';
import { openPglite } from '../../src/database/embedded-postgres.ts';
import { migrate } from '../../src/database/migrate.ts';
import { insertSale, readSale, setEpoch } from '../../src/database/sales.ts';
import type { Order } from '../../src/domain/order.ts';
import type { WaitingRoomRules } from '../../src/domain/sale.ts';
import { EmbeddedOrderLog } from '../../src/order-log/embedded/embedded-order-log.ts';
import { HttpPaymentProvider } from '../../src/payment/http/http-payment-provider.ts';
import type { Behaviour } from '../../src/payment/simulated/behaviour.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/payment/simulated/simulated-provider.ts';
import type { Statement } from '../../src/payment/simulated/statement.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { ManualClock } from './clock.ts';
import { makeDataDirectory } from './data-directory.ts';
import { handlerOf } from './event-handlers.ts';
import { purchaseRequest, saleDefinition } from './sale-fixtures.ts';

const SECRET = 'a secret that both sides sign their calls with';

/** A store, a ledger and a payment provider that are real, under a clock that stands still until it is moved. */
export class PaymentRig {
  readonly clock = new ManualClock();
  readonly metrics = createMetrics();
  readonly events = new EngineEvents(this.metrics, createLogger('silent'));
  readonly store: EmbeddedStore;
  readonly database: Database;
  readonly provider: HttpPaymentProvider;
  readonly #simulated: SimulatedProvider;
  readonly #directory: string;

  private constructor(
    directory: string,
    clock: ManualClock,
    parts: { store: EmbeddedStore; database: Database; simulated: SimulatedProvider },
  ) {
    this.#directory = directory;
    this.clock = clock;
    this.store = parts.store;
    this.database = parts.database;
    this.#simulated = parts.simulated;
    this.provider = new HttpPaymentProvider({
      url: parts.simulated.url,
      secret: SECRET,
      timeoutMs: 500,
      retry: { attempts: 1, baseMs: 1 },
      breaker: { failureThreshold: 1_000, successThreshold: 1, baseOpenMs: 10, maxOpenMs: 10 },
    });
  }

  static async open(): Promise<PaymentRig> {
    const directory = await makeDataDirectory();
    const clock = new ManualClock();
    const onFault = (fault: Error) => {
      throw fault;
    };
    const store = await EmbeddedStore.open({
      directory: join(directory, 'journal'),
      clock: clock.read,
      outboxMax: 10_000,
      onFault,
    });
    const database = await openPglite({ dataDir: join(directory, 'ledger'), onFault });
    await migrate(database.db);
    const simulated = await startSimulatedProvider({ dataDir: join(directory, 'payments'), secret: SECRET });
    return new PaymentRig(directory, clock, { store, database, simulated });
  }

  async close(): Promise<void> {
    await this.provider.close();
    await this.#simulated.close();
    await this.database.close();
    await this.store.close();
    await rm(this.#directory, { recursive: true });
  }

  /** A live sale with so many units, in ledger and store. */
  async openSale(
    totalStock: number,
    reservationSeconds = 600,
    waitingRoom: WaitingRoomRules | null = null,
  ): Promise<string> {
    const nowMs = this.clock.read();
    const base = saleDefinition({ saleId: randomUUID(), startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000 });
    const items = base.items.map((item) => ({ ...item, totalStock }));
    const sale = { ...base, reservationSeconds, items, waitingRoom };
    await insertSale(this.database.db, sale, nowMs);
    await setEpoch(this.database.db, sale.saleId, 1);
    await this.store.prepareSale(sale, 1, 'test');
    return sale.saleId;
  }

  async reserve(saleId: string, userId: string = randomUUID(), quantity = 1): Promise<Order> {
    const lines = [{ skuId: 'sneaker', quantity }];
    const outcome = await this.store.purchase(purchaseRequest({ saleId, userId, lines, orderId: randomUUID() }));
    if (outcome.code !== 'reserved') throw new Error(`the purchase was refused: ${outcome.code}`);
    return outcome.order;
  }

  /** Brings the ledger up to date with the order log. */
  async project(saleId: string): Promise<void> {
    const log = new EmbeddedOrderLog(this.store, this.store, {
      batchSize: 100,
      retryMs: 1,
      outboxMax: 1_000,
      onFailure: (_, error) => {
        throw error;
      },
    });
    const done = new AbortController();
    const handler = handlerOf(async (id, events) => {
      const position = await applyEvents(this.database.db, id, events);
      if (id === saleId && position === (await this.store.readSale(saleId))?.lastSeq) done.abort();
      return position;
    });
    const consumed = log.consume(handler, done.signal);
    const view = await this.store.readSale(saleId);
    if (view?.lastSeq === view?.trimmedSeq) done.abort();
    await consumed;
  }

  async soldInLedger(saleId: string): Promise<number> {
    const sale = await readSale(this.database.db, saleId);
    return sale?.items.reduce((sum, item) => sum + item.sold, 0) ?? 0;
  }

  async behave(behaviour: Partial<Behaviour>): Promise<void> {
    const response = await fetch(`${this.#simulated.url}/behaviour`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(behaviour),
    });
    if (!response.ok) throw new Error(`the simulated provider answered ${response.status}`);
  }

  /** What the provider has on record for an order. */
  async statement(orderId: string): Promise<Statement['payments']> {
    const response = await fetch(`${this.#simulated.url}/payments`);
    const { payments } = (await response.json()) as Statement;
    return payments.filter((payment) => payment.order_id === orderId);
  }
}
