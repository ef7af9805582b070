import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MicroBatcher } from './micro-batcher.ts';

/** A server that answers when it is told to, in the order of asking. */
function openServer({ maxSize }: { maxSize: number }) {
  const asked: { items: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const batcher = new MicroBatcher<number, string>({
    maxSize,
    run: (_, items) => {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      asked.push({ items, answer: () => resolve(items.map((item) => `answer ${item}`)), fail: reject });
      return promise;
    },
  });
  return { batcher, asked };
}

test('what one turn asks goes together, and what comes until it is answered goes together after it', async () => {
  const { batcher, asked } = openServer({ maxSize: 64 });
  const first = [batcher.ask('sale', 1), batcher.ask('sale', 2)];
  await turn();
  const later = [batcher.ask('sale', 3)];
  await turn();
  later.push(batcher.ask('sale', 4));
  await turn();
  expect(asked.map(({ items }) => items)).toEqual([[1, 2]]);
  asked[0]?.answer();
  expect(await Promise.all(first)).toEqual(['answer 1', 'answer 2']);
  expect(asked.map(({ items }) => items)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  asked[1]?.answer();
  expect(await Promise.all(later)).toEqual(['answer 3', 'answer 4']);
});

test('a full batch waits for no answer', async () => {
  const { batcher, asked } = openServer({ maxSize: 2 });
  void batcher.ask('sale', 1);
  await turn();
  for (const item of [2, 3, 4]) void batcher.ask('sale', item);
  await turn();
  expect(asked.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

test('one sale does not wait for the answers of another', async () => {
  const { batcher, asked } = openServer({ maxSize: 64 });
  void batcher.ask('sale', 1);
  await turn();
  void batcher.ask('other sale', 2);
  await turn();
  expect(asked.map(({ items }) => items)).toEqual([[1], [2]]);
});

test('a batch that fails fails for its own callers, and the next one goes', async () => {
  const { batcher, asked } = openServer({ maxSize: 64 });
  const first = batcher.ask('sale', 1);
  await turn();
  const second = batcher.ask('sale', 2);
  await turn();
  asked[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  asked[1]?.answer();
  expect(await second).toBe('answer 2');
});
