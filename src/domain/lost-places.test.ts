import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LostPlaces } from './lost-places.ts';

test('it counts and finds places as going through all of them one by one does', () => {
  const cases = fc.record({
    upTo: fc.nat({ max: 70 }),
    back: fc.uniqueArray(fc.integer({ min: 1, max: 70 })),
    after: fc.nat({ max: 75 }),
    place: fc.nat({ max: 75 }),
  });
  fc.assert(
    fc.property(cases, ({ upTo, back, after, place }) => {
      const lost = new LostPlaces(upTo);
      for (const one of back.filter((one) => one <= upTo)) lost.bringBack(one);
      const isMissing = (one: number) => one >= 1 && one <= upTo && !back.includes(one);
      const range = (from: number, to: number) =>
        Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i + 1);
      expect(lost.missingBetween(after, place)).toBe(range(after, place).filter(isMissing).length);
      expect(lost.nextAfter(after)).toBe(range(after, 80).find((one) => !isMissing(one)));
    }),
  );
});
