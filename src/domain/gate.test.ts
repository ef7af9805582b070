import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { T0 } from '../../test/support/clock.ts';
import { type CrowdHabits, type CrowdReport, EAGER, RoomCrowd } from '../../test/support/room-crowd.ts';
import { buy, enter, join, placeOf } from '../../test/support/room-visits.ts';
import { saleDefinition, saleItem, waitingRoomRules } from '../../test/support/sale-fixtures.ts';
import { SaleRig } from '../../test/support/sale-rig.ts';
import { createRandom } from '../cli/simulate/random.ts';
import { Gate, type GateSettings } from './gate.ts';
import type { WaitingRoomRules } from './sale.ts';
import { NO_SHOW_AFTER_MS } from './turnout.ts';

/** What a thousandth of a millisecond is worth, in admissions, at the highest rate there is. */
const ROUNDING = 0.01;
const PLENTY = 1_000_000;
const OPEN: GateSettings = { ratePerSecond: 100, maxActive: 1_000, paused: false };

function rigWith(rules: Partial<WaitingRoomRules>, totalStock = PLENTY): SaleRig {
  const items = [saleItem({ totalStock })];
  return new SaleRig(saleDefinition({ items, waitingRoom: waitingRoomRules({ maxActive: PLENTY, ...rules }) }));
}

function play(rig: SaleRig, habits: Partial<CrowdHabits>): CrowdReport {
  return new RoomCrowd(rig, { ...EAGER, buyers: 0, ...habits }).run();
}

function admissionsPerSecond({ admittedAtMs }: CrowdReport, fromSecond: number, toSecond: number): number {
  const admitted = admittedAtMs.filter((atMs) => atMs >= T0 + fromSecond * 1000 && atMs < T0 + toSecond * 1000);
  return admitted.length / (toSecond - fromSecond);
}

