import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LapsingMap } from './lapsing-map.ts';

const steps = fc.array(
  fc.record({
    passesMs: fc.integer({ min: 0, max: 20 }),
    key: fc.integer({ min: 1, max: 6 }),
    does: fc.constantFrom('put', 'put', 'delete', 'take', 'postpone'),
  }),
  { maxLength: 80 },
);

test('holds each value until its time, whatever is put, removed and postponed meanwhile', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const map = new LapsingMap<string>();
      const expected = new Map<number, number>();
      let nowMs = 0;
      let postponedMs = 0;
      for (const { passesMs, key, does } of history) {
        nowMs += passesMs;
        const lapsed = [...expected].filter(([, atMs]) => atMs <= nowMs).map(([known]) => known);
        expect(map.takeLapsed(nowMs).toSorted()).toEqual(lapsed.map((known) => `value-${known}`).toSorted());
        for (const known of lapsed) expected.delete(known);
        if (does === 'put') {
          expected.set(key, nowMs + 50 + postponedMs);
          map.put(key, `value-${key}`, nowMs + 50 + postponedMs);
        }
        if (does === 'delete') expect(map.delete(key)).toBe(expected.delete(key));
        if (does === 'postpone') {
          postponedMs += 5;
          map.postpone(5);
          for (const [known, atMs] of expected) expected.set(known, atMs + 5);
        }
        expect(map.size).toBe(expected.size);
        expect(map.get(key)).toBe(expected.has(key) ? `value-${key}` : null);
      }
    }),
  );
});
