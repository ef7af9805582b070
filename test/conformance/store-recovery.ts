import { expect, test } from 'vitest';
import type { Order } from '../../src/domain/order.ts';
import { SaleRecovering } from '../../src/store/store.ts';
import { T0 } from '../support/clock.ts';
import { payingOrder, reservedOrder } from '../support/ledger-fixtures.ts';
import { recoveredSale } from '../support/recovered-sales.ts';
import {
  line,
  MINUTE_MS,
  purchaseRequest,
  saleDefinition,
  saleItem,
  waitingRoomRules,
} from '../support/sale-fixtures.ts';
import { brokenInvariants } from '../support/sale-invariants.ts';
import { type StoreBench, unnamed } from '../support/store-bench.ts';

export function recoveryConformance(bench: StoreBench): void {
  const adoption = async (epoch = 2) => {
    const view = await bench.view();
    return { epoch, expectedEpoch: view.epoch, expectedSeq: view.lastSeq };
  };

  test('a sale may be sold by the store that it was prepared in', async () => {
    await bench.prepare();
    const { incarnation, recovering } = await bench.view();
    expect(incarnation).not.toBe('');
    expect(recovering).toBe(false);
  });

  test('a store that has become another decides nothing, and says so', async () => {
    await bench.prepare();
    const ref = await bench.reserve();
    const before = await bench.snapshot();
    await bench.supplant();
    const { store } = bench;
    const ticket = { saleId: 'sale-1', userId: 'ann', ticket: 1 };
    const decisions = [
      () => store.prepareSale(saleDefinition(), 1, 'c'),
      () => store.changeSale('sale-1', { type: 'pause' }, 'c'),
      () => store.forgetSale('sale-1'),
      () => store.join({ saleId: 'sale-1', userId: 'ann', held: false, correlationId: 'c' }),
      () => store.findPlace('sale-1', 'ann'),
      () => store.leave(ticket),
      () => store.readPlace(ticket),
      () => store.restore(ticket),
      () => store.advanceGate('sale-1'),
      () => store.admit(ticket),
      () => store.purchase(purchaseRequest()),
      () => store.beginPayment(ref, 'a1', 0),
      () => store.declinePayment(ref, 'a1'),
      () => store.confirm(ref, 'a1'),
      () => store.reserveAgain(ref, 'a1', 0),
      () => store.release(ref, 'expired', null),
      () => store.expireDue('sale-1', 10),
      () => store.duePayments('sale-1', 10),
    ];
    bench.clock.advance(60 * MINUTE_MS);
    for (const decide of decisions) await expect(decide(), String(decide)).rejects.toThrow(SaleRecovering);
    expect(unnamed(await bench.snapshot())).toEqual({
      ...unnamed(before),
      takenAtMs: T0 + 60 * MINUTE_MS,
      recovering: true,
    });
    expect((await store.listSales()).views).toMatchObject([{ recovering: true, state: 'active' }]);
    expect(await bench.events()).toHaveLength(before.lastSeq);
    expect(await store.readOrder(ref)).toMatchObject({ state: 'reserved' });
  });

  test('a sale can be fenced off, until it is adopted', async () => {
    const { store } = bench;
    await store.fence('nowhere');
    await bench.prepare();
    await store.fence('sale-1');
    await store.fence('sale-1');
    expect(await bench.view()).toMatchObject({ recovering: true });
    await expect(bench.reserve()).rejects.toThrow(SaleRecovering);
    expect(await store.adopt('sale-1', await adoption())).toBe('adopted');
    await bench.reserve();
  });

  test('other sales go on meanwhile', async () => {
    await bench.prepare();
    await bench.prepare({ saleId: 'sale-2' });
    await bench.supplant('sale-1');
    await bench.reserve({ saleId: 'sale-2' });
  });

  test('an adopted sale goes on where it was, under its new epoch', async () => {
    await bench.prepare();
    const request = purchaseRequest();
    const made = await bench.store.purchase(request);
    const before = await bench.snapshot();
    await bench.supplant();
    expect(await bench.store.adopt('sale-1', await adoption())).toBe('adopted');

    const { incarnation } = before;
    expect(await bench.snapshot()).toMatchObject({ recovering: false, epoch: 2, lastSeq: before.lastSeq + 1 });
    expect((await bench.snapshot()).orders).toEqual(before.orders);
    expect(incarnation).not.toBe('');
    expect(await bench.store.purchase(request)).toMatchObject({ ...made, replayed: true });
    await bench.reserve({ userId: 'bob' });
    expect((await bench.events()).slice(-2)).toMatchObject([
      { type: 'sale_recovered', how: 'adopted', epoch: 2, seq: before.lastSeq + 1 },
      { type: 'order_reserved', epoch: 2, seq: before.lastSeq + 2, order: { reservedInEpoch: 2 } },
    ]);
    expect(brokenInvariants({ snapshot: await bench.snapshot(), events: await bench.events() })).toEqual([]);
  });

  test('is adopted by one of two, and by nobody who looked earlier', async () => {
    await bench.prepare();
    const early = await adoption();
    await bench.reserve();
    await bench.supplant();
    expect(await bench.store.adopt('sale-1', early)).toBe('changed');
    const now = await adoption();
    expect(await bench.store.adopt('sale-1', now)).toBe('adopted');
    expect(await bench.store.adopt('sale-1', now)).toBe('changed');
    expect(await bench.store.adopt('nowhere', now)).toBe('changed');
  });

  test('an adopted sale stays adopted after a restart', async () => {
    await bench.prepare();
    await bench.reserve();
    await bench.supplant();
    await bench.store.adopt('sale-1', await adoption());
    const before = await bench.snapshot();
    await bench.reopen();
    expect(unnamed(await bench.snapshot())).toEqual({ ...unnamed(before), trimmedSeq: expect.any(Number) });
  });

  const order = (fields: Partial<Order>) => reservedOrder({ orderId: `o-${fields.userId}`, userId: 'ann', ...fields });

  test('a sale that is installed where there was none is sold on, with all that its orders say', async () => {
    const held = order({ userId: 'ann', idempotencyKey: 'k1' });
    const paid = order({
      userId: 'bob',
      state: 'paid',
      attemptId: 'b1',
      lines: [{ ...held.lines[0], quantity: 2 }] as never,
    });
    const gone = order({ userId: 'cid', state: 'expired', releaseReason: 'expired' });
    const recovered = recoveredSale({ orders: [held, paid, gone] });
    expect(await bench.store.install(recovered)).toBe('installed');

    const { store } = bench;
    expect(await bench.view()).toMatchObject({ epoch: 2, lastSeq: 41, trimmedSeq: 40, recovering: false });
    expect(await bench.stock()).toMatchObject({ available: 7, reserved: 1, paying: 0, sold: 2 });
    expect((await bench.snapshot()).orders).toEqual([held, paid, gone]);
    const repeat = purchaseRequest({ userId: 'ann', idempotencyKey: 'k1' });
    expect(await store.purchase(repeat)).toMatchObject({ code: 'reserved', replayed: true, order: held });
    expect(await store.purchase(purchaseRequest({ userId: 'bob' }))).toMatchObject({ code: 'limit_exceeded', held: 2 });
    expect(await store.beginPayment(held, 'a1', 0)).toMatchObject({ code: 'done' });
    await bench.reserve({ userId: 'dan' });
    expect((await store.readEvents('sale-1', 40, 10)).map(({ seq, epoch, type }) => [seq, epoch, type])).toEqual([
      [41, 2, 'sale_recovered'],
      [42, 2, 'payment_begun'],
      [43, 2, 'order_reserved'],
    ]);
  });

  test('deadlines of installed orders are kept', async () => {
    const [reserved, paying] = [
      order({ userId: 'ann' }),
      payingOrder({ orderId: 'o-bob', userId: 'bob', attemptId: 'b1' }),
    ];
    await bench.store.install(recoveredSale({ orders: [reserved, paying] }));
    bench.clock.advance(12 * MINUTE_MS);
    expect(await bench.store.expireDue('sale-1', 10)).toBe(1);
    expect(await bench.store.duePayments('sale-1', 10)).toMatchObject([{ orderId: 'o-bob', attemptId: 'b1' }]);
    expect(await bench.stock()).toMatchObject({ available: 9, reserved: 0, paying: 1 });
  });

  test('what a recovery changes of orders is handed out behind it', async () => {
    const held = order({ userId: 'ann' });
    const begun: Order = { ...held, state: 'paying', attemptId: 'a1', payingUntilMs: T0 + MINUTE_MS };
    const recovered = recoveredSale({ orders: [held] }, [{ type: 'payment_begun', order: begun }]);
    await bench.store.install(recovered);
    expect(await bench.stock()).toMatchObject({ available: 9, reserved: 0, paying: 1 });
    expect(await bench.store.readEvents('sale-1', 40, 10)).toEqual(recovered.events);
    expect(await bench.store.confirm(held, 'a1')).toMatchObject({ code: 'done', order: { state: 'paid' } });
  });

  test('an installed sale takes the place of what was there, at the version that it names', async () => {
    await bench.prepare();
    await bench.reserve({ userId: 'lost' });
    await bench.supplant();
    const { epoch, lastSeq } = await bench.view();
    const orders = [order({ userId: 'ann' })];
    expect(await bench.store.install(recoveredSale({ orders }))).toBe('changed');
    expect(await bench.store.install(recoveredSale({ orders, replaces: { epoch, lastSeq: lastSeq - 1 } }))).toBe(
      'changed',
    );
    const recovered = recoveredSale({ orders, replaces: { epoch, lastSeq } });
    expect(await bench.store.install(recovered)).toBe('installed');
    expect(await bench.store.install(recovered)).toBe('changed');
    expect((await bench.snapshot()).orders).toEqual(orders);
    expect(await bench.store.readOrders('sale-1', 'lost')).toEqual([]);
  });

  test.each(['paused', 'ended', 'cancelled'] as const)('a sale that was %s stays so', async (state) => {
    await bench.store.install(recoveredSale({ state }));
    expect(await bench.view()).toMatchObject({ state, recovering: false });
    const code = state === 'paused' ? 'sale_paused' : 'sale_ended';
    expect(await bench.store.purchase(purchaseRequest())).toEqual({ code });
  });

  test('a scheduled sale that is installed starts by the clock', async () => {
    bench.clock.advance(-MINUTE_MS);
    await bench.store.install(recoveredSale({ state: 'scheduled', lastAtMs: T0 - MINUTE_MS }));
    expect((await bench.view()).state).toBe('scheduled');
    bench.clock.advance(MINUTE_MS);
    await bench.reserve();
  });

  test('restocks that were made are not made again', async () => {
    const sale = saleDefinition({ items: [saleItem({ totalStock: 12, safetyBuffer: 1 })] });
    await bench.store.install(recoveredSale({ sale, restockIds: ['r1'] }));
    const restock = { type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 2 } as const;
    expect(await bench.store.changeSale('sale-1', restock, 'c')).toBe('unchanged');
    expect(await bench.stock()).toMatchObject({ totalStock: 12, available: 11, buffer: 1 });
  });

  test('what was set at the gate stays set', async () => {
    const sale = saleDefinition({ waitingRoom: waitingRoomRules() });
    const gate = { ratePerSecond: 7, maxActive: 5, paused: true };
    await bench.store.install(recoveredSale({ sale, gate, room: { tickets: 30, nowServing: 10 } }));
    expect((await bench.view()).room).toMatchObject({ settings: gate, nowServing: 10 });
  });

  test('an installed sale is there after a restart', async () => {
    const orders = [order({ userId: 'ann' }), order({ userId: 'bob', state: 'paid', attemptId: 'b1' })];
    await bench.store.install(recoveredSale({ orders }));
    await bench.reserve({ userId: 'cid', lines: [line('sneaker', 2)] });
    const [snapshot, events] = [await bench.snapshot(), await bench.store.readEvents('sale-1', 40, 10)];
    await bench.reopen();
    expect(unnamed(await bench.snapshot())).toEqual({ ...unnamed(snapshot), trimmedSeq: expect.any(Number) });
    expect(await bench.store.readEvents('sale-1', 40, 10)).toEqual(events);
    expect(await bench.store.readEvents('sale-1', 41, 10)).toEqual(events.slice(1));
  });
}
