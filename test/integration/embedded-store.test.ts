import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import { encodeRecord } from '../../src/store/embedded/record.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { T0 } from '../support/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { recoveredSale } from '../support/recovered-sales.ts';
import { purchaseRequest, saleDefinition, saleItem } from '../support/sale-fixtures.ts';
import { allEvents } from '../support/store-bench.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidegate-embedded-'));
});
afterEach(() => rm(root, { recursive: true }));

function open(name: string): Promise<EmbeddedStore> {
  const onFault = (error: Error) => {
    throw error;
  };
  return EmbeddedStore.open({ directory: join(root, name), clock: () => T0, outboxMax: 1000, onFault });
}

async function eventsIn(name: string): Promise<number> {
  const store = await open(name);
  const events = await allEvents(store, 'sale-1');
  await store.close();
  return events.length;
}

test('whoever hears of an event, reads it, or has an answer, could lose power at that moment and find it again', async () => {
  const store = await open('live');
  const copies: { name: string; events: number }[] = [];
  const losePower = (events: number) => {
    const name = `copy-${copies.length}`;
    cpSync(join(root, 'live'), join(root, name), { recursive: true });
    copies.push({ name, events });
  };
  // The sale prepared; then started and bought from, written together.
  const heard = [1, 3];
  store.onEvents(() => losePower(heard.shift() ?? 0));
  await store.prepareSale(saleDefinition(), 1, 'c');
  const buying = store.purchase(purchaseRequest());
  losePower((await store.readEvents('sale-1', 0, 10)).length);
  await buying;
  losePower(3);
  await store.close();
  expect(copies).toHaveLength(4);
  for (const { name, events } of copies) expect(await eventsIn(name)).toBeGreaterThanOrEqual(events);
});

test('listeners hear of events once these can be read, until they unsubscribe', async () => {
  const store = await open('heard');
  await store.prepareSale(saleDefinition(), 1, 'c');
  const readable: Promise<number>[] = [];
  const unsubscribe = store.onEvents((saleId) => {
    readable.push(store.readEvents(saleId, 0, 1000).then((events) => events.at(-1)?.seq ?? 0));
  });
  await store.purchase(purchaseRequest());
  await vi.waitFor(() => expect(readable).not.toEqual([]), PATIENCE_MS);
  await vi.waitFor(async () => expect(Math.max(...(await Promise.all(readable)))).toBe(3), PATIENCE_MS);
  unsubscribe();
  const heard = readable.length;
  await store.purchase(purchaseRequest());
  expect(readable).toHaveLength(heard);
  await store.close();
});

test('a listener may use the store itself', async () => {
  const store = await open('used');
  await store.prepareSale(saleDefinition({ items: [saleItem({ totalStock: 100 })], purchaseLimit: 100 }), 1, 'c');
  const answers: Promise<unknown>[] = [];
  const unsubscribe = store.onEvents(() => {
    if (answers.length < 10) answers.push(store.purchase(purchaseRequest()));
  });
  const keepBuying = async (userId: string) => {
    for (let order = 0; order < 5; order++) await store.purchase(purchaseRequest({ userId }));
  };
  await Promise.all(['ann', 'bob', 'cat'].map(keepBuying));
  unsubscribe();
  await Promise.all(answers);
  const before = await allEvents(store, 'sale-1');
  await store.close();
  expect(await eventsIn('used')).toBe(before.length);
});

