import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeadlineQueue } from './deadline-queue.ts';

const all = () => true;

test('ids come up when their time has come, earliest first, ties by id, up to the limit', () => {
  const entries = fc.uniqueArray(fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 100, max: 999 }).map(String)), {
    selector: ([, id]) => id,
  });
  fc.assert(
    fc.property(entries, fc.nat({ max: 20 }), fc.nat({ max: 10 }), (added, nowMs, limit) => {
      const queue = new DeadlineQueue();
      for (const [atMs, id] of added) queue.add(atMs, id);
      const expected = added
        .filter(([atMs]) => atMs <= nowMs)
        .sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1))
        .slice(0, limit)
        .map(([, id]) => id);
      expect(queue.due(nowMs, limit, all)).toEqual(expected);
      expect(queue.due(nowMs, limit, all), 'asking takes nothing away').toEqual(expected);
    }),
  );
});

test('an entry that no longer counts is passed over for good', () => {
  const queue = new DeadlineQueue();
  queue.add(1, 'gone');
  queue.add(2, 'stays');
  expect(queue.due(5, 1, (id) => id !== 'gone')).toEqual(['stays']);
  expect(queue.due(5, 9, all)).toEqual(['stays']);
});

test('an id that was added twice comes up once', () => {
  const queue = new DeadlineQueue();
  queue.add(1, 'a');
  queue.add(1, 'a');
  queue.add(3, 'b');
  expect(queue.due(5, 9, all)).toEqual(['a', 'b']);
  expect(queue.due(5, 9, all)).toEqual(['a', 'b']);
});
