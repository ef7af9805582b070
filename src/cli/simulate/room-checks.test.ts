import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admissionsOutOfTurn,
  admissionsOverRate,
  idleShare,
  type RoomReading,
  readingsOverCap,
  repeated,
} from './room-checks.ts';

describe('admissions over the rate', () => {
  const times = fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 40 });

  it('are found exactly where some window holds more than its rate and a burst', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 10 }), (admittedAtMs, rate) => {
        expect(admissionsOverRate(admittedAtMs, rate) > 0).toBe(someWindowIsOverfull(admittedAtMs, rate));
      }),
    );
  });

  it('are none when one second’s worth comes at once and the others at the rate', () => {
    const burst = Array.from({ length: 3 }, () => 0);
    const steady = Array.from({ length: 300 }, (_, index) => Math.ceil(((index + 1) * 1_000) / 3));
    expect(admissionsOverRate([...burst, ...steady], 3)).toBe(0);
  });

  it('are counted one by one', () => {
    expect(admissionsOverRate([0, 0, 0, 0, 0], 3)).toBe(2);
  });
});

function someWindowIsOverfull(admittedAtMs: readonly number[], rate: number): boolean {
  const sorted = admittedAtMs.toSorted((a, b) => a - b);
  return sorted.some((fromMs, first) =>
    sorted.slice(first).some((toMs, span) => span + 1 > rate + ((toMs - fromMs) / 1_000) * rate + 1e-6),
  );
}

describe('admissions out of turn', () => {
  const gate = [
    { atMs: 100, nowServing: 5 },
    { atMs: 300, nowServing: 20 },
    { atMs: 200, nowServing: 10 },
  ];

  it('are those of places that a later reading had not reached', () => {
    const admissions = [
      { position: 10, atMs: 150 },
      { position: 11, atMs: 150 },
      { position: 12, atMs: 200 },
    ];
    expect(admissionsOutOfTurn(admissions, gate)).toBe(1);
  });

  it('cannot be told after the last reading', () => {
    expect(admissionsOutOfTurn([{ position: 99, atMs: 300 }], gate)).toBe(0);
  });
});

it('counts values that were there before', () => {
  expect(repeated([1, 2, 3])).toBe(0);
  expect(repeated([4, 1, 4, 4])).toBe(2);
});

function reading(fields: Partial<RoomReading> = {}): RoomReading {
  return { atMs: 0, nowServing: 0, open: true, inside: 2, waiting: 10, available: 100, ...fields };
}

it('counts readings with more inside than the cap', () => {
  expect(readingsOverCap([reading({ inside: 5 }), reading({ inside: 6 })], 5)).toBe(1);
});

describe('the idle share', () => {
  it('is the time in which somebody could have been called and nobody was', () => {
    const readings = [
      reading({ atMs: 0, nowServing: 0 }),
      reading({ atMs: 100, nowServing: 4 }),
      reading({ atMs: 200, nowServing: 4 }),
      reading({ atMs: 400, nowServing: 5 }),
    ];
    expect(idleShare(readings, 5)).toBe(0.25);
  });

  it.each([
    ['every slot is taken', { inside: 5 }],
    ['the units are as good as taken by those inside', { available: 2 }],
  ])('counts no time in which %s', (_, fields) => {
    expect(idleShare([reading({ atMs: 0, ...fields }), reading({ atMs: 100, ...fields })], 5)).toBe(0);
  });

  it.each([
    ['nobody waits', { waiting: 0 }],
    ['the gate is closed', { open: false }],
  ])('is a share of no time in which %s', (_, fields) => {
    const readings = [
      reading({ atMs: 0, ...fields }),
      reading({ atMs: 900, ...fields }),
      reading({ atMs: 1_000 }),
      reading({ atMs: 1_100 }),
    ];
    expect(idleShare(readings, 5)).toBe(1);
  });

  it('is nothing when nothing was seen', () => {
    expect(idleShare([], 5)).toBe(0);
  });
});
