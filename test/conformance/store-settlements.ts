import { expect, test } from 'vitest';
import type { OrderRef } from '../../src/store/store.ts';
import { T0 } from '../support/clock.ts';
import { line, MINUTE_MS, saleItem } from '../support/sale-fixtures.ts';
import type { StoreBench } from '../support/store-bench.ts';

const DEADLINE = T0 + 10 * MINUTE_MS;

export function settlementConformance(bench: StoreBench): void {
  const reserved = async (): Promise<OrderRef> => {
    await bench.prepare();
    return bench.reserve();
  };
  const paying = async (attemptId = 'a1'): Promise<OrderRef> => {
    const ref = await reserved();
    await bench.store.beginPayment(ref, attemptId, 0);
    return ref;
  };
  const paid = async (): Promise<OrderRef> => {
    const ref = await paying();
    await bench.store.confirm(ref, 'a1');
    return ref;
  };
  const expired = async (): Promise<OrderRef> => {
    const ref = await reserved();
    bench.clock.set(DEADLINE);
    await bench.store.expireDue('sale-1', 10);
    return ref;
  };
  /** Does it, and does it again: same answer, and no further event. */
  const twice = async <T>(operate: () => Promise<T>): Promise<T> => {
    const first = await operate();
    const { lastSeq } = await bench.view();
    expect(await operate()).toEqual(first);
    expect((await bench.view()).lastSeq).toBe(lastSeq);
    return first;
  };

  test('an order that is not there cannot be settled', async () => {
    await bench.prepare();
    const { store } = bench;
    const ref = { saleId: 'sale-1', orderId: 'nothing' };
    const notFound = { code: 'not_found' };
    expect(await store.beginPayment(ref, 'a1', 0)).toEqual(notFound);
    expect(await store.declinePayment(ref, 'a1')).toEqual(notFound);
    expect(await store.confirm(ref, 'a1')).toEqual(notFound);
    expect(await store.reserveAgain(ref, 'a1', 0)).toEqual(notFound);
    expect(await store.release(ref, 'expired', null)).toEqual(notFound);
    expect(await store.confirm({ saleId: 'nowhere', orderId: 'nothing' }, 'a1')).toEqual(notFound);
    expect(await store.readOrder(ref)).toBeNull();
  });

  test('a payment holds the order until its deadline, or for the grace if that is longer', async () => {
    const ref = await reserved();
    const begun = await twice(() => bench.store.beginPayment(ref, 'a1', MINUTE_MS));
    const held = { state: 'paying', attemptId: 'a1', payingUntilMs: DEADLINE };
    expect(begun).toMatchObject({ code: 'done', order: held });
    expect(await bench.stock()).toMatchObject({ reserved: 0, paying: 1 });
    bench.clock.set(DEADLINE - 1);
    const late = await bench.reserve({ userId: 'bob' });
    const order = { payingUntilMs: DEADLINE - 1 + 30 * MINUTE_MS };
    expect(await bench.store.beginPayment(late, 'a2', 30 * MINUTE_MS)).toMatchObject({ code: 'done', order });
  });

  test('one attempt at a time holds an order', async () => {
    const ref = await paying();
    const order = { state: 'paying', attemptId: 'a1' };
    expect(await bench.store.beginPayment(ref, 'a2', 0)).toMatchObject({ code: 'wrong_state', order });
    expect(await bench.store.declinePayment(ref, 'a2')).toMatchObject({ code: 'wrong_state', order });
    expect(await bench.store.confirm(ref, 'a2')).toMatchObject({ code: 'wrong_state', order });
    expect(await bench.store.reserveAgain(ref, 'a2', 0)).toMatchObject({ code: 'wrong_state', order });
    expect(await bench.store.readOrder(ref)).toMatchObject(order);
  });

  test('a payment that comes at the deadline is too late, and the units are free', async () => {
    const ref = await reserved();
    bench.clock.set(DEADLINE);
    const begun = await twice(() => bench.store.beginPayment(ref, 'a1', MINUTE_MS));
    expect(begun).toMatchObject({ code: 'wrong_state', order: { state: 'expired', releaseReason: 'expired' } });
    expect(await bench.stock()).toMatchObject({ available: 10 });
  });

  test('an attempt that ended with its order does not hold it any longer', async () => {
    const ref = await paying();
    await bench.store.release(ref, 'claim_refused', 'a1');
    const order = { state: 'cancelled' };
    expect(await bench.store.beginPayment(ref, 'a1', 0)).toMatchObject({ code: 'wrong_state', order });
    expect(await bench.store.confirm(ref, 'a1')).toMatchObject({ code: 'wrong_state', order });
    expect(await bench.store.reserveAgain(ref, 'a1', 0)).toMatchObject({ code: 'wrong_state', order });
  });

  test('a declined payment opens the reservation again while time is left', async () => {
    const ref = await paying();
    bench.clock.set(DEADLINE - 1);
    const order = { state: 'reserved', attemptId: null, payingUntilMs: null, deadlineMs: DEADLINE };
    expect(await twice(() => bench.store.declinePayment(ref, 'a1'))).toMatchObject({ code: 'done', order });
    expect(await bench.store.beginPayment(ref, 'a2', 0)).toMatchObject({ code: 'done' });
    bench.clock.set(DEADLINE);
    await bench.store.declinePayment(ref, 'a2');
    expect(await bench.stock()).toMatchObject({ available: 10 });
  });

  test('a payment declined after the deadline ends the order', async () => {
    const ref = await paying();
    bench.clock.set(DEADLINE);
    const declined = await twice(() => bench.store.declinePayment(ref, 'a1'));
    expect(declined).toMatchObject({ code: 'done', order: { state: 'expired', payingUntilMs: null } });
    expect(await bench.stock()).toMatchObject({ available: 10, paying: 0 });
  });

  test('a payment declined in a cancelled sale ends the order', async () => {
    const ref = await paying();
    await bench.store.changeSale('sale-1', { type: 'cancel' }, 'c');
    const order = { state: 'cancelled', releaseReason: 'sale_cancelled' };
    expect(await twice(() => bench.store.declinePayment(ref, 'a1'))).toMatchObject({ code: 'done', order });
  });

  test('a confirmed order is sold for good', async () => {
    const ref = await paying();
    const confirmed = await twice(() => bench.store.confirm(ref, 'a1'));
    expect(confirmed).toMatchObject({ code: 'done', order: { state: 'paid', attemptId: 'a1', payingUntilMs: null } });
    expect(await bench.stock()).toMatchObject({ available: 9, paying: 0, sold: 1 });
    expect(await bench.store.release(ref, 'cancelled_by_buyer', 'a1')).toMatchObject({ code: 'wrong_state' });
    expect(await bench.store.declinePayment(ref, 'a1')).toMatchObject({ code: 'wrong_state' });
    expect(await bench.store.beginPayment(ref, 'a1', 0)).toMatchObject({ code: 'done', order: { state: 'paid' } });
  });

  test('money is confirmed after the end of the sale, and after the time of the attempt', async () => {
    const ref = await paying();
    bench.clock.advance(600 * MINUTE_MS);
    expect(await bench.store.confirm(ref, 'a1')).toMatchObject({ code: 'done', order: { state: 'paid' } });
  });

  test('an order without an attempt cannot be confirmed', async () => {
    const ref = await reserved();
    expect(await bench.store.confirm(ref, 'a1')).toMatchObject({ code: 'wrong_state', order: { state: 'reserved' } });
  });

  test('a release gives the units back once', async () => {
    const ref = await reserved();
    const released = await twice(() => bench.store.release(ref, 'cancelled_by_buyer', null));
    expect(released).toMatchObject({ order: { state: 'cancelled', releaseReason: 'cancelled_by_buyer' } });
    expect(await bench.store.release(ref, 'expired', null)).toMatchObject({
      code: 'done',
      order: { state: 'cancelled' },
    });
    expect(await bench.stock()).toMatchObject({ available: 10, reserved: 0 });
  });

  test('a payment under way is ended only by who holds it', async () => {
    const ref = await paying();
    expect(await bench.store.release(ref, 'cancelled_by_buyer', null)).toMatchObject({ code: 'wrong_state' });
    expect(await bench.store.release(ref, 'cancelled_by_buyer', 'a2')).toMatchObject({ code: 'wrong_state' });
    const order = { state: 'cancelled', releaseReason: 'payment_failed' };
    expect(await bench.store.release(ref, 'payment_failed', 'a1')).toMatchObject({ code: 'done', order });
    expect(await bench.stock()).toMatchObject({ available: 10, paying: 0 });
  });

  test('overdue reservations expire, earliest first and no more than asked; payments do not', async () => {
    await bench.prepare();
    const refs: OrderRef[] = [];
    for (const userId of ['ann', 'bob', 'cat', 'dan']) {
      refs.push(await bench.reserve({ userId }));
      bench.clock.advance(1000);
    }
    const [first, second] = refs;
    if (!first || !second) throw new Error('no orders');
    await bench.store.beginPayment(second, 'a1', 0);
    bench.clock.set(DEADLINE + 2000);
    expect(await bench.store.expireDue('sale-1', 1)).toBe(1);
    expect(await bench.store.readOrder(first)).toMatchObject({ state: 'expired' });
    expect(await bench.store.expireDue('sale-1', 10)).toBe(1);
    expect(await bench.store.expireDue('sale-1', 10)).toBe(0);
    expect(await bench.stock()).toMatchObject({ available: 8, reserved: 1, paying: 1 });
  });

  test('a payment is due at the end of its time, earliest first, until it is settled', async () => {
    await bench.prepare();
    const ann = await bench.reserve({ userId: 'ann' });
    const bob = await bench.reserve({ userId: 'bob' });
    await bench.store.beginPayment(ann, 'a1', 20 * MINUTE_MS);
    await bench.store.beginPayment(bob, 'b1', 15 * MINUTE_MS);
    const due = async (limit = 10) => (await bench.store.duePayments('sale-1', limit)).map(({ userId }) => userId);
    bench.clock.set(T0 + 15 * MINUTE_MS - 1);
    expect(await due()).toEqual([]);
    bench.clock.set(T0 + 20 * MINUTE_MS);
    expect(await due()).toEqual(['bob', 'ann']);
    expect(await due(1)).toEqual(['bob']);
    await bench.store.confirm(bob, 'b1');
    expect(await due()).toEqual(['ann']);
    await bench.reopen();
    expect(await due()).toEqual(['ann']);
  });

  test('late money takes the units of an expired order again', async () => {
    const ref = await expired();
    const again = await twice(() => bench.store.reserveAgain(ref, 'a1', MINUTE_MS));
    const order = { state: 'paying', attemptId: 'a1', payingUntilMs: DEADLINE + MINUTE_MS, releaseReason: null };
    expect(again).toMatchObject({ code: 'done', order });
    expect(await bench.stock()).toMatchObject({ available: 9, paying: 1 });
    await bench.store.confirm(ref, 'a1');
    expect(await bench.store.reserveAgain(ref, 'a1', 0)).toMatchObject({ code: 'done', order: { state: 'paid' } });
  });

  test('late money that is declined after all gives the units back', async () => {
    const ref = await expired();
    await bench.store.reserveAgain(ref, 'a1', MINUTE_MS);
    await bench.store.declinePayment(ref, 'a1');
    expect(await bench.store.readOrder(ref)).toMatchObject({ state: 'expired', releaseReason: 'expired' });
    expect(await bench.stock()).toMatchObject({ available: 10, paying: 0 });
  });

  test('late money gets nothing when the units are gone', async () => {
    await bench.prepare({ items: [saleItem({ totalStock: 1 })] });
    const ref = await bench.reserve();
    bench.clock.set(DEADLINE);
    await bench.reserve({ userId: 'bob' });
    const refused = await twice(() => bench.store.reserveAgain(ref, 'a1', 0));
    expect(refused).toMatchObject({ code: 'sold_out', order: { state: 'expired' } });
  });

  test('late money gets nothing beyond the limit', async () => {
    const ref = await expired();
    await bench.reserve({ lines: [line('sneaker', 2)] });
    expect(await bench.store.reserveAgain(ref, 'a1', 0)).toMatchObject({ code: 'sold_out' });
  });

  test('late money gets nothing from a sale that is paused or over', async () => {
    const ref = await expired();
    const again = () => bench.store.reserveAgain(ref, 'a1', 0);
    await bench.store.changeSale('sale-1', { type: 'pause' }, 'c');
    expect(await again()).toMatchObject({ code: 'wrong_state', order: { state: 'expired' } });
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await again()).toMatchObject({ code: 'wrong_state', order: { state: 'expired' } });
  });

  test('an order that has not expired is not reserved again', async () => {
    const ref = await reserved();
    expect(await bench.store.reserveAgain(ref, 'a1', 0)).toMatchObject({ code: 'wrong_state' });
    await bench.store.release(ref, 'cancelled_by_buyer', null);
    expect(await bench.store.reserveAgain(ref, 'a1', 0)).toMatchObject({ code: 'wrong_state' });
  });

  test("a buyer's orders are listed oldest first, and no one else's", async () => {
    await bench.prepare();
    const first = await bench.reserve();
    await bench.reserve({ userId: 'bob' });
    const second = await bench.reserve();
    const orders = await bench.store.readOrders('sale-1', 'ann');
    expect(orders.map(({ orderId }) => orderId)).toEqual([first.orderId, second.orderId]);
    expect(await bench.store.readOrders('sale-1', 'cat')).toEqual([]);
  });

  test('paid orders survive a restart', async () => {
    const ref = await paid();
    await bench.reopen();
    expect(await bench.store.readOrder(ref)).toMatchObject({ state: 'paid' });
    expect(await bench.store.confirm(ref, 'a1')).toMatchObject({ code: 'done' });
  });
}
