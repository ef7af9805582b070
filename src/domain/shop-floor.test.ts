import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import {
  buy,
  enter,
  join,
  joinAll,
  joinAndEnter,
  placeOf,
  queueingRig,
  visitPurchase,
} from '../../test/support/room-visits.ts';
import { antiBotRules, line, MINUTE_MS, saleItem } from '../../test/support/sale-fixtures.ts';
import type { SaleRig } from '../../test/support/sale-rig.ts';
import type { TicketRef } from './queueing.ts';

function inside(rig: SaleRig): number {
  return rig.snapshot().room?.inside ?? 0;
}

describe('an admission', () => {
  test('asked for again is the same until it is over', () => {
    const rig = queueingRig({ admissionSeconds: 60 });
    const ann = joinAndEnter(rig, 'ann');
    rig.clock.advance(59_999);
    expect(rig.admit(ann)).toMatchObject({ code: 'admitted', replayed: true, admission: { admittedAtMs: T0 } });
    rig.clock.advance(1);
    const admission = { ticket: 1, admittedAtMs: T0 + MINUTE_MS, expiresAtMs: T0 + 2 * MINUTE_MS };
    expect(rig.admit(ann)).toEqual({ code: 'admitted', replayed: false, admission });
    expect(rig.live.room?.gate.admissions).toBe(2);
  });

  test('lapses, and the turn does not: who comes late is let in, who comes too early is not', () => {
    const rig = queueingRig({ ratePerSecond: 1 });
    const [ann, bob] = [join(rig, 'ann'), join(rig, 'bob')];
    expect(rig.admit(ann)).toMatchObject({ code: 'not_your_turn' });
    rig.advanceGate();
    expect(rig.admit(bob)).toMatchObject({ code: 'not_your_turn' });
    rig.clock.advance(50 * MINUTE_MS);
    enter(rig, ann);
  });

  test('is refused by name to whoever has no right to it', () => {
    const rig = queueingRig({}, {}, new ManualClock(T0 - 1));
    const ann = join(rig, 'ann');
    expect(rig.admit({ ...ann, userId: 'bob' })).toEqual({ code: 'not_found' });
    expect(rig.admit(ann)).toEqual({ code: 'sale_not_started' });
    rig.clock.advance(1);
    rig.change({ type: 'pause' });
    expect(rig.admit(ann)).toEqual({ code: 'sale_paused' });
    rig.change({ type: 'resume' });
    rig.change({ type: 'end' });
    expect(rig.admit(ann)).toEqual({ code: 'sale_ended' });
  });

  test('is not given while all units are reserved, and refused for good when they are sold', () => {
    const rig = queueingRig({}, { items: [saleItem({ totalStock: 2 })] });
    const [ann, bob] = [joinAndEnter(rig, 'ann'), join(rig, 'bob')];
    expect(rig.advanceGate()).toBe(2);
    const orderId = buy(rig, ann, { lines: [line('sneaker', 2)] });
    expect(rig.admit(bob)).toMatchObject({ code: 'not_your_turn' });
    rig.beginPayment(orderId, 'a1');
    rig.confirm(orderId, 'a1');
    expect(rig.admit(bob)).toEqual({ code: 'sold_out' });
  });

  test('that lapsed in a pause is given anew when the sale goes on', () => {
    const rig = queueingRig();
    const ann = joinAndEnter(rig, 'ann');
    rig.change({ type: 'pause' });
    rig.clock.advance(2 * MINUTE_MS);
    expect(placeOf(rig, ann).state).toBe('ready');
    expect(inside(rig)).toBe(0);
    rig.change({ type: 'resume' });
    expect(rig.purchase(visitPurchase(ann))).toEqual({ code: 'admission_expired' });
    buy(rig, { ...ann, ...enter(rig, ann) });
  });
});

