import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import { joinAndEnter, queueingRig, visitPurchase } from '../../test/support/room-visits.ts';
import { line, MINUTE_MS, purchaseRequest, saleDefinition, saleItem } from '../../test/support/sale-fixtures.ts';
import { orderOf, SaleRig } from '../../test/support/sale-rig.ts';
import type { RequestedLine } from './order.ts';
import { EXPIRED_PER_PURCHASE, type PurchaseRequest } from './purchase.ts';

const quantity = fc.integer({ min: 1, max: 5 });
const units = fc.integer({ min: 0, max: 12 });
const skuId = fc.constantFrom('hat', 'scarf');
const basket = fc.array(fc.record({ skuId, quantity }), { minLength: 1, maxLength: 4 });
const requests = fc.array(fc.record({ userId: fc.constantFrom('ann', 'bob', 'cat'), lines: basket }), {
  minLength: 1,
  maxLength: 15,
});

interface Stock {
  readonly hats: number;
  readonly scarves: number;
  readonly buffer: number;
  readonly purchaseLimit: number;
}

const stock: fc.Arbitrary<Stock> = fc.record({
  hats: units,
  scarves: units,
  buffer: fc.integer({ min: 0, max: 2 }),
  purchaseLimit: fc.integer({ min: 1, max: 8 }),
});

/** `hats` and `scarves` are for sale, `buffer` more of each are held back. */
function rigWith({ hats, scarves, buffer, purchaseLimit }: Stock): SaleRig {
  const items = [
    saleItem({ skuId: 'hat', totalStock: hats + buffer, safetyBuffer: buffer }),
    saleItem({ skuId: 'scarf', totalStock: scarves + buffer, safetyBuffer: buffer }),
  ];
  return new SaleRig(saleDefinition({ items, purchaseLimit }));
}

function wanted(lines: readonly RequestedLine[], sku: string): number {
  return lines.filter((asked) => asked.skuId === sku).reduce((sum, asked) => sum + asked.quantity, 0);
}

function heldBy(rig: SaleRig, userId: string, sku: string): number {
  return rig.live.ordersOf(userId).reduce((sum, order) => sum + wanted(order.lines, sku), 0);
}

