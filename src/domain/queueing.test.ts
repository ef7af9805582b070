import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import { buy, join, joinAndEnter, placeOf, queueingRig, visitPurchase } from '../../test/support/room-visits.ts';
import { line, MINUTE_MS, saleDefinition, saleItem } from '../../test/support/sale-fixtures.ts';
import { orderOf, SaleRig } from '../../test/support/sale-rig.ts';

describe('joining', () => {
  test('gives places in the order of arrival, each once, and the same again to whoever has one', () => {
    const users = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(users, (arrivals) => {
        const rig = queueingRig();
        const first = new Map<number, number>();
        for (const user of arrivals) {
          const { ticket } = join(rig, `user-${user}`);
          if (!first.has(user)) first.set(user, ticket);
          expect(ticket).toBe(first.get(user));
        }
        expect([...first.values()]).toEqual(Array.from(first, (_, index) => index + 1));
        expect(rig.live.room).toMatchObject({ size: first.size, waiting: first.size });
      }),
    );
  });

  test('is possible from the opening on, while the sale is paused, and until the end', () => {
    const rig = queueingRig({ opensAtMs: T0 - 1_000 }, {}, new ManualClock(T0 - 1_001));
    expect(rig.join({ userId: 'ann' })).toEqual({ code: 'sale_not_started' });
    rig.clock.advance(1);
    expect(join(rig, 'ann').ticket).toBe(1);
    rig.clock.set(T0);
    rig.change({ type: 'pause' });
    expect(join(rig, 'bob').ticket).toBe(2);
    rig.clock.set(rig.live.sale.endsAtMs);
    expect(rig.join({ userId: 'cat' })).toEqual({ code: 'sale_ended' });
    expect(rig.join({ userId: 'ann' })).toEqual({ code: 'sale_ended' });
  });

  test('is refused without a waiting room', () => {
    const rig = new SaleRig(saleDefinition());
    expect(rig.join({ userId: 'ann' })).toEqual({ code: 'no_waiting_room' });
    expect(rig.findPlace('ann')).toEqual({ code: 'no_waiting_room' });
    expect(rig.leave({ saleId: 'sale-1', userId: 'ann', ticket: 1 })).toBe('not_found');
    expect(rig.advanceGate()).toBe(0);
  });

  test('is refused once nothing can come back, possible while something may, and burns no number', () => {
    const rig = queueingRig({}, { items: [saleItem({ totalStock: 1 })] });
    const ann = joinAndEnter(rig, 'ann');
    const orderId = buy(rig, ann);
    expect(join(rig, 'bob').ticket).toBe(2);
    rig.beginPayment(orderId, 'a1');
    rig.confirm(orderId, 'a1');
    expect(rig.join({ userId: 'cat' })).toEqual({ code: 'sold_out' });
    rig.change({ type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 });
    expect(join(rig, 'cat').ticket).toBe(3);
  });

  test('tells whoever is held nothing: they count, move up and are called like anybody else', () => {
    const looksTo = (held: boolean) => {
      const rig = queueingRig({}, {}, new ManualClock(T0 - 1));
      const seen = () => [rig.live.room?.waiting, rig.live.room?.gate.nowServing, rig.place(bot)];
      const leaver = join(rig, 'leaver', held);
      const bot = join(rig, 'bot', held);
      const before = seen();
      rig.leave(leaver);
      const behindNobody = seen();
      rig.clock.advance(1);
      rig.advanceGate();
      return [before, behindNobody, seen()];
    };
    expect(looksTo(true)).toEqual(looksTo(false));
    expect(looksTo(true)[2]).toMatchObject([0, 2, { state: 'ready' }]);
  });

  test('finding a place changes nothing, and says what joining would come to', () => {
    const rig = queueingRig({ opensAtMs: T0 }, {}, new ManualClock(T0 - 1));
    expect(rig.findPlace('ann')).toEqual({ code: 'sale_not_started' });
    rig.clock.advance(1);
    expect(rig.findPlace('ann')).toEqual({ code: 'no_place' });
    const ref = join(rig, 'ann');
    expect(rig.findPlace('ann')).toEqual({ code: 'joined', place: placeOf(rig, ref) });
    rig.leave(ref);
    expect(rig.findPlace('ann')).toEqual({ code: 'no_place' });
    expect(rig.live.room?.size).toBe(1);
  });
});

