import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideRate } from '../../domain/gcra.ts';
import { RateLimiter } from './rate-limiter.ts';

const limits = fc.record({
  requests: fc.integer({ min: 1, max: 200 }),
  windowMs: fc.integer({ min: 1, max: 120_000 }),
});
const gaps = fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 300 });

function timesOf(steps: readonly number[]): number[] {
  let nowMs = 0;
  return steps.map((step) => {
    nowMs += step;
    return nowMs;
  });
}

test('in any stretch of time no more pass than the limit and what grew back meanwhile', () => {
  fc.assert(
    fc.property(limits, gaps, (limit, steps) => {
      const limiter = new RateLimiter(limit, 1_000);
      const passed = timesOf(steps).filter((nowMs) => limiter.take('key', nowMs).allowed);
      const perMs = limit.requests / limit.windowMs;
      for (let first = 0; first < passed.length; first++) {
        for (let last = first; last < passed.length; last++) {
          const ms = (passed[last] ?? 0) - (passed[first] ?? 0);
          expect(last - first + 1).toBeLessThanOrEqual(limit.requests + ms * perMs + 1e-2);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('the whole limit passes at once, and nothing on top of it', () => {
  fc.assert(
    fc.property(limits, (limit) => {
      const limiter = new RateLimiter(limit, 1_000);
      const verdicts = Array.from({ length: limit.requests + 1 }, () => limiter.take('key', 0));
      expect(verdicts.map(({ allowed }) => allowed).lastIndexOf(true)).toBe(limit.requests - 1);
      expect(verdicts.map(({ remaining }) => remaining)).toEqual([
        ...Array.from({ length: limit.requests }, (_, index) => limit.requests - 1 - index),
        0,
      ]);
    }),
  );
});

test('who waits as long as told is let through, and a moment earlier is not', () => {
  fc.assert(
    fc.property(limits, gaps, (limit, steps) => {
      let fullAtMs = Number.NEGATIVE_INFINITY;
      for (const nowMs of timesOf(steps)) {
        const verdict = decideRate(limit, fullAtMs, nowMs);
        fullAtMs = verdict.fullAtMs;
        if (verdict.allowed) continue;
        expect(decideRate(limit, fullAtMs, nowMs + verdict.retryAfterMs).allowed).toBe(true);
        expect(decideRate(limit, fullAtMs, nowMs + verdict.retryAfterMs - 0.01).allowed).toBe(false);
      }
    }),
    { numRuns: 50 },
  );
});

test('a refused request costs nothing: hammering does not lock anybody out', () => {
  const limit = { requests: 10, windowMs: 1_000 };
  const limiter = new RateLimiter(limit, 1_000);
  for (let ms = 0; ms < 500; ms++) limiter.take('key', ms);
  expect(limiter.take('key', 600).allowed).toBe(true);
});

test('keys do not count against each other', () => {
  const limiter = new RateLimiter({ requests: 1, windowMs: 1_000 }, 1_000);
  expect(limiter.take('a', 0).allowed).toBe(true);
  expect(limiter.take('b', 0).allowed).toBe(true);
  expect(limiter.take('a', 0).allowed).toBe(false);
});

test('forgets nothing that still counts, over any gaps', () => {
  fc.assert(
    fc.property(limits, gaps, (limit, steps) => {
      const limiter = new RateLimiter(limit, 1_000_000);
      let fullAtMs = Number.NEGATIVE_INFINITY;
      for (const nowMs of timesOf(steps)) {
        const expected = decideRate(limit, fullAtMs, nowMs);
        fullAtMs = expected.fullAtMs;
        expect(limiter.take('key', nowMs)).toEqual(expected);
      }
    }),
    { numRuns: 50 },
  );
});

test('a flood of new keys does not grow its memory', () => {
  const limiter = new RateLimiter({ requests: 5, windowMs: 1_000 }, 100);
  for (let key = 0; key < 10_000; key++) limiter.take(`key-${key}`, 0);
  expect(limiter.size).toBeLessThanOrEqual(100);
});
