import { randomUUID } from 'node:crypto';
import { findOrder, type OrderDetails } from '../../src/database/orders.ts';
import { leaseAttempts, readAttemptsOfOrder } from '../../src/database/payments.ts';
import { insertSale, setEpoch } from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import { audit } from '../../src/engine/audit.ts';
import { attemptIdFor } from '../../src/engine/pay.ts';
import { claimBatcher, moveBatcher } from '../../src/engine/payment-batches.ts';
import type { RecoveryPorts } from '../../src/engine/recover-sale.ts';
import { recoverSales } from '../../src/engine/recover-sales.ts';
import { settlePayment } from '../../src/engine/settle-payment.ts';
import { drainOutbox } from '../../src/order-log/outbox-feed.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import type { ItemStock, Store } from '../../src/store/store.ts';
import { handlerOf } from './event-handlers.ts';
import { attemptRecord, recordAttempt } from './ledger-fixtures.ts';
import { PaymentRig } from './payment-rig.ts';
import { purchaseRequest, saleDefinition, saleItem } from './sale-fixtures.ts';
import { orderOf } from './sale-rig.ts';
import type { MakePlace, StorePlace } from './store-places.ts';

const GRACE_MS = 10_000;

/** A sale in a store on real files, a ledger, and a payment provider: whatever happens to the store, and what becomes of it. */
export class RecoveryRig {
  readonly payments: PaymentRig;
  readonly place: StorePlace;
  store: Store;

  private constructor(payments: PaymentRig, place: StorePlace, store: Store) {
    this.payments = payments;
    this.place = place;
    this.store = store;
  }

  static async open(makePlace: MakePlace): Promise<RecoveryRig> {
    const payments = await PaymentRig.open();
    const place = await makePlace({ clock: payments.clock, ledger: payments.database.db });
    return new RecoveryRig(payments, place, await place.open());
  }

  async close(): Promise<void> {
    await this.place.end();
    await this.place.remove();
    await this.payments.close();
  }

  get db(): Ledger {
    return this.payments.database.db;
  }

  /** Ends the store, does something to what it keeps, and starts it again. */
  async restart(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await this.place.end();
    await meanwhile();
    this.store = await this.place.open();
  }

  async openSale(totalStock: number, rules: Partial<SaleDefinition> = {}): Promise<string> {
    const sale = saleDefinition({ saleId: randomUUID(), items: [saleItem({ totalStock })], ...rules });
    await insertSale(this.db, sale, this.payments.clock.read());
    await setEpoch(this.db, sale.saleId, 1);
    await this.store.prepareSale(sale, 1, 'test');
    await this.recover();
    return sale.saleId;
  }

  /** One unit, under a key that is the buyer's name. */
  purchase(saleId: string, userId: string) {
    const orderId = randomUUID();
    return this.store.purchase(purchaseRequest({ saleId, userId, orderId, idempotencyKey: userId }));
  }

  async reserve(saleId: string, userId: string): Promise<Order> {
    return orderOf(await this.purchase(saleId, userId));
  }

  /** A payment that is recorded, and that nobody has worked on. */
  async beginPayment(order: Order, paymentMethod = 'pm_ok'): Promise<Order> {
    const attemptId = attemptIdFor(order.orderId, 'pay');
    const paying = orderOf(await this.store.beginPayment(order, attemptId, GRACE_MS));
    await this.recordPayment(paying, paymentMethod);
    return paying;
  }

  async recordPayment(order: Order, paymentMethod = 'pm_ok'): Promise<void> {
    const attemptId = attemptIdFor(order.orderId, 'pay');
    const nowMs = this.payments.clock.read();
    await recordAttempt(this.db, attemptRecord(order, { attemptId, paymentMethod, nowMs }));
  }

  async buy(saleId: string, userId: string): Promise<Order> {
    const order = await this.beginPayment(await this.reserve(saleId, userId));
    await this.work();
    return order;
  }

  /** Carries out the payments that are due, as far as they go. */
  async work(): Promise<void> {
    const { store, db: ledger, payments } = this;
    const { provider, events } = payments;
    const now = () => store.now();
    const batches = { claims: claimBatcher(ledger, now), moves: moveBatcher(ledger) };
    const rules = { retry: { attempts: 100, baseMs: 1 }, audience: 'buyers', paymentGraceMs: GRACE_MS } as const;
    for (;;) {
      const lease = { workerId: 'worker', limit: 10, leaseMs: 60_000, nowMs: await now() };
      const due = await leaseAttempts(ledger, lease);
      if (due.length === 0) return;
      for (const attempt of due)
        await settlePayment({ store, ledger, provider, events, ...batches, ...rules }, attempt);
    }
  }

  /** Brings the ledger up to date with the store. */
  async drain(saleId: string): Promise<void> {
    const handler = handlerOf((id, events) => applyEvents(this.db, id, events, 'buyers_and_shop'));
    await drainOutbox(this.store, saleId, handler, { batchSize: 100, retryMs: 1 });
  }

  /** What every processor does twice a second. */
  async recover(ports: Partial<RecoveryPorts> = {}): Promise<void> {
    const { store, db: ledger } = this;
    await recoverSales({
      store,
      ledger,
      events: this.payments.events,
      drainLog: (saleId) => this.drain(saleId),
      workerId: 'processor',
      audience: 'buyers_and_shop',
      paymentGraceMs: GRACE_MS,
      ...ports,
    });
  }

  async stock(saleId: string): Promise<Omit<ItemStock, 'skuId'>> {
    const view = await this.store.readSale(saleId);
    const [stock] = view?.stock ?? [];
    if (!stock) throw new Error('the store does not hold the sale');
    const { skuId: _, ...counts } = stock;
    return counts;
  }

  async known({ orderId }: Order): Promise<OrderDetails> {
    const found = await findOrder(this.db, orderId);
    if (!found) throw new Error('the ledger does not know the order');
    return found;
  }

  async paymentState({ orderId }: Order): Promise<string | undefined> {
    return (await readAttemptsOfOrder(this.db, orderId)).at(-1)?.state;
  }

  /** Orders that were counted as lost, by how that was found out. */
  async lostOrders(): Promise<Record<string, number>> {
    const { values } = await this.payments.metrics.ordersLost.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.how, value]));
  }

  /** What does not hold, in words. */
  async findings(saleId: string): Promise<string[]> {
    await this.drain(saleId);
    const { store, db: ledger } = this;
    const report = await audit({ store, ledger, events: this.payments.events }, [saleId]);
    return report.invariants.flatMap(({ name, violations }) => violations.map(({ detail }) => `${name}: ${detail}`));
  }
}
