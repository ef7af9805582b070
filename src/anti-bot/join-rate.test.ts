import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JoinRate } from './join-rate.ts';

test('follows a steady stream of joins within half a minute, and forgets it within a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (perSecond) => {
      const rate = new JoinRate();
      for (let join = 0; join <= 30 * perSecond; join++) rate.count((join * 1_000) / perSecond);
      expect(rate.perSecond(30_000)).toBeGreaterThan(perSecond * 0.9);
      expect(rate.perSecond(30_000)).toBeLessThan(perSecond * 1.1 + 0.1);
      expect(rate.perSecond(90_000)).toBeLessThan(perSecond * 0.01);
    }),
    { numRuns: 20 },
  );
});

test('is nothing while nobody came', () => {
  expect(new JoinRate().perSecond(0)).toBe(0);
});