describe('leaving', () => {
  test('gives the place up for good: joining again is to queue behind everybody', () => {
    const rig = queueingRig({}, {}, new ManualClock(T0 - MINUTE_MS));
    const ann = join(rig, 'ann');
    join(rig, 'bob');
    expect(rig.leave(ann)).toBe('left');
    expect(rig.leave(ann)).toBe('left');
    expect(rig.place(ann)).toBeNull();
    expect(rig.admit(ann)).toEqual({ code: 'not_found' });
    expect(join(rig, 'ann').ticket).toBe(3);
    expect(rig.live.room?.waiting).toBe(2);
  });

  test('takes the ticket and its holder: nobody gives up the place of another', () => {
    const rig = queueingRig();
    const ann = join(rig, 'ann');
    expect(rig.leave({ ...ann, userId: 'bob' })).toBe('not_found');
    expect(rig.leave({ ...ann, ticket: 2 })).toBe('not_found');
    expect(rig.place({ ...ann, userId: 'bob' })).toBeNull();
    expect(placeOf(rig, ann).ticket).toBe(1);
  });

  test('with an old ticket does not touch the new one', () => {
    const rig = queueingRig();
    const ann = joinAndEnter(rig, 'ann');
    buy(rig, ann, { lines: [line('sneaker', 2)] });
    const again = join(rig, 'ann');
    expect(again.ticket).toBe(2);
    expect(rig.leave(ann)).toBe('left');
    expect(join(rig, 'ann').ticket).toBe(2);
  });

  test('is passed over by the gate, wherever they stood', () => {
    const leavers = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 29 });
    fc.assert(
      fc.property(leavers, fc.integer({ min: 1, max: 10 }), (gone, ratePerSecond) => {
        const rig = queueingRig({ ratePerSecond }, { items: [saleItem({ totalStock: 100 })] });
        const refs = Array.from({ length: 30 }, (_, user) => join(rig, `user-${user}`));
        for (const ref of refs) if (gone.includes(ref.ticket)) rig.leave(ref);
        rig.advanceGate();
        const called = refs.filter((ref) => rig.place(ref)?.state === 'ready');
        expect(called).toEqual(refs.filter(({ ticket }) => !gone.includes(ticket)).slice(0, ratePerSecond));
        expect(rig.live.room?.waiting).toBe(30 - gone.length - called.length);
      }),
    );
  });
});

