import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { InvalidCursor } from '../../src/database/cursor.ts';
import { eraseCustomer } from '../../src/database/customer-erasure.ts';
import {
  exportOrders,
  findOrder,
  listOrdersOfUser,
  moveFulfilment,
  pageOrdersOfSale,
} from '../../src/database/orders.ts';
import { readAttempts } from '../../src/database/payments.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { T0 } from '../support/clock.ts';
import {
  attemptRecord,
  ensureOrder,
  ledgerSale,
  moveAttempt,
  numbered,
  orderChange,
  payingOrder,
  recordAttempt,
  reservedOrder,
} from '../support/ledger-fixtures.ts';

const CUSTOMER = { name: 'Ann Other', email: 'ann@example.com', phone: '1', address: 'Here 1' };

export function orderConformance(db: () => Ledger): void {
  test('an order that the log has not told of yet can be read, and the log then completes it', async () => {
    const { saleId } = await ledgerSale(db());
    const order = reservedOrder({ saleId });
    await ensureOrder(db(), order);
    await ensureOrder(db(), { ...order, state: 'cancelled' });
    expect(await findOrder(db(), order.orderId)).toEqual({
      ...order,
      claimedAtMs: null,
      review: null,
      fulfilment: null,
      customer: null,
      timeline: [],
      latestAttempt: null,
    });
    await applyEvents(db(), saleId, numbered(saleId, [orderChange('order_expired', { ...order, state: 'expired' })]));
    expect(await findOrder(db(), order.orderId)).toMatchObject({
      state: 'expired',
      timeline: [{ type: 'order_expired' }],
    });
    expect(await findOrder(db(), randomUUID())).toBeNull();
  });

  test('a buyer sees the own orders, newest first', async () => {
    const userId = randomUUID();
    const [old, young] = [reservedOrder({ userId }), reservedOrder({ userId, reservedAtMs: T0 + 1 })];
    for (const order of [old, young, reservedOrder()]) await ensureOrder(db(), order);
    expect(idsOf(await listOrdersOfUser(db(), userId, 10))).toEqual([young.orderId, old.orderId]);
    expect(idsOf(await listOrdersOfUser(db(), userId, 1))).toEqual([young.orderId]);
  });

  test('the pages of a sale hold each order once, also when orders share their moment', async () => {
    const saleId = randomUUID();
    const orders = Array.from({ length: 7 }, (_, index) =>
      reservedOrder({ saleId, reservedAtMs: T0 + Math.floor(index / 3) }),
    );
    for (const order of orders) await ensureOrder(db(), order);
    const seen: Order[] = [];
    let cursor: string | null = null;
    do {
      const page = await pageOrdersOfSale(db(), {
        saleId,
        cursor,
        limit: 2,
        status: null,
        query: null,
        searchesCustomers: true,
      });
      seen.push(...page.orders);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(idsOf(seen).toSorted()).toEqual(idsOf(orders).toSorted());
    expect(seen.map((order) => order.reservedAtMs)).toEqual(
      seen
        .map((order) => order.reservedAtMs)
        .toSorted()
        .toReversed(),
    );
    const exported: Order[] = [];
    for await (const order of exportOrders(db(), saleId)) exported.push(order);
    expect(idsOf(exported)).toEqual(idsOf(seen));
  });

  test('orders are found by state, by order, by buyer, and by a part of the customer', async () => {
    const saleId = randomUUID();
    const paying = payingOrder({ saleId });
    await record(db(), paying);
    await ensureOrder(db(), reservedOrder({ saleId }));
    const find = async (query: string | null, status: Order['state'] | null = null, searchesCustomers = true) =>
      idsOf(
        (await pageOrdersOfSale(db(), { saleId, cursor: null, limit: 10, status, query, searchesCustomers })).orders,
      );
    expect(await find(null, 'paying')).toEqual([paying.orderId]);
    expect(await find(paying.orderId)).toEqual([paying.orderId]);
    expect(await find(paying.userId)).toEqual([paying.orderId]);
    expect(await find('n oth')).toEqual([paying.orderId]);
    expect(await find('ANN@')).toEqual([paying.orderId]);
    expect(await find('%')).toEqual([]);
    expect(await find('ANN@', null, false)).toEqual([]);
    expect(await find(paying.userId, null, false)).toEqual([paying.orderId]);
  });

  test('a cursor that is none is refused', async () => {
    const request = { saleId: 'sale-1', limit: 1, status: null, query: null, searchesCustomers: true };
    await expect(pageOrdersOfSale(db(), { ...request, cursor: 'nonsense' })).rejects.toThrow(InvalidCursor);
  });

  test('a paid order goes to its buyer step by step', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    const move = (to: 'shipped' | 'out_for_delivery') =>
      moveFulfilment(db(), { orderId: order.orderId, to, nowMs: T0 + 5, correlationId: 'c' });
    expect(await move('shipped')).toBe('not_found');
    await ensureOrder(db(), order);
    expect(await move('shipped')).toBe('wrong_state');
    await applyEvents(db(), saleId, numbered(saleId, [orderChange('order_paid', { ...order, state: 'paid' })]));
    expect(await move('out_for_delivery')).toBe('wrong_state');
    expect(await move('shipped')).toBe('moved');
    expect(await move('shipped')).toBe('unchanged');
    const found = await findOrder(db(), order.orderId);
    expect(found?.fulfilment).toBe('shipped');
    expect(found?.timeline.filter(({ type }) => type === 'shipped')).toHaveLength(1);
  });

  test('an erased buyer leaves orders without name, address and token', async () => {
    const userId = randomUUID();
    const [first, second] = [payingOrder({ userId }), payingOrder({ userId })];
    for (const order of [first, second]) await record(db(), order);
    await moveAttempt(db(), { attemptId: first.attemptId ?? '', action: 'authorise', nowMs: T0 });
    expect(await eraseCustomer(db(), { orderId: first.orderId })).toBe(1);
    expect(await findOrder(db(), first.orderId)).toMatchObject({
      customer: null,
      latestAttempt: { paymentMethod: null },
    });
    expect(await findOrder(db(), second.orderId)).toMatchObject({ customer: CUSTOMER });
    expect(await eraseCustomer(db(), { userId })).toBe(1);
    expect(await eraseCustomer(db(), { userId })).toBe(0);
    expect(await findOrder(db(), second.orderId)).toMatchObject({ customer: null });
  });

  test('an attempt that is still to be sent keeps its token through an erasure', async () => {
    const order = payingOrder();
    await record(db(), order);
    await eraseCustomer(db(), { orderId: order.orderId });
    expect(await readAttempts(db(), [order.attemptId ?? ''])).toMatchObject([{ paymentMethod: 'pm_ok' }]);
  });
}

function record(db: Ledger, order: Order) {
  return recordAttempt(db, attemptRecord(order, { customer: CUSTOMER }));
}

function idsOf(orders: readonly Order[]): string[] {
  return orders.map(({ orderId }) => orderId);
}
