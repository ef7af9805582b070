import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPosition } from '../../src/database/log-positions.ts';
import { findOrder, moveFulfilment } from '../../src/database/orders.ts';
import { beginEpoch, readEpochStarts } from '../../src/database/sale-fences.ts';
import { readSale, setEpoch } from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { T0 } from '../support/clock.ts';
import {
  attemptRecord,
  ledgerSale,
  numbered,
  orderChange,
  payingOrder,
  recordAttempt,
  reservedOrder,
} from '../support/ledger-fixtures.ts';

const CUSTOMER = { name: 'Ann', email: 'ann@example.com', phone: null, address: null };

export function projectionConformance(db: () => Ledger): void {
  test('an order is what its newest event says, and every event is on its timeline', async () => {
    const { saleId } = await ledgerSale(db());
    const events = lifeOfAnOrder(saleId);
    expect(await applyEvents(db(), saleId, events)).toBe(3);
    const paid = events.at(-1);
    const found = await findOrder(db(), orderIdOf(events));
    expect(found).toMatchObject(paid && 'order' in paid ? paid.order : {});
    expect(found).toMatchObject({ fulfilment: 'processing', claimedAtMs: null, customer: null, latestAttempt: null });
    expect(found?.timeline.map(({ type, atMs }) => ({ type, atMs }))).toEqual([
      { type: 'order_reserved', atMs: T0 },
      { type: 'payment_begun', atMs: T0 + 1 },
      { type: 'order_paid', atMs: T0 + 2 },
    ]);
  });

  test('nothing beyond a gap is applied', async () => {
    const { saleId } = await ledgerSale(db());
    const [first, , third] = numbered(
      saleId,
      [1, 2, 3].map(() => orderChange('order_reserved', reservedOrder({ saleId }))),
    );
    if (!first || !third) throw new Error('three events');
    expect(await applyEvents(db(), saleId, [first, third])).toBe(1);
    expect(await findOrder(db(), orderIdOf([third]))).toBeNull();
    expect(await applyEvents(db(), saleId, [third])).toBe(1);
  });

  test('an empty batch tells the position', async () => {
    const { saleId } = await ledgerSale(db());
    expect(await applyEvents(db(), saleId, [])).toBe(0);
    await applyEvents(db(), saleId, lifeOfAnOrder(saleId));
    expect(await applyEvents(db(), saleId, [])).toBe(3);
  });

  test('an event of an epoch that is over does not count', async () => {
    const { saleId } = await ledgerSale(db());
    const [first, second, third] = lifeOfAnOrder(saleId);
    if (!first || !second || !third) throw new Error('three events');
    await applyEvents(db(), saleId, [first]);
    await beginSecondEpoch(db(), saleId);
    expect(await applyEvents(db(), saleId, [first, second])).toBe(1);
    expect(await applyEvents(db(), saleId, [{ ...second, epoch: 2 }])).toBe(2);
    expect(await applyEvents(db(), saleId, [third])).toBe(2);
    expect(await applyEvents(db(), saleId, [{ ...third, epoch: 2 }])).toBe(3);
  });

  test('an epoch that another one has overtaken does not begin any more', async () => {
    const { saleId } = await ledgerSale(db());
    const [first, second] = lifeOfAnOrder(saleId);
    if (!first || !second) throw new Error('two events');
    await applyEvents(db(), saleId, [first]);
    await setEpoch(db(), saleId, 3);
    expect(await beginEpoch(db(), { saleId, epoch: 3 })).toEqual({ afterSeq: 1, follows: 1 });
    expect(await beginEpoch(db(), { saleId, epoch: 2 })).toBeNull();
    expect(await applyEvents(db(), saleId, [{ ...second, epoch: 2 }])).toBe(1);
  });

  test('a recovery that took too long ends no log behind the back of the one that took over', async () => {
    const { saleId } = await ledgerSale(db());
    const [first, second] = lifeOfAnOrder(saleId);
    if (!first || !second) throw new Error('two events');
    await applyEvents(db(), saleId, [first]);
    await setEpoch(db(), saleId, 3);
    expect(await beginEpoch(db(), { saleId, epoch: 3 })).toEqual({ afterSeq: 1, follows: 1 });
    await applyEvents(db(), saleId, [{ ...second, epoch: 3 }]);
    expect(await beginEpoch(db(), { saleId, epoch: 2 })).toBeNull();
    expect(await readPosition(db(), saleId)).toEqual({ epoch: 3, seq: 2 });
    expect(await readEpochStarts(db(), saleId)).toEqual([{ epoch: 3, afterSeq: 1 }]);
  });

  test('an order that is told of too late is cancelled, and told so once', async () => {
    const { saleId } = await ledgerSale(db());
    const [first] = lifeOfAnOrder(saleId);
    if (!first) throw new Error('an event');
    await applyEvents(db(), saleId, [first]);
    await beginSecondEpoch(db(), saleId);
    const late = reservedOrder({ saleId });
    const [event] = numbered(saleId, [orderChange('order_reserved', late)], 2);
    if (!event) throw new Error('an event');
    for (let time = 0; time < 2; time++) expect(await applyEvents(db(), saleId, [event], 'buyers_and_shop')).toBe(1);
    const known = await findOrder(db(), late.orderId);
    expect(known).toMatchObject({ state: 'cancelled', releaseReason: 'lost_in_recovery' });
    expect(known?.timeline.map(({ type }) => type)).toEqual(['order_cancelled']);
    const told = db().selectFrom('webhook_deliveries').selectAll().where('order_id', '=', late.orderId);
    expect(await told.execute()).toMatchObject([{ news: 'order_cancelled', reason: 'lost_in_recovery' }]);
  });

  test('a batch that fails leaves nothing behind', async () => {
    const { saleId } = await ledgerSale(db());
    const good = reservedOrder({ saleId });
    const twin = reservedOrder({ saleId, userId: good.userId, idempotencyKey: good.idempotencyKey });
    const events = numbered(saleId, [orderChange('order_reserved', good), orderChange('order_reserved', twin)]);
    await expect(applyEvents(db(), saleId, events)).rejects.toMatchObject({ code: '23505' });
    expect(await findOrder(db(), good.orderId)).toBeNull();
    expect(await applyEvents(db(), saleId, events.slice(0, 1))).toBe(1);
  });

  test('the log never overwrites what only the ledger knows', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    await recordAttempt(db(), attemptRecord(order, { customer: CUSTOMER }));
    const reserved = { ...order, state: 'reserved' as const, attemptId: null, payingUntilMs: null };
    const paid = { ...order, state: 'paid' as const, payingUntilMs: null };
    const changes = [orderChange('order_reserved', reserved), orderChange('payment_begun', order)];
    await applyEvents(db(), saleId, numbered(saleId, [...changes, orderChange('order_paid', paid)]));
    await moveFulfilment(db(), { orderId: order.orderId, to: 'shipped', nowMs: T0, correlationId: 'c' });
    await db().updateTable('orders').set({ state: 'refunded' }).where('order_id', '=', order.orderId).execute();
    await applyEvents(db(), saleId, numbered(saleId, [orderChange('order_paid', paid)], 4));
    expect(await findOrder(db(), order.orderId)).toMatchObject({
      state: 'refunded',
      fulfilment: 'shipped',
      customer: CUSTOMER,
    });
  });

  test('a log that is replayed from the beginning takes no order back', async () => {
    const { saleId } = await ledgerSale(db());
    const log = lifeOfAnOrder(saleId);
    await applyEvents(db(), saleId, log);
    await db().deleteFrom('log_positions').where('sale_id', '=', saleId).execute();
    expect(await applyEvents(db(), saleId, log.slice(0, 1))).toBe(1);
    const found = await findOrder(db(), orderIdOf(log));
    expect(found?.state).toBe('paid');
    expect(found?.timeline).toHaveLength(3);
  });

  test('the log does not touch the stock', async () => {
    const { saleId } = await ledgerSale(db());
    await applyEvents(db(), saleId, lifeOfAnOrder(saleId));
    await applyEvents(
      db(),
      saleId,
      numbered(saleId, [{ type: 'sale_restocked', restockId: randomUUID(), skuId: 'sneaker', quantity: 5 }], 4),
    );
    expect(await readSale(db(), saleId)).toMatchObject({ items: [{ totalStock: 10, sold: 0 }] });
  });

  test('however the log is cut, repeated and overlapped, each event has its effect once', async () => {
    const slices = fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 12 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(slices, async (cuts) => {
        const { saleId } = await ledgerSale(db());
        const log = [0, 1, 2, 3].flatMap((order) => lifeOfAnOrder(saleId, 1 + order * 3));
        let position = 0;
        for (const [from, length] of cuts) {
          const reaches = from <= position ? Math.max(position, Math.min(from + length, log.length)) : position;
          expect(await applyEvents(db(), saleId, log.slice(from, from + length))).toBe(reaches);
          position = reaches;
        }
        expect(await applyEvents(db(), saleId, log)).toBe(log.length);
        for (let seq = 1; seq <= log.length; seq += 3) {
          const details = await findOrder(db(), orderIdOf(log.slice(seq - 1)));
          expect(details).toMatchObject({ state: 'paid', lines: [{ quantity: 1 }] });
          expect(details?.timeline).toHaveLength(3);
        }
      }),
      { numRuns: 25 },
    );
  });
}

async function beginSecondEpoch(db: Ledger, saleId: string): Promise<void> {
  await setEpoch(db, saleId, 2);
  await beginEpoch(db, { saleId, epoch: 2 });
}

function lifeOfAnOrder(saleId: string, fromSeq = 1): OrderEvent[] {
  const paying = payingOrder({ saleId });
  return numbered(
    saleId,
    [
      orderChange('order_reserved', { ...paying, state: 'reserved', attemptId: null, payingUntilMs: null }),
      orderChange('payment_begun', paying),
      orderChange('order_paid', { ...paying, state: 'paid', payingUntilMs: null }),
    ],
    fromSeq,
  );
}

function orderIdOf(events: readonly OrderEvent[]): string {
  const [event] = events;
  if (event === undefined || !('order' in event)) throw new Error('not an event of an order');
  return event.order.orderId;
}