describe('the rate', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 400 });
  const rate = fc.integer({ min: 1, max: 10_000 });

  /** No stretch of `times` holds more than the rate gives in it, and one second's worth. */
  function expectWithin(ratePerSecond: number, times: readonly number[]): void {
    times.forEach((last, index) => {
      for (let first = 0; first <= index; first++) {
        const seconds = (last - (times[first] ?? 0)) / 1000;
        expect(index - first + 1).toBeLessThanOrEqual(ratePerSecond * seconds + ratePerSecond + ROUNDING);
      }
    });
  }

  test('lets in one second worth at once, and in any stretch of time no more on top than it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), gaps, (ratePerSecond, steps) => {
        const gate = new Gate({ ...OPEN, ratePerSecond });
        const admittedAtMs: number[] = [];
        let nowMs = T0;
        for (const step of steps) {
          nowMs += step;
          if (gate.admissibleInMs(nowMs) > 0) continue;
          gate.admit(nowMs);
          admittedAtMs.push(nowMs);
        }
        expectWithin(ratePerSecond, admittedAtMs);
      }),
    );
  });

  test('is reached to the last admission, however long a gate is open and however odd the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), fc.integer({ min: 1, max: 50 }), (ratePerSecond, tickMs) => {
        const gate = new Gate({ ...OPEN, ratePerSecond });
        let admitted = 0;
        let nowMs = T0;
        for (; admitted < 30_000 && nowMs < T0 + 3_600_000; nowMs += tickMs) {
          for (; gate.admissibleInMs(nowMs) === 0; admitted++) gate.admit(nowMs);
        }
        const allowed = ratePerSecond + (ratePerSecond * (nowMs - tickMs - T0)) / 1000;
        expect(admitted).toBeLessThanOrEqual(allowed + ROUNDING);
        expect(admitted).toBeGreaterThan(allowed - 1 - ROUNDING);
      }),
      { numRuns: 20 },
    );
  });

  test('says exactly when it lets the next one in, in whole milliseconds', () => {
    fc.assert(
      fc.property(rate, gaps, (ratePerSecond, steps) => {
        const gate = new Gate({ ...OPEN, ratePerSecond });
        let nowMs = T0;
        for (const step of steps) {
          nowMs += step % 3;
          const waitMs = gate.admissibleInMs(nowMs);
          expect(Number.isInteger(waitMs)).toBe(true);
          expect(gate.admissibleInMs(nowMs + waitMs)).toBe(0);
          if (waitMs > 0) expect(gate.admissibleInMs(nowMs + waitMs - 1)).toBeGreaterThan(0);
          else gate.admit(nowMs);
        }
      }),
    );
  });

  test('holds for calls too while everyone who is called comes', () => {
    fc.assert(
      fc.property(rate, gaps, (ratePerSecond, steps) => {
        const gate = new Gate({ ...OPEN, ratePerSecond });
        let nowMs = T0;
        for (const step of steps) {
          nowMs += step;
          const before = gate.nowServing;
          const count = gate.callable(nowMs);
          if (count === 0) continue;
          gate.call(before + count, count, nowMs);
          for (let position = before + 1; position <= before + count; position++) gate.come(position);
        }
        expect(gate.nowServing).toBeLessThanOrEqual(ratePerSecond * (1 + (nowMs - T0) / 1000) + ROUNDING);
      }),
      { numRuns: 30 },
    );
  });

  test('a clock that jumps ahead lets in and calls one second worth, and no more', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1_000, max: 1_000_000_000 }), (ratePerSecond, jumpMs) => {
        const gate = new Gate({ ...OPEN, ratePerSecond });
        const emptyAt = (nowMs: number) => {
          let admitted = 0;
          for (; gate.admissibleInMs(nowMs) === 0; admitted++) gate.admit(nowMs);
          const called = gate.callable(nowMs);
          if (called > 0) gate.call(gate.nowServing + called, called, nowMs);
          return { admitted, called };
        };
        expect(emptyAt(T0)).toEqual({ admitted: ratePerSecond, called: ratePerSecond });
        for (let position = 1; position <= ratePerSecond; position++) gate.come(position);
        expect(emptyAt(T0 + jumpMs)).toEqual({ admitted: ratePerSecond, called: ratePerSecond });
      }),
      { numRuns: 50 },
    );
  });

  test('that is changed holds from then on, with one second worth of the higher one at most', () => {
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 0, max: 3_000 }), (before, after, pauseMs) => {
        const gate = new Gate({ ...OPEN, ratePerSecond: before });
        let admitted = 0;
        for (; gate.admissibleInMs(T0) === 0; admitted++) gate.admit(T0);
        gate.change({ ...OPEN, ratePerSecond: after });
        for (; gate.admissibleInMs(T0 + pauseMs) === 0; admitted++) gate.admit(T0 + pauseMs);
        expect(admitted).toBeLessThanOrEqual(Math.max(before, after) + (after * pauseMs) / 1000 + ROUNDING);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the correction for no-shows', () => {
  const crowds = fc.record({
    seed: fc.nat(),
    noShows: fc.double({ min: 0, max: 0.7, noNaN: true }),
    ratePerSecond: fc.integer({ min: 5, max: 60 }),
    tickMs: fc.constantFrom(50, 100, 500, 1_000),
  });

  test('brings admissions to the rate within 45 s, whatever share of the called stays away', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(crowds, ({ ratePerSecond, ...habits }) => {
        const report = play(rigWith({ ratePerSecond }), { ...habits, shoppers: ratePerSecond * 500, untilMs: 120_000 });
        expect(admissionsPerSecond(report, 45, 120) / ratePerSecond).toBeGreaterThan(0.85);
      }),
      { numRuns: 8 },
    );
  });

  test('lets no crowd grow at the door: never more than the rate lets in within ten seconds', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(crowds, ({ ratePerSecond, ...habits }) => {
        const report = play(rigWith({ ratePerSecond }), { ...habits, shoppers: ratePerSecond * 500, untilMs: 120_000 });
        const atDoor = report.samples.map(({ room }) => room.atDoor);
        expect(Math.max(...atDoor)).toBeLessThanOrEqual(10 * ratePerSecond);
      }),
      { numRuns: 8 },
    );
  });

  test('calls nobody too many when everyone comes', () => {
    const ratePerSecond = 50;
    const report = play(rigWith({ ratePerSecond }), { shoppers: 10_000, untilMs: 120_000 });
    expect(report.samples.at(-1)?.room.nowServing).toBeLessThanOrEqual(ratePerSecond * 121);
    for (const { room } of report.samples) expect(room.atDoor).toBeLessThanOrEqual(ratePerSecond);
  });

  test('forgets no-shows when the crowd changes its ways', () => {
    const gate = new Gate({ ...OPEN, ratePerSecond: 20 });
    const random = createRandom(1);
    const callFor = (seconds: number, fromMs: number, shows: number) => {
      for (let nowMs = fromMs; nowMs < fromMs + seconds * 1000; nowMs += 100) {
        const before = gate.nowServing;
        const count = gate.callable(nowMs);
        if (count > 0) gate.call(before + count, count, nowMs);
        for (let called = 1; called <= count; called++) if (random() < shows) gate.come(before + called);
      }
    };
    expect(gate.showRate).toBe(1);
    callFor(60, T0, 0.4);
    expect(gate.showRate).toBeGreaterThan(0.3);
    expect(gate.showRate).toBeLessThan(0.5);
    callFor(60, T0 + 60_000, 1);
    expect(gate.showRate).toBeGreaterThan(0.95);
  });

  test('asks for no more than five to get one, and counts whoever comes late', () => {
    const gate = new Gate(OPEN);
    gate.call(1_000, 1_000, T0);
    gate.call(1_001, 1, T0 + NO_SHOW_AFTER_MS);
    expect(gate.showRate).toBe(0.2);
    for (let position = 1; position <= 1_000; position++) gate.come(position);
    expect(gate.showRate).toBeGreaterThan(0.99);
  });

  test('expects the called for as long as they may take to come, and those not who came', () => {
    const gate = new Gate(OPEN);
    gate.call(10, 8, T0);
    expect(gate.expected(T0)).toBe(8);
    gate.come(3);
    expect(gate.expected(T0 + NO_SHOW_AFTER_MS - 1)).toBe(7);
    expect(gate.expected(T0 + NO_SHOW_AFTER_MS)).toBe(0);
  });
});

