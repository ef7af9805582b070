import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betterOffset, hasJumped, offsetOf } from './clock-drift.ts';

const NOON_MS = Date.UTC(2030, 0, 1, 12);

describe('the offset to the server', () => {
  test('is right to half of the round trip, however the way is shared between there and back', () => {
    const ms = fc.integer({ min: 0, max: 30_000 });
    fc.assert(
      fc.property(ms, ms, ms, (sentAtMs, thereMs, backMs) => {
        const serverMs = NOON_MS + sentAtMs + thereMs;
        const { offsetMs, errorMs } = offsetOf({ sentAtMs, receivedAtMs: sentAtMs + thereMs + backMs, serverMs });
        expect(Math.abs(offsetMs - NOON_MS)).toBeLessThanOrEqual(errorMs);
      }),
    );
  });

  test('is kept while a slower answer knows less', () => {
    const known = { offsetMs: NOON_MS, errorMs: 10 };
    expect(betterOffset(known, 60_000, { offsetMs: NOON_MS + 50, errorMs: 400 })).toBe(known);
  });

  test('gives way to a quicker answer, and to any that it contradicts', () => {
    const known = { offsetMs: NOON_MS, errorMs: 100 };
    const quicker = { offsetMs: NOON_MS + 20, errorMs: 5 };
    const afterSleep = { offsetMs: NOON_MS + 3_600_000, errorMs: 400 };
    expect(betterOffset(known, 1_000, quicker)).toBe(quicker);
    expect(betterOffset(known, 1_000, afterSleep)).toBe(afterSleep);
  });

  test('gets less certain with age: two clocks drift apart', () => {
    const known = { offsetMs: NOON_MS, errorMs: 10 };
    const measured = { offsetMs: NOON_MS + 60, errorMs: 100 };
    expect(betterOffset(known, 1_000, measured)).toBe(known);
    expect(betterOffset(known, 3_600_000, measured)).toBe(measured);
  });
});

describe('a jump of the clocks', () => {
  const before = { wallMs: NOON_MS, monotonicMs: 1_000 };

  test('is none while both run on, though the look came late', () => {
    expect(hasJumped(before, { wallMs: NOON_MS + 90_000, monotonicMs: 91_004 })).toBe(false);
  });

  test('is seen when the machine slept, and when its clock was set', () => {
    expect(hasJumped(before, { wallMs: NOON_MS + 90_000, monotonicMs: 2_000 })).toBe(true);
    expect(hasJumped(before, { wallMs: NOON_MS - 300_000, monotonicMs: 2_000 })).toBe(true);
  });
});
