import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difficultyAt } from './difficulty.ts';

const rate = fc.double({ min: 0, max: 1e6, noNaN: true });

test('more load is never less work, and less load never more', () => {
  fc.assert(
    fc.property(rate, rate, (one, other) => {
      const [calm, busy] = [Math.min(one, other), Math.max(one, other)];
      expect(difficultyAt(busy)).toBeGreaterThanOrEqual(difficultyAt(calm));
    }),
  );
});

test('the work is doubled in steps, and never more than a phone can do', () => {
  fc.assert(
    fc.property(rate, (joinsPerSecond) => {
      expect([1, 2, 4, 8]).toContain(difficultyAt(joinsPerSecond) / difficultyAt(0));
    }),
  );
  expect([49, 50, 200, 800].map((joinsPerSecond) => difficultyAt(joinsPerSecond) / difficultyAt(0))).toEqual([
    1, 2, 4, 8,
  ]);
});
