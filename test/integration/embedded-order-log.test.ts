import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EmbeddedOrderLog } from '../../src/order-log/embedded/embedded-order-log.ts';
import type { EventHandler } from '../../src/order-log/order-log.ts';
import { applyAll, handlerOf } from '../support/event-handlers.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { PaymentRig } from '../support/payment-rig.ts';

const BATCH = 4;
const OPTIONS = { batchSize: BATCH, retryMs: 1, outboxMax: 1_000, onFailure: () => {} };

let rig: PaymentRig;
beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());

/** A sale with so many reservations: its events are one more for its definition and one for its start. */
async function saleOf(reservations: number): Promise<{ saleId: string; lastSeq: number }> {
  const saleId = await rig.openSale(reservations);
  for (let i = 0; i < reservations; i++) await rig.reserve(saleId, randomUUID());
  return { saleId, lastSeq: reservations + 2 };
}

/** Consumes one sale until its last event, and returns the numbers that were handed over, batch by batch. */
async function consume(saleId: string, lastSeq: number, handle: EventHandler['apply']): Promise<number[][]> {
  const batches: number[][] = [];
  const done = new AbortController();
  const log = new EmbeddedOrderLog(rig.store, rig.store, OPTIONS);
  const handler = handlerOf(async (id, events) => {
    if (id !== saleId) return events.at(-1)?.seq ?? 0;
    batches.push(events.map(({ seq }) => seq));
    const position = await handle(id, events);
    if (position === lastSeq) done.abort();
    return position;
  });
  await log.consume(handler, done.signal);
  return batches;
}

test('hands over every event once, in order, in batches, and trims what was applied', async () => {
  const { saleId, lastSeq } = await saleOf(8);

  const batches = await consume(saleId, lastSeq, applyAll);

  expect(batches).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10],
  ]);
  expect((await rig.store.readSale(saleId))?.trimmedSeq).toBe(lastSeq);
});

test('a handler that fails gets the same events again', async () => {
  const { saleId, lastSeq } = await saleOf(1);
  let failures = 2;

  const batches = await consume(saleId, lastSeq, async (id, events) => {
    if (failures-- > 0) throw new Error('the ledger is away');
    return applyAll(id, events);
  });

  expect(batches).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('goes on behind the position that it is told, though less was applied, or had been trimmed before', async () => {
  const { saleId, lastSeq } = await saleOf(2);
  const positions = [2, 0, lastSeq];

  const batches = await consume(saleId, lastSeq, async () => positions.shift() ?? 0);

  expect(batches).toEqual([
    [1, 2, 3, 4],
    [3, 4],
    [1, 2, 3, 4],
  ]);
});

test('events that come while it waits are handed over at once', async () => {
  const { saleId } = await saleOf(1);
  const consumed = consume(saleId, 4, applyAll);
  await rig.store.changeSale(saleId, { type: 'pause' }, 'test');

  expect((await consumed).flat()).toEqual([1, 2, 3, 4]);
});

test('events that come while a full batch is applied are handed over without waiting for new ones', async () => {
  const { saleId, lastSeq } = await saleOf(BATCH - 2);
  const restock = { type: 'restock', restockId: randomUUID(), skuId: 'sneaker', quantity: 1 } as const;

  const batches = await consume(saleId, lastSeq + 1, async (id, events) => {
    await rig.store.changeSale(id, restock, 'meanwhile');
    return applyAll(id, events);
  });

  expect(batches).toEqual([[1, 2, 3, 4], [5]]);
});

test('a handler that applies a part of the last events gets the rest without waiting for new ones', async () => {
  const { saleId, lastSeq } = await saleOf(1);
  const positions = [2, lastSeq];

  const batches = await consume(saleId, lastSeq, async () => positions.shift() ?? 0);

  expect(batches).toEqual([[1, 2, 3], [3]]);
});

test('a sale that another consumer is at is asked for again', async () => {
  const { saleId, lastSeq } = await saleOf(1);
  const answers = ['busy', lastSeq] as const;
  let asked = 0;

  const batches = await consume(saleId, lastSeq, async () => answers[asked++] ?? lastSeq);

  expect(batches).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('drains what there is, and does not wait for a sale that sells on meanwhile to fall silent', async () => {
  const { saleId, lastSeq } = await saleOf(8);
  const log = new EmbeddedOrderLog(rig.store, rig.store, OPTIONS);
  const handed: number[] = [];
  const handler = handlerOf(async (_, events) => {
    handed.push(...events.map(({ seq }) => seq));
    const restock = { type: 'restock', restockId: randomUUID(), skuId: 'sneaker', quantity: 1 } as const;
    expect(await rig.store.changeSale(saleId, restock, 'meanwhile')).toBe('changed');
    return handed.at(-1) ?? 0;
  });
  await log.drain(saleId, handler);
  expect(handed.slice(0, lastSeq)).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
});

test('while the event loop is busy a backlog waits, unless it is half of what an outbox may hold', async () => {
  const { saleId, lastSeq } = await saleOf(48);
  const log = new EmbeddedOrderLog(rig.store, rig.store, { ...OPTIONS, outboxMax: 40 });
  let busy = true;
  const spin = () => {
    const until = performance.now() + 5;
    while (performance.now() < until);
    if (busy) setImmediate(spin);
  };
  spin();
  const done = new AbortController();
  const consumed = log.consume(handlerOf(applyAll), done.signal);
  await vi.waitFor(async () => expect(await log.lag()).toBeLessThan(20), PATIENCE_MS);
  await sleep(600);
  expect(await log.lag()).toBeGreaterThanOrEqual(20 - BATCH);
  busy = false;
  await vi.waitFor(async () => expect((await rig.store.readSale(saleId))?.trimmedSeq).toBe(lastSeq), PATIENCE_MS);
  done.abort();
  await consumed;
});