describe('slots and units', () => {
  const scarce = fc.record({
    seed: fc.nat(),
    maxActive: fc.integer({ min: 1, max: 40 }),
    units: fc.integer({ min: 1, max: 60 }),
    noShows: fc.constantFrom(0, 0, 0.3, 0.7),
    buyers: fc.constantFrom(0.2, 0.6, 1),
    tidy: fc.constantFrom(0, 0.5, 1),
    abandoners: fc.constantFrom(0, 0.4),
  });

  test('are never promised to more than there are, by what is expected of the called', () => {
    fc.assert(
      fc.property(scarce, ({ maxActive, units, ...habits }) => {
        const rig = rigWith({ maxActive }, units);
        const { samples } = play(rig, { ...habits, browseMs: [1_000, 30_000], payMs: [1_000, 20_000], shoppers: 300 });
        const calls = samples.filter(({ called }) => called > 0);
        for (const { promised, room, availableUnits, browsing } of calls) {
          expect(promised).toBeLessThanOrEqual(maxActive - room.inside + 1e-6);
          expect(promised).toBeLessThanOrEqual(availableUnits - browsing + 1e-6);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('do not stay free for long while somebody waits: someone is called within 16 s', () => {
    fc.assert(
      fc.property(scarce, ({ maxActive, units, ...habits }) => {
        const rig = rigWith({ maxActive }, units);
        const { samples } = play(rig, { ...habits, browseMs: [1_000, 30_000], shoppers: 300, untilMs: 300_000 });
        let idleSinceMs: number | null = null;
        for (const { atMs, room, called, availableUnits, browsing } of samples) {
          const { waiting, inside, atDoor } = room;
          const isFree = waiting > 0 && inside + atDoor < maxActive && browsing + atDoor < availableUnits;
          if (!isFree || called > 0) idleSinceMs = null;
          else idleSinceMs ??= atMs;
          if (idleSinceMs !== null) expect(atMs - idleSinceMs).toBeLessThanOrEqual(16_000);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('are not kept from others by whoever comes back each time and buys nothing', () => {
    const rig = rigWith({ maxActive: 10, admissionSeconds: 60 }, 2);
    const idlers = ['idler-1', 'idler-2'].map((userId) => join(rig, userId));
    const [ann, bob, cat] = ['ann', 'bob', 'cat'].map((userId) => join(rig, userId));
    const comeAndCall = () => {
      for (const idler of idlers) rig.admit(idler);
      rig.advanceGate();
      return [ann, bob, cat].map((ref) => ref && rig.place(ref)?.state);
    };
    rig.advanceGate();
    expect(comeAndCall()).toEqual(['waiting', 'waiting', 'waiting']);
    rig.clock.advance(60_000);
    expect(comeAndCall()).toEqual(['ready', 'ready', 'waiting']);
  });

  test('are left to others by whoever let two admissions in a row run out, and are theirs again when nobody waits', () => {
    const rig = rigWith({ maxActive: 1, admissionSeconds: 60 }, 10);
    const [idler, ann] = [join(rig, 'idler'), join(rig, 'ann')];
    const comeBack = () => rig.admit(idler).code;
    rig.advanceGate();
    expect(comeBack()).toBe('admitted');
    rig.clock.advance(60_000);
    expect(comeBack()).toBe('admitted');
    rig.clock.advance(60_000);
    expect(comeBack()).toBe('not_your_turn');
    rig.advanceGate();
    const visit = { ...ann, ...enter(rig, ann) };
    expect(comeBack()).toBe('not_your_turn');
    rig.release(buy(rig, visit), 'cancelled_by_buyer');
    expect(comeBack()).toBe('admitted');
  });

  test.each(['which began before it ran out', 'which was over when it ran out'])(
    'are not taken from whoever could not buy for a pause, %s',
    (pause) => {
      const rig = rigWith({ maxActive: 1, admissionSeconds: 60 }, 10);
      const [ann, bob] = [join(rig, 'ann'), join(rig, 'bob')];
      rig.advanceGate();
      for (let times = 0; times < 2; times++) {
        enter(rig, ann);
        rig.clock.advance(1_000);
        rig.change({ type: 'pause' });
        rig.clock.advance(pause.startsWith('which was over') ? 58_999 : 60_000);
        rig.change({ type: 'resume' });
        rig.clock.advance(1);
      }
      expect(placeOf(rig, bob).state).toBe('waiting');
      enter(rig, ann);
    },
  );
});

describe('the estimate of a wait', () => {
  /** Foretold against actual, for waits that are long enough to tell. */
  function ratios({ waits }: CrowdReport, after = 0): number[] {
    const long = waits.filter(({ actualSeconds, askedAtMs }) => actualSeconds >= 5 && askedAtMs >= T0 + after * 1000);
    return long.map(({ foretoldSeconds, actualSeconds }) => foretoldSeconds / actualSeconds);
  }

  test('before the gate has moved is right where everyone comes and the rate is what holds them up', () => {
    const report = play(rigWith({ ratePerSecond: 50 }), { shoppers: 3_000, arriveMs: [-30_000, 0], untilMs: 90_000 });
    expect(report.waits.length).toBeGreaterThan(2_900);
    for (const ratio of ratios(report)) expect(ratio).toBeGreaterThan(0.95);
    for (const ratio of ratios(report)) expect(ratio).toBeLessThan(1.3);
  });

  test('promises no less than a tenth too little, and with no-shows at most as much too long as they shorten it', () => {
    const report = play(rigWith({ ratePerSecond: 50 }), {
      shoppers: 9_000,
      noShows: 0.5,
      arriveMs: [0, 60_000],
      untilMs: 180_000,
    });
    for (const ratio of ratios(report)) expect(ratio).toBeGreaterThan(0.9);
    for (const ratio of ratios(report, 20)) expect(ratio).toBeLessThan(2.2);
  });

  test('follows the slots where these hold people up, within a factor of two for nine in ten', () => {
    const rig = rigWith({ ratePerSecond: 1_000, maxActive: 100 });
    const browsing = { browseMs: [5_000, 55_000], tidy: 0.5 } as const;
    const report = play(rig, { shoppers: 2_000, noShows: 0.2, arriveMs: [0, 400_000], ...browsing, untilMs: 900_000 });
    const all = ratios(report, 60);
    const good = all.filter((ratio) => ratio > 0.5 && ratio < 2);
    expect(all.length).toBeGreaterThan(1_000);
    expect(good.length / all.length).toBeGreaterThan(0.9);
  });

  test('does not take few comers for a slow gate', () => {
    const rig = rigWith({ ratePerSecond: 50 });
    for (let comer = 0; comer < 20; comer++) {
      rig.join({ userId: `comer-${comer}` });
      rig.advanceGate();
      rig.clock.advance(3_000);
    }
    const places = Array.from({ length: 100 }, (_, shopper) => rig.join({ userId: `shopper-${shopper}` }));
    expect(places.at(-1)).toMatchObject({ place: { ahead: 99, estimatedWaitSeconds: 2 } });
  });

  test('follows a change of the rate at once', () => {
    const rig = rigWith({ ratePerSecond: 100 });
    play(rig, { shoppers: 5_000, untilMs: 20_000 });
    const waiting = rig.live.room?.waiting ?? 0;
    const last = { saleId: 'sale-1', userId: rig.live.room?.holderOf(5_000) ?? '', ticket: 5_000 };
    const estimateAt = (ratePerSecond: number) => {
      rig.change({ type: 'gate', settings: { ratePerSecond } });
      return rig.place(last)?.estimatedWaitSeconds;
    };
    expect(estimateAt(10)).toBe(Math.ceil(waiting / 10));
    expect(estimateAt(1_000)).toBe(Math.ceil(waiting / 1_000));
  });

  test('before anyone was called takes slots for used as long as an admission lasts', () => {
    const rig = rigWith({ ratePerSecond: 1_000, maxActive: 60, admissionSeconds: 60 });
    const places = Array.from({ length: 121 }, (_, shopper) => rig.join({ userId: `shopper-${shopper}` }));
    const seconds = places.map((outcome) => (outcome.code === 'joined' ? outcome.place.estimatedWaitSeconds : null));
    expect([seconds[0], seconds[59], seconds[60], seconds[120]]).toEqual([1, 1, 2, 62]);
  });
});
