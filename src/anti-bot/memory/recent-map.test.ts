import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentMap } from './recent-map.ts';

test('remembers what was set within its time, whatever else comes', () => {
  const sets = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 400 })), { maxLength: 80 });
  fc.assert(
    fc.property(sets, (steps) => {
      const map = new RecentMap<number>({ maxKeys: 1_000, keepMs: 1_000 });
      const setAtMs = new Map<number, number>();
      let nowMs = 0;
      for (const [key, pauseMs] of steps) {
        nowMs += pauseMs;
        map.set(`${key}`, nowMs, nowMs);
        setAtMs.set(key, nowMs);
        for (const [known, atMs] of setAtMs) if (nowMs - atMs < 1_000) expect(map.get(`${known}`)).toBe(atMs);
      }
    }),
  );
});

test('a flood of new keys drives out the oldest, and does not grow its memory', () => {
  const map = new RecentMap<number>({ maxKeys: 100, keepMs: Number.POSITIVE_INFINITY });
  for (let key = 0; key < 10_000; key++) map.set(`${key}`, key, 0);
  expect(map.size).toBeLessThanOrEqual(100);
  expect([map.get('0'), map.get('9999')]).toEqual([undefined, 9_999]);
});