test('whoever reads while the store closes gets the events or is told that it is closed, and nothing has failed', async () => {
  const faults: Error[] = [];
  const options = { directory: join(root, 'closed'), clock: () => T0, outboxMax: 1000 };
  const store = await EmbeddedStore.open({ ...options, onFault: (error) => faults.push(error) });
  await store.prepareSale(saleDefinition({ items: [saleItem({ totalStock: 300 })], purchaseLimit: 300 }), 1, 'c');
  for (let order = 0; order < 300; order++) {
    await store.purchase(purchaseRequest({ orderId: `o-${order}`, idempotencyKey: `k-${order}` }));
  }
  const reading = Array.from({ length: 20 }, (_, page) => store.readEvents('sale-1', page, 1000));
  const [, ...pages] = await Promise.all([
    store.close(),
    ...reading.map((page) =>
      page.then(
        ({ length }) => length > 0,
        (error) => error instanceof StoreUnavailable,
      ),
    ),
  ]);
  expect(pages).toEqual(reading.map(() => true));
  expect(faults).toEqual([]);
  await expect(store.readEvents('sale-1', 0, 1)).rejects.toThrow(StoreUnavailable);
  expect(faults).toEqual([]);
});

test('nobody reads the old events of a sale that is installed anew, while these are still on disk', async () => {
  const store = await open('replaced');
  await store.prepareSale(saleDefinition({ items: [saleItem({ totalStock: 50 })], purchaseLimit: 50 }), 1, 'c');
  for (let order = 0; order < 45; order++) {
    await store.purchase(purchaseRequest({ orderId: `o-${order}`, idempotencyKey: `k-${order}` }));
  }
  const recovered = recoveredSale({ replaces: { epoch: 1, lastSeq: 47 } });
  const installing = store.install(recovered);
  const reading: Promise<OrderEvent[]>[] = [];
  for (let turn = 0; turn < 10; turn++) {
    await (turn < 8 ? null : setImmediate());
    reading.push(store.readEvents('sale-1', 40, 1000));
  }
  expect(await installing).toBe('installed');
  // The first turns come before it begins.
  const epochs = (await Promise.all(reading.slice(5))).flat().map(({ epoch }) => epoch);
  expect(epochs.filter((epoch) => epoch !== 2)).toEqual([]);
  expect(await store.readEvents('sale-1', 40, 1000)).toEqual(recovered.events);
  await store.close();
});

test('a directory keeps its name over restarts, and knows as what it was open before', async () => {
  const first = await open('a');
  const { directoryId, incarnation } = first;
  await first.close();
  const again = await open('a');
  const other = await open('b');
  expect(again.directoryId).toBe(directoryId);
  expect(other.directoryId).not.toBe(directoryId);
  expect(again.incarnation).not.toBe(incarnation);
  expect(again.previousIncarnation).toBe(incarnation);
  await again.close();
  await other.close();
});

test('a directory that is in use is refused, and free again when it is closed', async () => {
  const store = await open('a');
  await expect(open('a')).rejects.toMatchObject({ code: 'journal_locked', retryable: false });
  await store.close();
  await (await open('a')).close();
});

test('a journal in another format is left alone, whatever its records are like', async () => {
  const key = 'sale!sale-1!000000000000';
  const db = new ClassicLevel<string, Buffer>(join(root, 'a'), { valueEncoding: 'buffer', compression: false });
  await db.put('head', encodeRecord('head', { format: 2, incarnation: 'i', records: 1 }));
  await db.put(key, encodeRecord(key, 'nothing that this version knows'));
  await db.close();
  const message = expect.stringContaining('it has format 2, and this version reads format 3');
  await expect(open('a')).rejects.toMatchObject({ code: 'damaged_journal', message });
});

test('a record that stands in the place of another is seen', async () => {
  const store = await open('a');
  await store.prepareSale(saleDefinition(), 1, 'c');
  await store.purchase(purchaseRequest());
  await store.close();
  const db = new ClassicLevel<string, Buffer>(join(root, 'a'), { valueEncoding: 'buffer', compression: false });
  const [first, second] = await db.keys({ gte: 'sale!' }).all();
  const value = await db.get(second ?? '');
  await db.put(first ?? '', value ?? Buffer.alloc(0));
  await db.close();
  const message = expect.stringContaining(`record ${first} fails its checksum`);
  await expect(open('a')).rejects.toMatchObject({ code: 'damaged_journal', message });
});
