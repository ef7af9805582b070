import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import { buy, enter, join, joinAndEnter, placeOf, queueingRig, visitPurchase } from '../../test/support/room-visits.ts';
import { antiBotRules, line, MINUTE_MS, saleItem } from '../../test/support/sale-fixtures.ts';
import type { SaleRig } from '../../test/support/sale-rig.ts';
import { finalSeed } from './draw.ts';
import type { TicketRef } from './queueing.ts';

function joinAll(rig: SaleRig, count: number, prefix = 'user'): TicketRef[] {
  return Array.from({ length: count }, (_, user) => join(rig, `${prefix}-${user}`));
}

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

describe('those who came and found no room', () => {
  test('come in before others are called', () => {
    const rig = queueingRig({ maxActive: 1 });
    const refs = joinAll(rig, 3);
    rig.advanceGate();
    const [first, second, third] = refs;
    if (!first || !second || !third) throw new Error('three joined');
    rig.clock.advance(20_000);
    expect(rig.advanceGate()).toBe(2);
    enter(rig, first);
    expect(rig.admit(second)).toMatchObject({ code: 'not_your_turn' });
    expect(rig.snapshot().room?.atDoor).toBe(1);
    rig.leave(first);
    expect(rig.advanceGate()).toBe(2);
    enter(rig, second);
    expect(rig.snapshot().room?.atDoor).toBe(0);
  });

  test('are awaited no longer when they do not ask again, or leave', () => {
    const rig = queueingRig({ maxActive: 1 });
    const refs = joinAll(rig, 4);
    const [first, second, third] = refs;
    if (!first || !second || !third) throw new Error('four joined');
    rig.advanceGate();
    rig.clock.advance(20_000);
    rig.advanceGate();
    rig.clock.advance(20_000);
    rig.advanceGate();
    enter(rig, first);
    for (const ref of [second, third]) rig.admit(ref);
    rig.clock.advance(10_000);
    for (const ref of [second, third]) rig.admit(ref);
    rig.clock.advance(10_000);
    rig.letClockWork();
    expect(rig.snapshot().room?.atDoor).toBe(2);
    rig.leave(third);
    expect(rig.snapshot().room?.atDoor).toBe(1);
    rig.clock.advance(5_000);
    rig.letClockWork();
    expect(rig.snapshot().room?.atDoor).toBe(0);
  });

  test('stay in mind through a pause, as those do who were just called', () => {
    const rig = queueingRig({ maxActive: 2, ratePerSecond: 10 }, {});
    const refs = joinAll(rig, 4);
    rig.advanceGate();
    rig.change({ type: 'pause' });
    rig.clock.advance(5 * MINUTE_MS);
    rig.change({ type: 'resume' });
    expect(rig.advanceGate()).toBe(2);
    expect(rig.live.room?.gate.expected(rig.nowMs)).toBe(2);
    for (const ref of refs.slice(0, 2)) enter(rig, ref);
    rig.clock.advance(30_000);
    rig.advanceGate();
    expect(rig.live.room?.gate.showRate).toBe(1);
  });
});

describe('the gate', () => {
  test('is shut before the start, in a pause and after the end', () => {
    const rig = queueingRig({}, {}, new ManualClock(T0 - 1));
    joinAll(rig, 3);
    expect(rig.advanceGate()).toBe(0);
    rig.change({ type: 'gate', settings: { paused: true } });
    rig.clock.advance(1);
    expect(rig.advanceGate()).toBe(0);
    rig.change({ type: 'gate', settings: { paused: false } });
    rig.change({ type: 'pause' });
    expect(rig.advanceGate()).toBe(0);
    rig.change({ type: 'resume' });
    expect(rig.advanceGate()).toBe(3);
    rig.change({ type: 'end' });
    expect(rig.advanceGate()).toBe(3);
  });

  test('calls nobody for what is sold out, and goes on after a restock', () => {
    const rig = queueingRig({}, { items: [saleItem({ totalStock: 1 })] });
    const refs = joinAll(rig, 3);
    const [first] = refs;
    if (!first) throw new Error('three joined');
    expect(rig.advanceGate()).toBe(1);
    buy(rig, { ...first, ...enter(rig, first) });
    rig.clock.advance(MINUTE_MS);
    expect(rig.advanceGate()).toBe(1);
    rig.change({ type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 });
    expect(rig.advanceGate()).toBe(2);
  });

  test('counts the units of every SKU', () => {
    const items = [saleItem({ skuId: 'hat', totalStock: 1 }), saleItem({ skuId: 'scarf', totalStock: 2 })];
    const rig = queueingRig({}, { items });
    joinAll(rig, 5);
    expect(rig.advanceGate()).toBe(3);
  });

  test('keeps what was set by hand when an edit is about something else', () => {
    const rig = queueingRig({ ratePerSecond: 10, maxActive: 20 }, {}, new ManualClock(T0 - MINUTE_MS));
    join(rig, 'ann');
    rig.change({ type: 'gate', settings: { ratePerSecond: 5, paused: true } });
    const { sale } = rig.live;
    if (!sale.waitingRoom) throw new Error('it has a waiting room');
    const edited = { ...sale, name: 'Renamed', waitingRoom: { ...sale.waitingRoom, maxActive: 30 } };
    expect(rig.mayPrepare(edited)).toBe(true);
    rig.prepare(edited, 'operator');
    expect(rig.live.room?.gate.settings).toEqual({ ratePerSecond: 5, maxActive: 30, paused: true });
    expect(join(rig, 'ann').ticket).toBe(1);
  });
});

