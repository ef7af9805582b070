import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const BACKOFF = { baseMs: 100, maxMs: 5_000 };

test('pauses double up to the longest, however many failures there were', () => {
  const pauses = [0, 1, 2, 3, 6, 1_000_000].map((failures) => backoffMs(failures, BACKOFF, 1));
  expect(pauses).toEqual([100, 200, 400, 800, 5_000, 5_000]);
});

test('those who fail together are spread over half of the pause', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const longest = backoffMs(failures, BACKOFF, 1);
      const pause = backoffMs(failures, BACKOFF, random);
      expect(pause).toBeGreaterThanOrEqual(longest / 2);
      expect(pause).toBeLessThanOrEqual(longest);
    }),
  );
});