describe('a purchase with a waiting room', () => {
  test('takes the admission of this buyer, while it is good, and no other', () => {
    const rig = queueingRig({ ratePerSecond: 10 });
    const [ann, bob] = [joinAndEnter(rig, 'ann'), joinAndEnter(rig, 'bob')];
    const code = (request: Parameters<SaleRig['purchase']>[0]) => rig.purchase(request).code;
    expect(code(visitPurchase(ann, { admission: null }))).toBe('not_admitted');
    expect(code(visitPurchase({ ...bob, userId: 'ann' }))).toBe('not_admitted');
    expect(code(visitPurchase({ ...ann, admittedAtMs: ann.admittedAtMs + 1 }))).toBe('not_admitted');
    expect(code(visitPurchase({ ...ann, ticket: 99 }))).toBe('not_admitted');
    rig.clock.set(ann.expiresAtMs - 1);
    expect(code(visitPurchase(ann))).toBe('reserved');
    rig.clock.set(bob.expiresAtMs);
    expect(code(visitPurchase(bob))).toBe('admission_expired');
  });

  test('is good for the limit over all admissions of a ticket, and not more', () => {
    const orders = fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 3 }), givesBack: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(orders, fc.integer({ min: 1, max: 5 }), (asked, purchaseLimit) => {
        const rig = queueingRig({}, { purchaseLimit, items: [saleItem({ totalStock: 100 })] });
        const ref = join(rig, 'ann');
        rig.advanceGate();
        let taken = 0;
        for (const { quantity, givesBack } of asked) {
          rig.clock.advance(1_000);
          const admitted = rig.admit(ref);
          if (admitted.code !== 'admitted') break;
          const request = visitPurchase({ ...ref, ...admitted.admission }, { lines: [line('sneaker', quantity)] });
          const outcome = rig.purchase(request);
          expect(outcome.code).toBe(taken + quantity > purchaseLimit ? 'limit_exceeded' : 'reserved');
          if (outcome.code !== 'reserved') continue;
          taken += quantity;
          if (givesBack) rig.release(request.orderId, 'cancelled_by_buyer');
        }
        if (taken === purchaseLimit) expect(join(rig, 'ann').ticket).toBe(2);
      }),
    );
  });

  test('repeated after its admission is over gets its original answer', () => {
    const rig = queueingRig();
    const ann = joinAndEnter(rig, 'ann');
    const request = visitPurchase(ann);
    const first = rig.purchase(request);
    rig.clock.set(ann.expiresAtMs + MINUTE_MS);
    expect(rig.purchase(request)).toEqual({ ...first, replayed: true });
    rig.leave(ann);
    expect(rig.purchase({ ...request, admission: null })).toEqual({ ...first, replayed: true });
    rig.change({ type: 'end' });
    expect(rig.purchase(request)).toEqual({ ...first, replayed: true });
  });

  test('is one a device where the sale says so, for as long as its order counts', () => {
    const antiBot = antiBotRules({ onePerDevice: true });
    const rig = queueingRig({}, { antiBot });
    const [ann, bob] = [joinAndEnter(rig, 'ann'), joinAndEnter(rig, 'bob')];
    expect(rig.purchase(visitPurchase(ann)).code).toBe('device_unknown');
    const orderId = buy(rig, ann, { deviceId: 'phone' });
    expect(rig.purchase(visitPurchase(bob, { deviceId: 'phone' })).code).toBe('device_limit_exceeded');
    rig.release(orderId, 'cancelled_by_buyer');
    buy(rig, bob, { deviceId: 'phone' });
  });
});

