import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earliestFirst, newestFirst, pageByKey } from './page.ts';

test('pages of any size show every entry once, in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 10 }), (entries, limit) => {
      const shown: string[] = [];
      let cursor: string | undefined;
      do {
        const page = pageByKey(entries, (entry) => entry, { cursor, limit });
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        shown.push(...page.entries);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(shown).toEqual([...entries].sort());
    }),
  );
});

test('entries that vanish between two pages move nothing', () => {
  const first = pageByKey(['a', 'b', 'c', 'd'], (entry) => entry, { limit: 2 });
  const second = pageByKey(['c', 'd'], (entry) => entry, { cursor: first.nextCursor ?? '', limit: 2 });
  expect(second.entries).toEqual(['c', 'd']);
});

test('a cursor that was made up does no harm', () => {
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      pageByKey(['a', 'b'], (entry) => entry, { cursor, limit: 1 });
    }),
  );
});

test('times sort as text as they do as numbers, in both directions', () => {
  const time = fc.integer({ min: 0, max: 8.64e15 });
  fc.assert(
    fc.property(time, time, (a, b) => {
      expect(earliestFirst(a) < earliestFirst(b)).toBe(a < b);
      expect(newestFirst(a) < newestFirst(b)).toBe(a > b);
    }),
  );
});