describe('a room with a draw', () => {
  const plan = { seed: '11'.repeat(32), entrySecret: '22'.repeat(32), beacon: null };
  const closesAtMs = T0 - 15_000;

  function drawRig(): SaleRig {
    const items = [saleItem({ totalStock: 1_000 })];
    return queueingRig({ order: 'draw', draw: plan }, { items }, new ManualClock(T0 - MINUTE_MS));
  }

  function draw(rig: SaleRig): string {
    const entrants = rig.snapshot().room?.entrants ?? 0;
    const parts = { entrants, listHash: '33'.repeat(32), committedSeed: plan.seed, beacon: null };
    return rig.change({ type: 'draw', draw: { ...parts, seed: finalSeed(parts) } });
  }

  test('tells early ones no place until it is drawn, and late ones theirs at once', () => {
    const rig = drawRig();
    const early = joinAll(rig, 10);
    expect(placeOf(rig, early[0] ?? join(rig, 'x'))).toMatchObject({
      position: null,
      ahead: null,
      estimatedWaitSeconds: null,
    });
    rig.clock.set(closesAtMs);
    const late = join(rig, 'late');
    expect(rig.snapshot().room?.entrants).toBe(10);
    expect(placeOf(rig, late)).toMatchObject({ position: 11, ahead: 10 });
    expect(draw(rig)).toBe('changed');
    const positions = early.map((ref) => placeOf(rig, ref).position ?? 0);
    expect(positions.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(placeOf(rig, late).position).toBe(11);
    expect(draw(rig)).toBe('unchanged');
  });

  test('calls nobody until it is drawn, though the sale has started', () => {
    const rig = drawRig();
    const refs = joinAll(rig, 5);
    rig.clock.set(T0 + MINUTE_MS);
    expect(rig.advanceGate()).toBe(0);
    expect(rig.admit(refs[0] ?? join(rig, 'x'))).toMatchObject({ code: 'not_your_turn' });
    draw(rig);
    expect(rig.advanceGate()).toBe(5);
  });

  test('of nobody is not waited for', () => {
    const rig = drawRig();
    rig.clock.set(closesAtMs);
    const late = join(rig, 'late');
    expect(rig.snapshot().room?.entrants).toBe(0);
    rig.clock.set(T0);
    expect(rig.advanceGate()).toBe(1);
    enter(rig, late);
    expect(draw(rig)).toBe('changed');
    expect(placeOf(rig, late).position).toBe(1);
  });

  test('passes over those who left or are held, wherever the draw puts them', () => {
    const fates = fc.array(fc.constantFrom('stays', 'leaves_before', 'leaves_after', 'held'), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fates, (fate) => {
        const rig = drawRig();
        const refs = fate.map((what, user) => join(rig, `user-${user}`, what === 'held'));
        const leave = (when: string) => {
          for (const [index, ref] of refs.entries()) if (fate[index] === when) rig.leave(ref);
        };
        leave('leaves_before');
        rig.clock.set(closesAtMs);
        rig.letClockWork();
        draw(rig);
        leave('leaves_after');
        rig.clock.set(T0);
        const staying = fate.filter((what) => what === 'stays').length;
        expect(rig.live.room?.waiting).toBe(staying);
        rig.advanceGate();
        expect(rig.live.room?.waiting).toBe(0);
        for (const [index, ref] of refs.entries()) {
          const code = fate[index] === 'stays' ? 'admitted' : fate[index] === 'held' ? 'not_your_turn' : 'not_found';
          expect(rig.admit(ref).code).toBe(code);
        }
      }),
    );
  });

  test('keeps its list after the end, and nothing else', () => {
    const rig = drawRig();
    joinAll(rig, 3);
    rig.clock.set(T0);
    rig.letClockWork();
    draw(rig);
    join(rig, 'late');
    rig.change({ type: 'end' });
    expect(rig.live.room?.holders(0, 10)).toEqual(['user-0', 'user-1', 'user-2']);
    expect(rig.snapshot().room).toMatchObject({ tickets: 4, waiting: 0, entrants: 3 });
  });
});