describe('a purchase', () => {
  test('takes as many units as it asks for, of every line or of none', () => {
    fc.assert(
      fc.property(stock, requests, (kept, all) => {
        const rig = rigWith(kept);
        for (const request of all) {
          const before = { hat: rig.stock('hat').available, scarf: rig.stock('scarf').available };
          const { code } = rig.purchase(purchaseRequest(request));
          for (const sku of ['hat', 'scarf'] as const) {
            const taken = before[sku] - rig.stock(sku).available;
            expect(taken).toBe(code === 'reserved' ? wanted(request.lines, sku) : 0);
          }
        }
      }),
    );
  });

  test('is refused exactly when a limit or the stock stands against it', () => {
    fc.assert(
      fc.property(stock, requests, (kept, all) => {
        const rig = rigWith(kept);
        for (const request of all) {
          const skus = ['hat', 'scarf'].filter((sku) => wanted(request.lines, sku) > 0);
          const overLimit = skus.some(
            (sku) => heldBy(rig, request.userId, sku) + wanted(request.lines, sku) > kept.purchaseLimit,
          );
          const short = skus.some((sku) => rig.stock(sku).available < wanted(request.lines, sku));
          const expected = overLimit ? 'limit_exceeded' : short ? 'sold_out' : 'reserved';
          expect(rig.purchase(purchaseRequest(request)).code).toBe(expected);
        }
      }),
    );
  });

  test('never sells the safety buffer, and sells the last unit in front of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat({ max: 5 }), (forSale, safetyBuffer) => {
        const rig = new SaleRig(
          saleDefinition({ items: [saleItem({ totalStock: forSale + safetyBuffer, safetyBuffer })] }),
        );
        for (let buyer = 0; buyer < forSale; buyer++) {
          const order = orderOf(rig.purchase(purchaseRequest({ userId: `buyer-${buyer}` })));
          expect(order.lines[0]?.remainingStock).toBe(forSale - buyer - 1);
        }
        expect(rig.purchase(purchaseRequest())).toEqual({ code: 'sold_out', skuId: 'sneaker', remaining: 0 });
        expect(rig.stock().buffer).toBe(safetyBuffer);
      }),
    );
  });

  test('is possible from the first millisecond of the window to the last before its end', () => {
    const window = { startsAtMs: T0 + 100, endsAtMs: T0 + 200 };
    fc.assert(
      fc.property(fc.integer({ min: T0, max: T0 + 300 }), (nowMs) => {
        const rig = new SaleRig(saleDefinition(window), new ManualClock(nowMs));
        const expected = nowMs < T0 + 100 ? 'sale_not_started' : nowMs < T0 + 200 ? 'reserved' : 'sale_ended';
        expect(rig.purchase(purchaseRequest()).code).toBe(expected);
      }),
      { examples: [[T0 + 99], [T0 + 100], [T0 + 199], [T0 + 200]] },
    );
  });

  test('has its deadline as long after it as the sale says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3600 }), fc.nat({ max: 3_000_000 }), (reservationSeconds, afterMs) => {
        const rig = new SaleRig(saleDefinition({ reservationSeconds }), new ManualClock(T0 + afterMs));
        const { reservedAtMs, deadlineMs } = orderOf(rig.purchase(purchaseRequest()));
        expect({ reservedAtMs, deadlineMs }).toEqual({
          reservedAtMs: T0 + afterMs,
          deadlineMs: T0 + afterMs + reservationSeconds * 1000,
        });
      }),
    );
  });

  test('costs what its lines cost', () => {
    fc.assert(
      fc.property(basket, fc.nat(), fc.nat(), (lines, hatMinor, scarfMinor) => {
        const items = [
          saleItem({ skuId: 'hat', flashPriceMinor: hatMinor, totalStock: 100 }),
          saleItem({ skuId: 'scarf', flashPriceMinor: scarfMinor, totalStock: 100 }),
        ];
        const rig = new SaleRig(saleDefinition({ items, purchaseLimit: 100 }));
        const { totalMinor } = orderOf(rig.purchase(purchaseRequest({ lines })));
        expect(totalMinor).toBe(wanted(lines, 'hat') * hatMinor + wanted(lines, 'scarf') * scarfMinor);
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %d units is a fault of the caller', (asked) => {
    const rig = new SaleRig(saleDefinition({ purchaseLimit: 1000 }));
    expect(() => rig.purchase(purchaseRequest({ lines: [line('sneaker', asked)] }))).toThrow(RangeError);
    expect(rig.stock().available).toBe(10);
  });

  test('of nothing, or under an order id in use, is a fault of the caller', () => {
    const rig = new SaleRig(saleDefinition());
    const { orderId } = orderOf(rig.purchase(purchaseRequest()));
    expect(() => rig.purchase(purchaseRequest({ orderId }))).toThrow(RangeError);
    expect(() => rig.purchase(purchaseRequest({ lines: [] }))).toThrow(RangeError);
  });

  test('refuses for the state before the outbox, for the outbox before the limit, for the limit before the stock', () => {
    const rig = new SaleRig(saleDefinition({ items: [saleItem({ totalStock: 2 })] }));
    rig.purchase(purchaseRequest({ lines: [line('sneaker', 2)] }));
    const greedy = purchaseRequest({ lines: [line('sneaker', 1)] });
    expect(rig.purchase(greedy).code).toBe('limit_exceeded');
    expect(rig.purchase(greedy, true).code).toBe('overloaded');
    rig.change({ type: 'pause' });
    expect(rig.purchase(greedy, true).code).toBe('sale_paused');
  });
});

describe('a repeat', () => {
  const upheavals: Record<string, (rig: SaleRig, request: PurchaseRequest) => unknown> = {
    nothing: () => null,
    sold_out: (rig) => rig.purchase(purchaseRequest({ userId: 'bob', lines: [line('sneaker', 2)] })),
    pause: (rig) => rig.change({ type: 'pause' }),
    end: (rig) => rig.change({ type: 'end' }),
    cancel: (rig) => rig.change({ type: 'cancel' }),
    end_by_clock: (rig) => rig.clock.advance(60 * MINUTE_MS),
    payment: (rig, { orderId }) => rig.beginPayment(orderId, 'a1'),
    release: (rig, { orderId }) => rig.release(orderId, 'cancelled_by_buyer'),
    expiry: (rig) => {
      rig.clock.advance(10 * MINUTE_MS);
      rig.expireDue();
    },
  };

  test('gets the order that the first made, whatever has happened since', () => {
    const some = fc.array(fc.constantFrom(...Object.keys(upheavals)), { maxLength: 5 });
    fc.assert(
      fc.property(some, fc.boolean(), (happened, outboxFull) => {
        const rig = new SaleRig(saleDefinition({ items: [saleItem({ totalStock: 3 })] }));
        const request = purchaseRequest();
        const { lines, totalMinor, deadlineMs } = orderOf(rig.purchase(request));
        for (const name of happened) upheavals[name]?.(rig, request);
        rig.letClockWork();
        const { lastSeq } = rig.live;
        const repeat = rig.purchase({ ...request, orderId: 'another' }, outboxFull);
        const order = { orderId: request.orderId, lines, totalMinor, deadlineMs };
        expect(repeat).toMatchObject({ code: 'reserved', replayed: true, order });
        expect(rig.live.lastSeq).toBe(lastSeq);
      }),
    );
  });

  test('with another basket is refused, with the same in another order and split is not', () => {
    fc.assert(
      fc.property(basket, basket, (first, second) => {
        const rig = rigWith({ hats: 100, scarves: 100, buffer: 0, purchaseLimit: 100 });
        const request = purchaseRequest({ lines: first });
        rig.purchase(request);
        const same = ['hat', 'scarf'].every((sku) => wanted(first, sku) === wanted(second, sku));
        const repeat = rig.purchase({ ...request, orderId: 'another', lines: second });
        expect(repeat.code).toBe(same ? 'reserved' : 'idempotency_key_reused');
        expect(rig.purchase({ ...request, lines: first.toReversed() })).toMatchObject({ replayed: true });
      }),
    );
  });

  test('of another buyer with the same key is no repeat', () => {
    const rig = new SaleRig(saleDefinition());
    rig.purchase(purchaseRequest({ idempotencyKey: 'k' }));
    const other = rig.purchase(purchaseRequest({ userId: 'bob', idempotencyKey: 'k' }));
    expect(other).toMatchObject({ code: 'reserved', replayed: false });
  });

  test('of a refusal is decided anew', () => {
    const rig = new SaleRig(saleDefinition(), new ManualClock(T0 - 1));
    const request = purchaseRequest();
    expect(rig.purchase(request).code).toBe('sale_not_started');
    rig.clock.advance(1);
    expect(rig.purchase(request)).toMatchObject({ code: 'reserved', replayed: false });
  });
});

describe('overdue reservations', () => {
  /** A sale whose whole stock is reserved, one unit a buyer, and overdue. */
  function overdueSale(totalStock: number): SaleRig {
    const rig = new SaleRig(saleDefinition({ items: [saleItem({ totalStock })], purchaseLimit: totalStock }));
    for (let buyer = 0; buyer < totalStock; buyer++) {
      rig.purchase(purchaseRequest({ userId: `buyer-${buyer}` }));
    }
    rig.clock.advance(10 * MINUTE_MS);
    return rig;
  }

  test('make room for a purchase that needs them, so many and no more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (totalStock, asked) => {
        const rig = overdueSale(Math.max(totalStock, asked));
        const freed = Math.min(Math.max(totalStock, asked), EXPIRED_PER_PURCHASE);
        const outcome = rig.purchase(purchaseRequest({ lines: [line('sneaker', asked)] }));
        expect(outcome.code).toBe(asked <= freed ? 'reserved' : 'sold_out');
        expect(rig.events.filter(({ type }) => type === 'order_expired')).toHaveLength(freed);
      }),
      { numRuns: 50 },
    );
  });

  test('stay while there is stock without them', () => {
    const rig = new SaleRig(saleDefinition());
    rig.purchase(purchaseRequest({ userId: 'bob' }));
    rig.clock.advance(10 * MINUTE_MS);
    rig.purchase(purchaseRequest());
    expect(rig.stock().reserved).toBe(2);
  });

  test('are overdue at their deadline, not before', () => {
    const rig = overdueSale(1);
    rig.clock.set(T0 + 10 * MINUTE_MS - 1);
    expect(rig.purchase(purchaseRequest()).code).toBe('sold_out');
    rig.clock.advance(1);
    expect(rig.purchase(purchaseRequest()).code).toBe('reserved');
  });

  test('go earliest first', () => {
    const rig = new SaleRig(saleDefinition({ items: [saleItem({ totalStock: 20 })], reservationSeconds: 60 }));
    for (let buyer = 0; buyer < 20; buyer++) {
      rig.purchase(purchaseRequest({ userId: `buyer-${buyer}` }));
      rig.clock.advance(1000);
    }
    rig.clock.advance(60_000);
    rig.purchase(purchaseRequest());
    const left = [...rig.live.orders()].filter(({ state }) => state === 'reserved').map(({ userId }) => userId);
    expect(left).toEqual(['buyer-16', 'buyer-17', 'buyer-18', 'buyer-19', 'ann']);
  });

  test('do not include those under the admission of the purchase itself, which would end with the last of them', () => {
    const sale = { items: [saleItem({ totalStock: 1 })], reservationSeconds: 1 };
    const rig = queueingRig({ admissionSeconds: 60 }, sale);
    const ann = joinAndEnter(rig, 'ann');
    rig.purchase(visitPurchase(ann));
    rig.clock.advance(1_000);
    expect(rig.purchase(visitPurchase(ann)).code).toBe('sold_out');
    rig.expireDue();
    expect(rig.purchase(visitPurchase(ann)).code).toBe('not_admitted');
  });

  test('do not include payments under way', () => {
    const rig = new SaleRig(saleDefinition({ items: [saleItem({ totalStock: 1 })] }));
    const { orderId } = orderOf(rig.purchase(purchaseRequest()));
    rig.beginPayment(orderId, 'a1');
    rig.clock.advance(10 * MINUTE_MS);
    expect(rig.purchase(purchaseRequest({ userId: 'bob' })).code).toBe('sold_out');
  });
});
