import { expect, test } from 'vitest';
import type { SaleState } from '../../src/domain/sale.ts';
import type { ChangeOutcome, SaleCommand } from '../../src/domain/sale-change.ts';
import { T0 } from '../support/clock.ts';
import { MINUTE_MS, purchaseRequest, saleDefinition, saleItem } from '../support/sale-fixtures.ts';
import { type StoreBench, unnamed } from '../support/store-bench.ts';

const NOWHERE = { saleId: 'nowhere', orderId: 'nothing' };
const TOMORROW = { startsAtMs: T0 + 1440 * MINUTE_MS, endsAtMs: T0 + 1500 * MINUTE_MS };

export function saleConformance(bench: StoreBench): void {
  test('a prepared sale shows its definition and all of its stock', async () => {
    const sale = saleDefinition({ ...TOMORROW, items: [saleItem({ totalStock: 10, safetyBuffer: 3 })] });
    expect(await bench.store.prepareSale(sale, 7, 'c')).toBe('prepared');
    const stock = [{ skuId: 'sneaker', totalStock: 10, available: 7, reserved: 0, paying: 0, sold: 0, buffer: 3 }];
    const numbers = { epoch: 7, lastSeq: 1, trimmedSeq: 0 };
    const expected = { sale, state: 'scheduled', stock, room: null, recovering: false, ...numbers };
    expect(unnamed(await bench.view())).toEqual(unnamed(expected));
  });

  test('a scheduled sale can be prepared anew, a live one not', async () => {
    await bench.prepare(TOMORROW);
    expect(await bench.prepare({ ...TOMORROW, items: [saleItem({ totalStock: 99 })] })).toBe('prepared');
    expect(await bench.stock()).toMatchObject({ totalStock: 99, available: 99 });
    bench.clock.set(TOMORROW.startsAtMs);
    expect(await bench.prepare(TOMORROW)).toBe('wrong_state');
    expect(await bench.stock()).toMatchObject({ totalStock: 99 });
  });

  test('preparing the same sale twice leaves it as it was', async () => {
    await bench.prepare(TOMORROW);
    const { lastSeq: _, ...before } = await bench.view();
    expect(await bench.prepare(TOMORROW)).toBe('prepared');
    expect(await bench.view()).toMatchObject(before);
  });

  test('the clock starts and ends a sale to the millisecond', async () => {
    await bench.prepare({ startsAtMs: T0 + 1000, endsAtMs: T0 + 2000 });
    const stateAt = async (atMs: number) => {
      bench.clock.set(atMs);
      return (await bench.view()).state;
    };
    expect(await stateAt(T0 + 999)).toBe('scheduled');
    expect(await stateAt(T0 + 1000)).toBe('active');
    expect(await stateAt(T0 + 1999)).toBe('active');
    expect(await stateAt(T0 + 2000)).toBe('ended');
  });

  test('start and end latch when the clock jumps back', async () => {
    await bench.prepare({ startsAtMs: T0 + 1000, endsAtMs: T0 + 2000 });
    bench.clock.set(T0 + 1000);
    expect((await bench.view()).state).toBe('active');
    bench.clock.set(T0);
    expect((await bench.view()).state).toBe('active');
    expect(await bench.store.now()).toBe(T0 + 1000);
  });

  test('a sale whose window passed with nobody watching has started and ended', async () => {
    await bench.prepare({ startsAtMs: T0 + 1000, endsAtMs: T0 + 2000 });
    bench.clock.set(T0 + 9000);
    expect((await bench.view()).state).toBe('ended');
    expect((await bench.events()).map(({ type }) => type)).toEqual(['sale_prepared', 'sale_started', 'sale_ended']);
  });

  test('the first event bears the time of its making', async () => {
    await bench.prepare();
    expect((await bench.events())[0]).toMatchObject({ type: 'sale_prepared', atMs: T0, correlationId: 'set-up' });
  });

  const outcomes: [SaleState, Record<'pause' | 'resume' | 'end' | 'cancel', ChangeOutcome>][] = [
    ['scheduled', { pause: 'wrong_state', resume: 'wrong_state', end: 'wrong_state', cancel: 'changed' }],
    ['active', { pause: 'changed', resume: 'unchanged', end: 'changed', cancel: 'changed' }],
    ['paused', { pause: 'unchanged', resume: 'changed', end: 'changed', cancel: 'changed' }],
    ['ended', { pause: 'wrong_state', resume: 'wrong_state', end: 'unchanged', cancel: 'wrong_state' }],
    ['cancelled', { pause: 'wrong_state', resume: 'wrong_state', end: 'wrong_state', cancel: 'unchanged' }],
  ];
  const way: Record<SaleState, SaleCommand[]> = {
    scheduled: [],
    active: [],
    paused: [{ type: 'pause' }],
    ended: [{ type: 'end' }],
    cancelled: [{ type: 'cancel' }],
  };
  const resulting = { pause: 'paused', resume: 'active', end: 'ended', cancel: 'cancelled' } as const;

  test.each(outcomes)('an operator changes a sale that is %s', async (state, expected) => {
    for (const type of ['pause', 'resume', 'end', 'cancel'] as const) {
      const saleId = `${state}-${type}`;
      await bench.prepare({ saleId, ...(state === 'scheduled' ? TOMORROW : {}) });
      for (const step of way[state]) await bench.store.changeSale(saleId, step, 'c');
      const outcome = await bench.store.changeSale(saleId, { type }, 'c');
      const after = (await bench.view(saleId)).state;
      expect({ type, outcome, after }).toEqual({
        type,
        outcome: expected[type],
        after: expected[type] === 'wrong_state' ? state : resulting[type],
      });
    }
  });

  test('a restock adds its units once', async () => {
    await bench.prepare();
    const restock = { type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 5 } as const;
    expect(await bench.store.changeSale('sale-1', restock, 'c')).toBe('changed');
    expect(await bench.store.changeSale('sale-1', restock, 'c')).toBe('unchanged');
    expect(await bench.stock()).toMatchObject({ totalStock: 15, available: 15 });
    expect((await bench.view()).sale.items[0]?.totalStock).toBe(15);
  });

  test('a restock of an unknown item or of a sale that is over is refused', async () => {
    await bench.prepare();
    const restock = { type: 'restock', restockId: 'r1', skuId: 'hat', quantity: 5 } as const;
    expect(await bench.store.changeSale('sale-1', restock, 'c')).toBe('not_found');
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await bench.store.changeSale('sale-1', { ...restock, skuId: 'sneaker' }, 'c')).toBe('wrong_state');
  });

  test('all sales are listed', async () => {
    await bench.prepare({ saleId: 'a' });
    await bench.prepare({ saleId: 'b', ...TOMORROW });
    const listed = (await bench.store.listSales()).views.map(({ sale, state }) => [sale.saleId, state]);
    expect(listed.sort()).toEqual([
      ['a', 'active'],
      ['b', 'scheduled'],
    ]);
  });

  test('a sale that is not there has nothing and takes nothing', async () => {
    const { store } = bench;
    expect(await store.readSale('nowhere')).toBeNull();
    expect(await store.snapshot('nowhere')).toBeNull();
    expect(await store.readOrder(NOWHERE)).toBeNull();
    expect(await store.readOrders('nowhere', 'ann')).toEqual([]);
    expect(await store.readEvents('nowhere', 0, 10)).toEqual([]);
    expect(await store.duePayments('nowhere', 10)).toEqual([]);
    expect(await store.expireDue('nowhere', 10)).toBe(0);
    expect(await store.changeSale('nowhere', { type: 'pause' }, 'c')).toBe('not_found');
    expect(await store.forgetSale('nowhere')).toBe('not_found');
    expect(await store.purchase(purchaseRequest({ saleId: 'nowhere' }))).toEqual({ code: 'not_found' });
    await store.trimEvents('nowhere', 5);
    expect((await store.listSales()).views).toEqual([]);
  });

  test('a sale is forgotten only when it is over, its orders are closed and its events are read', async () => {
    const { store } = bench;
    await bench.prepare();
    const readAll = async () => store.trimEvents('sale-1', (await bench.view()).lastSeq);
    const ref = await bench.reserve();
    await readAll();
    expect(await store.forgetSale('sale-1'), 'active').toBe('wrong_state');
    await store.changeSale('sale-1', { type: 'end' }, 'c');
    await readAll();
    expect(await store.forgetSale('sale-1'), 'an order is open').toBe('wrong_state');
    await store.release(ref, 'cancelled_by_buyer', null);
    expect(await store.forgetSale('sale-1'), 'an event is unread').toBe('wrong_state');
    await readAll();
    expect(await store.forgetSale('sale-1')).toBe('forgotten');
    expect(await store.forgetSale('sale-1')).toBe('not_found');
    expect(await store.readSale('sale-1')).toBeNull();
    expect(await store.readOrder(ref)).toBeNull();
    expect(await store.readEvents('sale-1', 0, 10)).toEqual([]);
  });

  test('a forgotten sale stays forgotten, and its neighbours stay', async () => {
    await bench.prepare({ ...TOMORROW, saleId: 'sale-10' });
    await bench.prepare(TOMORROW);
    await bench.store.trimEvents('sale-1', 1);
    expect(await bench.store.forgetSale('sale-1')).toBe('forgotten');
    await bench.reopen();
    expect((await bench.store.listSales()).views.map(({ sale }) => sale.saleId)).toEqual(['sale-10']);
  });

  test('a sale can be prepared again in the moment in which it is forgotten', async () => {
    await bench.prepare(TOMORROW);
    await bench.prepare(TOMORROW);
    await bench.store.trimEvents('sale-1', 2);
    const forgotten = bench.store.forgetSale('sale-1');
    const prepared = bench.prepare({ ...TOMORROW, name: 'Second try' });
    expect(await Promise.all([forgotten, prepared])).toEqual(['forgotten', 'prepared']);
    await bench.reopen();
    expect(await bench.view()).toMatchObject({ sale: { name: 'Second try' }, lastSeq: 1 });
    expect(await bench.events()).toHaveLength(1);
  });

  test('a cancelled sale lets go of its reservations and starts no payment', async () => {
    await bench.prepare();
    const swept = await bench.reserve({ userId: 'ann' });
    const asked = await bench.reserve({ userId: 'bob' });
    await bench.store.changeSale('sale-1', { type: 'cancel' }, 'c');
    const ended = { state: 'cancelled', releaseReason: 'sale_cancelled' };
    expect(await bench.store.beginPayment(asked, 'a1', 0)).toMatchObject({ code: 'wrong_state', order: ended });
    expect(await bench.store.expireDue('sale-1', 10)).toBe(1);
    expect(await bench.store.readOrder(swept)).toMatchObject(ended);
    expect(await bench.stock()).toMatchObject({ available: 10, reserved: 0 });
  });
}
