import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock, T0 } from '../support/clock.ts';
import { type CrowdHabits, type CrowdReport, EAGER, RoomCrowd } from '../support/room-crowd.ts';
import { queueingRig } from '../support/room-visits.ts';
import { MINUTE_MS, saleItem } from '../support/sale-fixtures.ts';
import type { SaleRig } from '../support/sale-rig.ts';

const UNITS = 120;
const SLOTS = 30;

/** More than enough want a unit; they behave in every way that a crowd does. The rig checks each invariant at each step. */
const crowds = fc.record({
  seed: fc.nat(),
  noShows: fc.double({ min: 0, max: 0.6, noNaN: true }),
  leavers: fc.constantFrom(0, 0.1, 0.3),
  buyers: fc.constantFrom(0.5, 0.9),
  tidy: fc.constantFrom(0, 0.5, 1),
  abandoners: fc.constantFrom(0, 0.2, 0.4),
  declines: fc.constantFrom(0, 0.3),
  arriveMs: fc.constantFrom([-60_000, 20_000] as const, [-5_000, -1_000] as const, [0, 120_000] as const),
});

function openSale(): SaleRig {
  const items = [saleItem({ totalStock: UNITS })];
  const rules = { ratePerSecond: 20, maxActive: SLOTS, admissionSeconds: 40 };
  return queueingRig(rules, { items, reservationSeconds: 60 }, new ManualClock(T0 - MINUTE_MS));
}

const SHOPPING: CrowdHabits = {
  ...EAGER,
  shoppers: 2_500,
  browseMs: [2_000, 20_000],
  payMs: [1_000, 30_000],
  tickMs: 500,
  untilMs: 55 * MINUTE_MS,
};

function play(rig: SaleRig, habits: Partial<CrowdHabits>): CrowdReport {
  return new RoomCrowd(rig, { ...SHOPPING, ...habits }).run();
}

function expectSoldOut(rig: SaleRig): void {
  expect(rig.stock()).toMatchObject({ sold: UNITS, available: 0, reserved: 0, paying: 0 });
  expect(rig.snapshot().room?.violations).toEqual({ outOfTurn: 0, overRate: 0, overCap: 0 });
}

test('every unit is sold, once, to a crowd that wants them, whatever else it does', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(crowds, (habits) => {
      const rig = openSale();
      play(rig, habits);
      expectSoldOut(rig);
    }),
    { numRuns: 12 },
  );
});

test('and with operators who pause, resume, throttle and restock meanwhile', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(crowds, fc.integer({ min: 1, max: 40 }), (habits, restocked) => {
      const rig = openSale();
      const commands = [
        { atMs: 5_000, command: { type: 'gate', settings: { maxActive: 3 } } },
        { atMs: 20_000, command: { type: 'pause' } },
        { atMs: 95_000, command: { type: 'resume' } },
        { atMs: 100_000, command: { type: 'gate', settings: { maxActive: SLOTS, ratePerSecond: 2 } } },
        { atMs: 110_000, command: { type: 'gate', settings: { paused: true } } },
        { atMs: 140_000, command: { type: 'gate', settings: { paused: false, ratePerSecond: 50 } } },
        { atMs: 600_000, command: { type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: restocked } },
      ] as const;
      play(rig, { ...habits, commands });
      expect(rig.stock()).toMatchObject({ sold: UNITS + restocked, available: 0, reserved: 0, paying: 0 });
    }),
    { numRuns: 8 },
  );
});

test('slots are used while people wait: on average seven in ten, once the gate knows its crowd', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(crowds, (habits) => {
      const rig = openSale();
      const { samples } = play(rig, { ...habits, arriveMs: [-5_000, -1_000] });
      const busy = samples.filter(
        ({ atMs, room, availableUnits }) => atMs >= T0 + 45_000 && room.waiting > 0 && availableUnits >= SLOTS,
      );
      const used = busy.reduce((sum, { room }) => sum + Math.min(1, (room.inside + room.atDoor) / SLOTS), 0);
      if (busy.length > 100) expect(used / busy.length).toBeGreaterThan(0.7);
    }),
    { numRuns: 12 },
  );
});
