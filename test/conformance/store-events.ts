import { expect, test } from 'vitest';
import { MINUTE_MS, purchaseRequest } from '../support/sale-fixtures.ts';
import { brokenInvariants } from '../support/sale-invariants.ts';
import { allEvents, type StoreBench, unnamed } from '../support/store-bench.ts';

export function eventConformance(bench: StoreBench): void {
  /** A sale in which everything happens once; 16 events. */
  const eventfulSale = async (): Promise<void> => {
    const { store } = bench;
    await bench.prepare();
    const sold = await bench.reserve({ userId: 'ann' });
    await store.beginPayment(sold, 'a1', 0);
    await store.declinePayment(sold, 'a1');
    await store.beginPayment(sold, 'a2', 0);
    await store.confirm(sold, 'a2');
    await store.release(await bench.reserve({ userId: 'bob' }), 'cancelled_by_buyer', null);
    const late = await bench.reserve({ userId: 'cat' });
    bench.clock.advance(10 * MINUTE_MS);
    await store.expireDue('sale-1', 10);
    await store.reserveAgain(late, 'c1', 0);
    await store.changeSale('sale-1', { type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 }, 'c');
    await store.changeSale('sale-1', { type: 'pause' }, 'c');
    await store.changeSale('sale-1', { type: 'resume' }, 'c');
    await store.changeSale('sale-1', { type: 'end' }, 'c');
  };
  const TYPES = [
    'sale_prepared',
    'sale_started',
    'order_reserved',
    'payment_begun',
    'payment_declined',
    'payment_begun',
    'order_paid',
    'order_reserved',
    'order_cancelled',
    'order_reserved',
    'order_expired',
    'order_reserved_again',
    'sale_restocked',
    'sale_paused',
    'sale_resumed',
    'sale_ended',
  ];

  test('everything that happens is an event, numbered without a gap', async () => {
    await eventfulSale();
    const events = await bench.events();
    expect(events.map(({ type }) => type)).toEqual(TYPES);
    expect(events.map(({ seq }) => seq)).toEqual(TYPES.map((_, index) => index + 1));
    expect(new Set(events.map(({ saleId, epoch }) => `${saleId} ${epoch}`))).toEqual(new Set(['sale-1 1']));
    expect(brokenInvariants({ snapshot: await bench.snapshot(), events })).toEqual([]);
  });

  test('an event carries the whole order as it then is, and whose request made it', async () => {
    await bench.prepare();
    const request = purchaseRequest({ correlationId: 'from-the-edge' });
    await bench.store.purchase(request);
    const reserved = await bench.store.readOrder(request);
    await bench.store.beginPayment(request, 'a1', 0);
    const paying = await bench.store.readOrder(request);
    expect((await bench.events()).slice(2)).toMatchObject([
      { type: 'order_reserved', order: reserved, correlationId: 'from-the-edge' },
      { type: 'payment_begun', order: paying, correlationId: 'from-the-edge' },
    ]);
  });

  test('events are read from any place, as many as asked', async () => {
    await eventfulSale();
    const events = await bench.events();
    expect(await bench.store.readEvents('sale-1', 0, 3)).toEqual(events.slice(0, 3));
    expect(await bench.store.readEvents('sale-1', 7, 4)).toEqual(events.slice(7, 11));
    expect(await bench.store.readEvents('sale-1', TYPES.length - 1, 10)).toEqual(events.slice(-1));
    expect(await bench.store.readEvents('sale-1', TYPES.length, 10)).toEqual([]);
    expect(await bench.store.readEvents('sale-1', 999, 10)).toEqual([]);
  });

  test('trimming says how far the consumer is, never goes back and never ahead', async () => {
    await eventfulSale();
    const trimmedAfter = async (upTo: number) => {
      await bench.store.trimEvents('sale-1', upTo);
      return (await bench.view()).trimmedSeq;
    };
    expect(await trimmedAfter(5)).toBe(5);
    expect(await trimmedAfter(5)).toBe(5);
    expect(await trimmedAfter(3)).toBe(5);
    expect(await trimmedAfter(999)).toBe(TYPES.length);
  });

  test('what follows a trim is read on without a gap', async () => {
    await eventfulSale();
    const events = await bench.events();
    await bench.store.trimEvents('sale-1', 6);
    expect(await bench.store.readEvents('sale-1', 6, 100)).toEqual(events.slice(6));
    expect(await bench.store.readEvents('sale-1', 9, 2)).toEqual(events.slice(9, 11));
  });

  test('events of a sale that is kept can be read again after a trim, as a consumer that lost its place does', async () => {
    await eventfulSale();
    const events = await bench.events();
    await bench.store.trimEvents('sale-1', 12);
    for (let after = 0; after < events.length; after++) {
      expect(await bench.store.readEvents('sale-1', after, 3), `after ${after}`).toEqual(
        events.slice(after, after + 3),
      );
    }
    expect(await allEvents(bench.store, 'sale-1')).toEqual(events);
  });

  test('a restart changes nothing but as what the store runs', async () => {
    await eventfulSale();
    await bench.prepare({ saleId: 'sale-2' });
    await bench.reserve({ saleId: 'sale-2' });
    const state = async () => ({
      snapshots: [await bench.snapshot('sale-1'), await bench.snapshot('sale-2')].map(unnamed),
      events: [await bench.events('sale-1'), await bench.events('sale-2')],
      buyers: [await bench.store.readOrders('sale-1', 'ann'), await bench.store.readOrders('sale-2', 'ann')],
    });
    const before = await state();
    await bench.reopen();
    expect(await state()).toEqual(before);
    expect(await bench.store.now()).toBe(bench.clock.read());
  });

  test('a restart leaves the consumer where it was, or makes it read again, but never skips', async () => {
    await eventfulSale();
    await bench.store.trimEvents('sale-1', 6);
    await bench.reopen();
    expect((await bench.view()).trimmedSeq).toBeLessThanOrEqual(6);
    expect((await bench.events()).map(({ type }) => type)).toEqual(TYPES);
  });

  test('a store whose clock is behind after a restart does not go back in time', async () => {
    await bench.prepare();
    bench.clock.advance(5 * MINUTE_MS);
    await bench.reserve();
    const before = await bench.store.now();
    bench.clock.advance(-3 * MINUTE_MS);
    await bench.reopen();
    expect(await bench.store.now()).toBe(before);
  });

  test('an answer leaves when its event can be read', async () => {
    await bench.prepare();
    const ref = await bench.reserve();
    const [, , event] = await bench.store.readEvents('sale-1', 0, 10);
    expect(event).toMatchObject({ type: 'order_reserved', order: { orderId: ref.orderId } });
  });

  test('an answer that left survives a restart', async () => {
    await bench.prepare();
    const refs = await Promise.all(['ann', 'bob', 'cat'].map((userId) => bench.reserve({ userId })));
    await bench.reopen();
    for (const ref of refs) expect(await bench.store.readOrder(ref)).toMatchObject({ state: 'reserved' });
  });
}
