import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openPglite } from '../../src/database/embedded-postgres.ts';
import { LedgerUnavailable } from '../../src/database/ledger-unavailable.ts';
import { migrate } from '../../src/database/migrate.ts';
import { readAttemptsOfOrder } from '../../src/database/payments.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { Batcher } from '../../src/engine/batcher.ts';
import { recordBatcher } from '../../src/engine/payment-batches.ts';
import { copyEmptyLedger, makeDataDirectory } from '../support/data-directory.ts';
import { attemptRecord, payingOrder } from '../support/ledger-fixtures.ts';

let directory: string;
let database: Database;
beforeAll(async () => {
  directory = await makeDataDirectory();
  const onFault = (fault: Error) => {
    throw fault;
  };
  database = await openPglite({ dataDir: join(directory, 'ledger'), onFault });
  await migrate(database.db);
});
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

/** Halves even numbers; the ledger divides by zero for the odd ones. Notes the batches that it is asked for. */
function halver(batches: number[][]): Batcher<number, number> {
  return new Batcher(database.db, async (ledger, numbers) => {
    batches.push([...numbers]);
    const halves: number[] = [];
    for (const number of numbers) halves.push(await half(ledger, number));
    return halves;
  });
}

async function half(ledger: Ledger, number: number): Promise<number> {
  const { rows } = await sql<{
    half: number;
  }>`select ${number}::integer / (2 - 2 * (${number}::integer % 2)) as half`.execute(ledger);
  return rows[0]?.half ?? Number.NaN;
}

/** Keeps the only connection until `free` is called. */
function occupyLedger(): { free: () => void; freed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { free: resolve, freed: database.db.connection().execute(() => promise) };
}

test('all that is asked while the ledger is busy makes one batch, and each gets its own answer', async () => {
  const batches: number[][] = [];
  const halves = halver(batches);
  const { free, freed } = occupyLedger();
  const early = halves.ask(2);
  await Promise.resolve();
  const late = [4, 6].map((number) => halves.ask(number));
  free();
  await freed;
  expect(await Promise.all([early, ...late])).toEqual([1, 2, 3]);
  expect(batches).toEqual([[2, 4, 6]]);
});

test('what is asked while a batch is under way makes the next one', async () => {
  const batches: number[][] = [];
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const slow = new Batcher<number, number>(database.db, async (_, numbers) => {
    batches.push([...numbers]);
    started.resolve();
    await finish.promise;
    return numbers;
  });
  const first = slow.ask(1);
  await started.promise;
  const others = [2, 3].map((number) => slow.ask(number));
  finish.resolve();
  expect(await Promise.all([first, ...others])).toEqual([1, 2, 3]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test('a crowd that is too large for one batch is answered in several', async () => {
  const echo = new Batcher<number, number>(database.db, async (_, numbers) => numbers);
  const crowd = Array.from({ length: 1_200 }, (_, index) => index);
  expect(await Promise.all(crowd.map((number) => echo.ask(number)))).toEqual(crowd);
});

test('an item that can never succeed fails alone', async () => {
  const batches: number[][] = [];
  const halves = halver(batches);
  const outcomes = await Promise.allSettled([2, 3, 4].map((number) => halves.ask(number)));
  expect(outcomes).toMatchObject([{ value: 1 }, { reason: { code: '22012' } }, { value: 2 }]);
  expect(batches).toEqual([[2, 3, 4], [2], [3], [4]]);
  expect(await halves.ask(8)).toBe(4);
});

test('an outage is nobody’s own fault: all are told, and nothing is asked again', async () => {
  let runs = 0;
  const down = new Batcher<number, number>(database.db, async () => {
    runs++;
    throw new LedgerUnavailable('down');
  });
  const outcomes = await Promise.allSettled([1, 2, 3].map((number) => down.ask(number)));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'ledger_unavailable' } });
  expect(runs).toBe(1);
});

test('a ledger that gives no connection fails whoever waits for one', async () => {
  copyEmptyLedger(join(directory, 'closed'));
  const other = await openPglite({ dataDir: join(directory, 'closed'), onFault: () => {} });
  await other.close();
  const echo = new Batcher<number, number>(other.db, async (_, numbers) => numbers);
  const outcomes = await Promise.allSettled([1, 2].map((number) => echo.ask(number)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('a payment that the ledger refuses to record does not stop those beside it', async () => {
  const [first, second] = [payingOrder(), payingOrder()];
  const { userId, idempotencyKey } = first;
  const records = [first, { ...second, userId, idempotencyKey }, payingOrder()].map((order) => attemptRecord(order));
  const batches = recordBatcher(database.db);
  const outcomes = await Promise.allSettled(records.map((record) => batches.ask(record)));
  expect(outcomes).toMatchObject([
    { value: { code: 'recorded' } },
    { reason: { code: '23505' } },
    { value: { code: 'recorded' } },
  ]);
  expect(await readAttemptsOfOrder(database.db, second.orderId)).toEqual([]);
});
