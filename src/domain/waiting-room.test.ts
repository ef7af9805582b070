import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import { buy, enter, join, joinAll, placeOf, queueingRig } from '../../test/support/room-visits.ts';
import { MINUTE_MS, saleItem } from '../../test/support/sale-fixtures.ts';
import type { SaleRig } from '../../test/support/sale-rig.ts';
import { finalSeed } from './draw.ts';

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
        expect(rig.live.room?.waiting).toBe(fate.filter((what) => what === 'stays' || what === 'held').length);
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