describe('a place', () => {
  test('says how many places before it have not been called, and never less than none', () => {
    const rig = queueingRig({ ratePerSecond: 3 }, {}, new ManualClock(T0 - 1));
    const refs = Array.from({ length: 5 }, (_, user) => join(rig, `user-${user}`));
    expect(refs.map((ref) => placeOf(rig, ref).ahead)).toEqual([0, 1, 2, 3, 4]);
    rig.clock.advance(1);
    rig.advanceGate();
    const after = refs.map((ref) => placeOf(rig, ref));
    expect(after.map(({ ahead }) => ahead)).toEqual([0, 0, 0, 0, 1]);
    expect(after.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'waiting', 'waiting']);
    expect(after.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
  });

  test('goes from waiting over ready and admitted to done', () => {
    const rig = queueingRig({}, {}, new ManualClock(T0 - 1));
    const ann = join(rig, 'ann');
    const states = [placeOf(rig, ann).state];
    rig.clock.advance(1);
    rig.advanceGate();
    states.push(placeOf(rig, ann).state);
    const outcome = rig.admit(ann);
    if (outcome.code !== 'admitted') throw new Error(outcome.code);
    expect(placeOf(rig, ann)).toMatchObject({ state: 'admitted', admission: outcome.admission });
    const orderId = buy(rig, { ...ann, ...outcome.admission }, { lines: [line('sneaker', 2)] });
    states.push(placeOf(rig, ann).state);
    rig.release(orderId, 'cancelled_by_buyer');
    states.push(placeOf(rig, ann).state);
    expect(states).toEqual(['waiting', 'ready', 'admitted', 'done']);
    expect(rig.admit(ann)).toEqual({ code: 'used_up' });
  });

  test('is sold out when nothing can come back, and waits on while something may', () => {
    const rig = queueingRig({}, { items: [saleItem({ totalStock: 1 })] });
    const orderId = buy(rig, joinAndEnter(rig, 'ann'));
    const bob = join(rig, 'bob');
    expect(placeOf(rig, bob)).toMatchObject({ state: 'waiting', estimatedWaitSeconds: null });
    rig.beginPayment(orderId, 'a1');
    rig.confirm(orderId, 'a1');
    expect(placeOf(rig, bob)).toMatchObject({ state: 'sold_out', estimatedWaitSeconds: null });
    rig.change({ type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 });
    rig.advanceGate();
    expect(placeOf(rig, bob).state).toBe('ready');
  });

  test('is kept while the sale or the gate is paused, and nothing is promised meanwhile', () => {
    const rig = queueingRig({ ratePerSecond: 1 });
    const refs = ['ann', 'bob', 'cat'].map((userId) => join(rig, userId));
    rig.advanceGate();
    const states = () => refs.map((ref) => placeOf(rig, ref).state);
    const waits = () => refs.map((ref) => placeOf(rig, ref).estimatedWaitSeconds);
    for (const [stop, go] of [
      [{ type: 'pause' }, { type: 'resume' }],
      [
        { type: 'gate', settings: { paused: true } },
        { type: 'gate', settings: { paused: false } },
      ],
    ] as const) {
      rig.change(stop);
      rig.clock.advance(MINUTE_MS);
      expect(rig.advanceGate()).toBe(1);
      expect(states()).toEqual(['ready', 'waiting', 'waiting']);
      expect(waits()).toEqual([0, null, null]);
      rig.change(go);
      expect(waits()).toEqual([0, 1, 2]);
    }
  });

  test('is nobody’s after the end, and the queue is cleared', () => {
    for (const type of ['end', 'cancel'] as const) {
      const rig = queueingRig();
      const refs = ['ann', 'bob'].map((userId) => join(rig, userId));
      rig.change({ type });
      expect(refs.map((ref) => rig.place(ref))).toEqual([null, null]);
      expect(rig.leave(refs[0] ?? { saleId: '', userId: '', ticket: 0 })).toBe('not_found');
      expect(rig.snapshot().room).toMatchObject({ waiting: 0, inside: 0, atDoor: 0, tickets: 2 });
    }
  });

  test('of a suspected bot looks like any other, and is never let in', () => {
    const rig = queueingRig();
    const [ann, bot, bob] = [join(rig, 'ann'), join(rig, 'bot', true), join(rig, 'bob')];
    rig.advanceGate();
    expect([ann, bot, bob].map((ref) => placeOf(rig, ref))).toMatchObject([
      { state: 'ready', position: 1, ahead: 0, estimatedWaitSeconds: 0 },
      { state: 'ready', position: 2, ahead: 0, estimatedWaitSeconds: 0 },
      { state: 'ready', position: 3, ahead: 0, estimatedWaitSeconds: 0 },
    ]);
    rig.clock.advance(MINUTE_MS);
    expect(rig.admit(bot)).toMatchObject({ code: 'not_your_turn' });
    expect(rig.admit(bob)).toMatchObject({ code: 'admitted' });
    expect(rig.live.room?.atDoor).toBe(0);
  });
});

describe('a ticket', () => {
  test('is used up when every SKU has been taken up to the limit, whatever became of it', () => {
    const items = [saleItem({ skuId: 'hat' }), saleItem({ skuId: 'scarf' })];
    const rig = queueingRig({}, { items, purchaseLimit: 2 });
    const ann = joinAndEnter(rig, 'ann');
    const first = buy(rig, ann, { lines: [line('hat', 2)] });
    buy(rig, ann, { lines: [line('scarf', 1)] });
    rig.release(first, 'cancelled_by_buyer');
    expect(placeOf(rig, ann).state).toBe('admitted');
    expect(rig.purchase(visitPurchase(ann, { lines: [line('hat', 1)] }))).toMatchObject({ code: 'limit_exceeded' });
    expect(join(rig, 'ann').ticket).toBe(1);
    buy(rig, ann, { lines: [line('scarf', 1)] });
    expect(join(rig, 'ann').ticket).toBe(2);
  });

  test('that is used up makes room for a new last place, with the buyer’s limit over both', () => {
    const rig = queueingRig();
    const ann = joinAndEnter(rig, 'ann');
    const orderId = buy(rig, ann, { lines: [line('sneaker', 2)] });
    join(rig, 'bob');
    const again = joinAndEnter(rig, 'ann');
    expect(again.ticket).toBe(3);
    expect(rig.purchase(visitPurchase(again))).toMatchObject({ code: 'limit_exceeded', held: 2 });
    rig.release(orderId, 'cancelled_by_buyer');
    expect(orderOf(rig.purchase(visitPurchase(again))).ticket).toBe(3);
  });
});
