import { randomUUID } from 'node:crypto';
import { ensureOrders } from '../../src/database/orders.ts';
import { type AttemptRecord, type RecordOutcome, recordAttempts } from '../../src/database/payment-records.ts';
import { type AttemptMove, moveAttempts, type PaymentAttempt } from '../../src/database/payments.ts';
import { insertSale } from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import type { Change, OrderChangeType, OrderEvent } from '../../src/domain/order-event.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import { T0 } from './clock.ts';
import { MINUTE_MS, saleDefinition } from './sale-fixtures.ts';

/** A sale that is in the ledger, under an id of its own, so that tests can share a database. */
export async function ledgerSale(db: Ledger, sale: Partial<SaleDefinition> = {}): Promise<SaleDefinition> {
  const definition = saleDefinition({ saleId: randomUUID(), ...sale });
  await insertSale(db, definition, T0);
  return definition;
}

/** One reserved sneaker, for a buyer of its own. */
export function reservedOrder(order: Partial<Order> = {}): Order {
  const orderId = order.orderId ?? randomUUID();
  return {
    orderId,
    saleId: 'sale-1',
    userId: `buyer-${orderId}`,
    state: 'reserved',
    lines: [{ skuId: 'sneaker', quantity: 1, unitPriceMinor: 4_999, remainingStock: 9 }],
    totalMinor: 4_999,
    currency: 'EUR',
    idempotencyKey: `key-${orderId}`,
    reservedAtMs: T0,
    deadlineMs: T0 + 10 * MINUTE_MS,
    payingUntilMs: null,
    attemptId: null,
    releaseReason: null,
    ticket: null,
    deviceId: null,
    correlationId: `correlation-${orderId}`,
    reservedInEpoch: 1,
    ...order,
  };
}

export function payingOrder(order: Partial<Order> = {}): Order {
  return reservedOrder({ state: 'paying', payingUntilMs: T0 + 12 * MINUTE_MS, attemptId: randomUUID(), ...order });
}

/** The first attempt to pay an order, with a token that the simulated provider accepts. */
export function attemptRecord(order: Order, record: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    order,
    attemptId: order.attemptId ?? randomUUID(),
    idempotencyKey: 'pay-1',
    paymentMethod: 'pm_ok',
    customer: null,
    correlationId: 'c',
    nowMs: T0,
    ...record,
  };
}

export async function ensureOrder(db: Ledger, order: Order): Promise<void> {
  await ensureOrders(db, [order]);
}

export async function recordAttempt(db: Ledger, record: AttemptRecord): Promise<RecordOutcome> {
  const [outcome] = await recordAttempts(db, [record]);
  if (outcome === undefined) throw new Error('nothing is said of the record');
  return outcome;
}

export async function moveAttempt(db: Ledger, move: AttemptMove): Promise<PaymentAttempt | null> {
  const [moved] = await moveAttempts(db, [move]);
  return moved ?? null;
}

export function orderChange(type: OrderChangeType, order: Order): Change {
  return { type, order };
}

/** The changes as a store would number them, from `fromSeq` on. */
export function numbered(saleId: string, changes: readonly Change[], fromSeq = 1): OrderEvent[] {
  return changes.map((change, index) => ({
    saleId,
    epoch: 1,
    seq: fromSeq + index,
    atMs: T0 + index,
    correlationId: `correlation-${fromSeq + index}`,
    ...change,
  }));
}
