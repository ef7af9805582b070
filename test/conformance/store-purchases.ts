import { expect, test } from 'vitest';
import { traceparentOf } from '../../src/domain/order-event.ts';
import { EXPIRED_PER_PURCHASE } from '../../src/domain/purchase.ts';
import { T0 } from '../support/clock.ts';
import { line, MINUTE_MS, purchaseRequest, saleItem } from '../support/sale-fixtures.ts';
import { orderOf } from '../support/sale-rig.ts';
import { OUTBOX_MAX, type StoreBench } from '../support/store-bench.ts';

const BASKET = {
  items: [
    saleItem({ skuId: 'hat', flashPriceMinor: 1_000, totalStock: 1 }),
    saleItem({ skuId: 'scarf', flashPriceMinor: 250, totalStock: 5 }),
  ],
};

export function purchaseConformance(bench: StoreBench): void {
  test('a purchase reserves units until the payment deadline', async () => {
    await bench.prepare(BASKET);
    const request = purchaseRequest({ lines: [line('hat', 1), line('scarf', 2)] });
    const expected = {
      orderId: request.orderId,
      saleId: 'sale-1',
      userId: 'ann',
      state: 'reserved',
      lines: [
        { skuId: 'hat', quantity: 1, unitPriceMinor: 1_000, remainingStock: 0 },
        { skuId: 'scarf', quantity: 2, unitPriceMinor: 250, remainingStock: 3 },
      ],
      totalMinor: 1_500,
      currency: 'EUR',
      idempotencyKey: request.idempotencyKey,
      reservedAtMs: T0,
      deadlineMs: T0 + 10 * MINUTE_MS,
      payingUntilMs: null,
      attemptId: null,
      releaseReason: null,
      ticket: null,
      deviceId: null,
      correlationId: request.correlationId,
      reservedInEpoch: 1,
    };
    expect(await bench.store.purchase(request)).toEqual({ code: 'reserved', order: expected, replayed: false });
    expect(await bench.store.readOrder(request)).toEqual(expected);
    expect(await bench.stock('scarf')).toMatchObject({ available: 3, reserved: 2 });
  });

  test('the trace of a purchase stays with its order, beside orders without one, over a restart', async () => {
    await bench.prepare();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traced = orderOf(await bench.store.purchase(purchaseRequest({ traceparent })));
    const other = orderOf(await bench.store.purchase(purchaseRequest({ userId: 'bob' })));
    expect([traced.traceparent, 'traceparent' in other]).toEqual([traceparent, false]);
    await bench.store.beginPayment(traced, 'attempt', MINUTE_MS);
    await bench.reopen();
    expect(await bench.store.readOrder(traced)).toMatchObject({ state: 'paying', traceparent });
    const events = await bench.store.readEvents('sale-1', 0, 10);
    expect(events.flatMap((event) => ('order' in event ? [traceparentOf(event)] : []))).toEqual([
      traceparent,
      undefined,
      traceparent,
    ]);
  });

  test('lines of one SKU are one line', async () => {
    await bench.prepare({ purchaseLimit: 3 });
    const lines = [line('sneaker', 1), line('sneaker', 2)];
    const order = orderOf(await bench.store.purchase(purchaseRequest({ lines })));
    expect(order.lines).toMatchObject([{ skuId: 'sneaker', quantity: 3 }]);
    const tooMany = await bench.store.purchase(purchaseRequest({ userId: 'bob', lines: [...lines, ...lines] }));
    expect(tooMany).toEqual({ code: 'limit_exceeded', skuId: 'sneaker', limit: 3, held: 0 });
  });

  test('the last unit is sold, and the next buyer hears that none is left', async () => {
    await bench.prepare({ items: [saleItem({ totalStock: 1 })] });
    expect(await bench.store.purchase(purchaseRequest())).toMatchObject({ code: 'reserved' });
    const next = await bench.store.purchase(purchaseRequest({ userId: 'bob' }));
    expect(next).toEqual({ code: 'sold_out', skuId: 'sneaker', remaining: 0 });
  });

  test('the safety buffer is not sold', async () => {
    await bench.prepare({ items: [saleItem({ totalStock: 3, safetyBuffer: 2 })] });
    const outcome = await bench.store.purchase(purchaseRequest({ lines: [line('sneaker', 2)] }));
    expect(outcome).toEqual({ code: 'sold_out', skuId: 'sneaker', remaining: 1 });
  });

  test('a basket is reserved as a whole or not at all', async () => {
    await bench.prepare(BASKET);
    await bench.reserve({ lines: [line('hat', 1)] });
    const outcome = await bench.store.purchase(
      purchaseRequest({ userId: 'bob', lines: [line('scarf', 2), line('hat', 1)] }),
    );
    expect(outcome).toEqual({ code: 'sold_out', skuId: 'hat', remaining: 0 });
    expect(await bench.stock('scarf')).toMatchObject({ available: 5, reserved: 0 });
  });

  test('the limit counts units a buyer and SKU over all orders', async () => {
    await bench.prepare({ items: [saleItem(), saleItem({ skuId: 'hat' })] });
    await bench.reserve({ lines: [line('sneaker', 1)] });
    const tooMany = await bench.store.purchase(purchaseRequest({ lines: [line('sneaker', 2)] }));
    expect(tooMany).toEqual({ code: 'limit_exceeded', skuId: 'sneaker', limit: 2, held: 1 });
    await bench.reserve({ lines: [line('hat', 2)] });
    await bench.reserve({ userId: 'bob', lines: [line('sneaker', 2)] });
  });

  test('units that were given back do not count against the limit, paid ones do', async () => {
    await bench.prepare();
    const lines = [line('sneaker', 2)];
    await bench.store.release(await bench.reserve({ lines }), 'cancelled_by_buyer', null);
    const ref = await bench.reserve({ lines });
    await bench.store.beginPayment(ref, 'a1', 0);
    await bench.store.confirm(ref, 'a1');
    const outcome = await bench.store.purchase(purchaseRequest());
    expect(outcome).toEqual({ code: 'limit_exceeded', skuId: 'sneaker', limit: 2, held: 2 });
  });

  test('an item that is not in the sale is refused', async () => {
    await bench.prepare();
    const outcome = await bench.store.purchase(purchaseRequest({ lines: [line('sneaker', 1), line('hat', 1)] }));
    expect(outcome).toEqual({ code: 'unknown_sku', skuId: 'hat' });
  });

  test('nothing is sold outside the window', async () => {
    await bench.prepare({ startsAtMs: T0 + 1000, endsAtMs: T0 + 2000 });
    const codeAt = async (atMs: number) => {
      bench.clock.set(atMs);
      return (await bench.store.purchase(purchaseRequest({ userId: `buyer-${atMs}` }))).code;
    };
    expect(await codeAt(T0 + 999)).toBe('sale_not_started');
    expect(await codeAt(T0 + 1000)).toBe('reserved');
    expect(await codeAt(T0 + 1999)).toBe('reserved');
    expect(await codeAt(T0 + 2000)).toBe('sale_ended');
  });

  test('nothing is sold while paused, after the end by hand, or once cancelled', async () => {
    await bench.prepare();
    const codeAfter = async (type: 'pause' | 'resume' | 'end', saleId = 'sale-1') => {
      await bench.store.changeSale(saleId, { type }, 'c');
      return (await bench.store.purchase(purchaseRequest())).code;
    };
    expect(await codeAfter('pause')).toBe('sale_paused');
    expect(await codeAfter('resume')).toBe('reserved');
    expect(await codeAfter('end')).toBe('sale_ended');
    await bench.prepare({ saleId: 'sale-2' });
    await bench.store.changeSale('sale-2', { type: 'cancel' }, 'c');
    expect(await bench.store.purchase(purchaseRequest({ saleId: 'sale-2' }))).toEqual({ code: 'sale_ended' });
  });

  const upheavals: [string, () => Promise<unknown>][] = [
    ['sold-out', () => bench.reserve({ userId: 'bob' })],
    ['pause', () => bench.store.changeSale('sale-1', { type: 'pause' }, 'c')],
    ['end', () => bench.store.changeSale('sale-1', { type: 'end' }, 'c')],
    ['cancel', () => bench.store.changeSale('sale-1', { type: 'cancel' }, 'c')],
    ['a restart', () => bench.reopen()],
  ];
  test.each(upheavals)('a repeat gets the original answer after %s', async (_, upheaval) => {
    await bench.prepare({ items: [saleItem({ totalStock: 2 })] });
    const request = purchaseRequest();
    const order = orderOf(await bench.store.purchase(request));
    await upheaval();
    const { lastSeq } = await bench.view();
    const repeat = await bench.store.purchase({ ...request, orderId: 'other', correlationId: 'other' });
    expect(repeat).toEqual({ code: 'reserved', order, replayed: true });
    expect((await bench.view()).lastSeq).toBe(lastSeq);
  });

  test('a repeat after expiry finds the expired order and makes no second one', async () => {
    await bench.prepare();
    const request = purchaseRequest();
    const { lines } = orderOf(await bench.store.purchase(request));
    bench.clock.advance(10 * MINUTE_MS);
    await bench.store.expireDue('sale-1', 10);
    const repeat = await bench.store.purchase({ ...request, orderId: 'other' });
    expect(repeat).toMatchObject({ code: 'reserved', replayed: true, order: { state: 'expired', lines } });
    expect((await bench.snapshot()).orders).toHaveLength(1);
  });

  test('a key with another basket is refused, with the same basket in other lines it is a repeat', async () => {
    await bench.prepare(BASKET);
    const request = purchaseRequest({ lines: [line('hat', 1), line('scarf', 2)] });
    await bench.store.purchase(request);
    const again = (lines: ReturnType<typeof line>[]) => bench.store.purchase({ ...request, orderId: 'other', lines });
    expect(await again([line('hat', 1), line('scarf', 1)])).toEqual({ code: 'idempotency_key_reused' });
    expect(await again([line('hat', 1)])).toEqual({ code: 'idempotency_key_reused' });
    expect(await again([line('scarf', 1), line('hat', 1), line('scarf', 1)])).toMatchObject({ replayed: true });
  });

  test('a key belongs to its buyer and its sale', async () => {
    await bench.prepare();
    await bench.prepare({ saleId: 'sale-2' });
    const idempotencyKey = 'mine';
    await bench.reserve({ idempotencyKey });
    for (const other of [{ userId: 'bob' }, { saleId: 'sale-2' }]) {
      const outcome = await bench.store.purchase(purchaseRequest({ idempotencyKey, ...other }));
      expect(outcome).toMatchObject({ code: 'reserved', replayed: false });
    }
  });

  test('a refusal leaves no trace of its key', async () => {
    await bench.prepare();
    await bench.store.changeSale('sale-1', { type: 'pause' }, 'c');
    const request = purchaseRequest();
    expect(await bench.store.purchase(request)).toEqual({ code: 'sale_paused' });
    await bench.store.changeSale('sale-1', { type: 'resume' }, 'c');
    expect(await bench.store.purchase(request)).toMatchObject({ code: 'reserved', replayed: false });
  });

  test('a purchase that finds too little lets overdue reservations go first, a bounded number at a time', async () => {
    const totalStock = EXPIRED_PER_PURCHASE + 4;
    await bench.prepare({ items: [saleItem({ totalStock })], purchaseLimit: totalStock });
    for (let buyer = 0; buyer < totalStock; buyer++) await bench.reserve({ userId: `buyer-${buyer}` });
    bench.clock.advance(10 * MINUTE_MS);
    const all = purchaseRequest({ lines: [line('sneaker', totalStock)] });
    const first = await bench.store.purchase(all);
    expect(first).toEqual({ code: 'sold_out', skuId: 'sneaker', remaining: EXPIRED_PER_PURCHASE });
    expect(await bench.stock()).toMatchObject({ reserved: 4, available: EXPIRED_PER_PURCHASE });
    expect(await bench.store.purchase(all)).toMatchObject({ code: 'reserved', replayed: false });
  });

  test('a full outbox refuses new reservations and nothing else', async () => {
    await bench.prepare({ items: [saleItem({ totalStock: 1000 })], purchaseLimit: 1000 });
    const request = purchaseRequest();
    const ref = orderOf(await bench.store.purchase(request));
    while ((await bench.store.purchase(purchaseRequest())).code === 'reserved');
    expect((await bench.view()).lastSeq).toBe(OUTBOX_MAX);
    expect(await bench.store.purchase(purchaseRequest())).toEqual({ code: 'overloaded' });
    expect(await bench.store.purchase(request)).toMatchObject({ code: 'reserved', replayed: true });
    expect(await bench.store.beginPayment(ref, 'a1', 0)).toMatchObject({ code: 'done' });
    expect(await bench.store.confirm(ref, 'a1')).toMatchObject({ code: 'done' });
    await bench.store.trimEvents('sale-1', 10);
    expect(await bench.store.purchase(purchaseRequest())).toMatchObject({ code: 'reserved' });
  });

  test('a crowd at once gets exactly what there is', async () => {
    await bench.prepare();
    const crowd = Array.from({ length: 40 }, (_, buyer) => purchaseRequest({ userId: `buyer-${buyer}` }));
    const outcomes = await Promise.all(crowd.map((request) => bench.store.purchase(request)));
    expect(outcomes.filter(({ code }) => code === 'reserved')).toHaveLength(10);
    expect(outcomes.filter(({ code }) => code === 'sold_out')).toHaveLength(30);
    expect(await bench.stock()).toMatchObject({ available: 0, reserved: 10 });
  });

  test('one key sent many times at once makes one order', async () => {
    await bench.prepare();
    const requests = Array.from({ length: 20 }, () => purchaseRequest({ idempotencyKey: 'double-click' }));
    const outcomes = await Promise.all(requests.map((request) => bench.store.purchase(request)));
    expect(new Set(outcomes.map((outcome) => orderOf(outcome).orderId)).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.code === 'reserved' && !outcome.replayed)).toHaveLength(1);
  });
}