describe('a slot', () => {
  /** A room for one, with somebody inside who holds an order, and somebody who waits for the slot. */
  function crowdedRoom() {
    const rig = queueingRig({ maxActive: 1, admissionSeconds: 60 }, { reservationSeconds: 120 });
    const ann = joinAndEnter(rig, 'ann');
    return { rig, ann, bob: join(rig, 'bob') };
  }

  function expectFree(rig: SaleRig, next: TicketRef): void {
    expect(inside(rig)).toBe(0);
    rig.clock.advance(1_000);
    rig.advanceGate();
    enter(rig, next);
  }

  test('is taken by whoever was let in, and nobody else is called meanwhile', () => {
    const { rig, bob } = crowdedRoom();
    rig.clock.advance(59_999);
    expect(rig.advanceGate()).toBe(1);
    expect(placeOf(rig, bob).state).toBe('waiting');
    expect(inside(rig)).toBe(1);
  });

  test('is free when the order is paid', () => {
    const { rig, ann, bob } = crowdedRoom();
    const orderId = buy(rig, ann);
    rig.beginPayment(orderId, 'a1');
    expect(inside(rig)).toBe(1);
    rig.confirm(orderId, 'a1');
    expectFree(rig, bob);
  });

  test('is free when the order is cancelled', () => {
    const { rig, ann, bob } = crowdedRoom();
    rig.release(buy(rig, ann), 'cancelled_by_buyer');
    expectFree(rig, bob);
  });

  test('is free when the order expires, and held until then', () => {
    const { rig, ann, bob } = crowdedRoom();
    buy(rig, ann);
    rig.clock.advance(119_999);
    rig.expireDue();
    expect(inside(rig)).toBe(1);
    rig.clock.advance(1);
    rig.expireDue();
    expectFree(rig, bob);
  });

  test('is free when the admission lapses unused', () => {
    const { rig, bob } = crowdedRoom();
    rig.clock.advance(60_000);
    rig.letClockWork();
    expectFree(rig, bob);
  });

  test('is free when the shopper leaves', () => {
    const { rig, ann, bob } = crowdedRoom();
    rig.leave(ann);
    expectFree(rig, bob);
  });

  test('is held by an open order, though the shopper has left or the admission is over', () => {
    const { rig, ann, bob } = crowdedRoom();
    const orderId = buy(rig, ann);
    rig.leave(ann);
    rig.clock.advance(90_000);
    rig.advanceGate();
    expect(inside(rig)).toBe(1);
    expect(rig.admit(bob)).toMatchObject({ code: 'not_your_turn' });
    rig.release(orderId, 'cancelled_by_buyer');
    expectFree(rig, bob);
  });

  test('is held while one of two orders is open', () => {
    const { rig, ann, bob } = crowdedRoom();
    const [first, second] = [buy(rig, ann), buy(rig, ann)];
    rig.release(first, 'cancelled_by_buyer');
    expect(inside(rig)).toBe(1);
    rig.release(second, 'cancelled_by_buyer');
    expectFree(rig, bob);
  });

  test('that an open order holds is good for the next admission of the same ticket', () => {
    const { rig, ann } = crowdedRoom();
    buy(rig, ann);
    rig.clock.advance(70_000);
    expect(placeOf(rig, ann).state).toBe('ready');
    buy(rig, { ...ann, ...enter(rig, ann) });
    expect(inside(rig)).toBe(1);
  });

  test('is not taken by a late payment, nor does its end take one away', () => {
    const { rig, ann } = crowdedRoom();
    const orderId = buy(rig, ann);
    rig.clock.advance(120_000);
    rig.expireDue();
    rig.reserveAgain(orderId, 'late');
    expect(inside(rig)).toBe(0);
    rig.clock.advance(1_000);
    enter(rig, ann);
    rig.confirm(orderId, 'late');
    expect(placeOf(rig, ann).state).toBe('admitted');
    expect(inside(rig)).toBe(1);
  });

  test('is not taken from anybody when the cap is lowered; nobody comes in until there are fewer', () => {
    const rig = queueingRig({ maxActive: 5 });
    const refs = joinAll(rig, 7);
    rig.advanceGate();
    for (const ref of refs.slice(0, 5)) enter(rig, ref);
    rig.change({ type: 'gate', settings: { maxActive: 2 } });
    expect(inside(rig)).toBe(5);
    for (const ref of refs.slice(0, 4)) {
      expect(rig.advanceGate()).toBe(5);
      rig.leave(ref);
    }
    expect(rig.advanceGate()).toBe(6);
  });
});
