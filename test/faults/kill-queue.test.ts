import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../src/cli/simulate/random.ts';
import type { QueuedBuyer } from '../support/queue-crowd-process.ts';
import { admissionName, type QueueHistory, readQueueHistory } from '../support/queue-history.ts';
import { QueueShoppers } from '../support/queue-shoppers.ts';
import { QueueUnderTest } from '../support/queue-under-test.ts';

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const joins = Number(process.env.QUEUE_JOINS ?? 5_000);
const CROWDS = 3;
const KILLS = 3;
const ADMISSIONS = 200;
const REJOINED_AFTER_RESTART = 100;
const ADMISSION_SECONDS = 5;
/** So many are called at first that more stand at the door than may come in, once the gate is nearly shut. */
const OPEN_GATE = { rate_per_second: 1_000, max_active: 2_000 };
const CALLED_AT_FIRST = 500;
const GATE = { rate_per_second: 40, max_active: 60 };
const LIMITS = { ratePerSecond: GATE.rate_per_second, maxActive: GATE.max_active };

describe(`a waiting room whose server is killed, with FAULT_SEED=${seed} and ${joins} buyers`, () => {
  const random = createRandom(seed);

  test('keeps every place and the order of the places, and lets nobody in twice, early or in excess', {
    timeout: 300_000,
  }, async () => {
    const queue = await QueueUnderTest.start();
    onTestFinished(() => queue.remove());
    const saleId = await queue.openSale(100_000, { ...OPEN_GATE, admission_seconds: ADMISSION_SECONDS });
    const joining = Promise.all(crowds().map((userIds) => queue.send(saleId, userIds)));
    await until(async () => (await nowServing(queue, saleId)) >= CALLED_AT_FIRST);
    await queue.changeGate(saleId, GATE);
    const shoppers = new QueueShoppers(queue, saleId, ADMISSION_SECONDS, random);
    const shopping = shoppers.open();
    for (const told of killsAt(random)) {
      await until(() => queue.told.length >= told);
      await queue.kill();
      await queue.restart();
      await expectSamePlaces(queue, saleId);
    }
    await joining;
    await until(() => shoppers.admissions.length >= ADMISSIONS);
    shoppers.close();
    await shopping;
    await queue.kill();
    const history = await readQueueHistory(queue.journalDirectory, ADMISSION_SECONDS);
    expectEveryPlace(queue.told, history);
    expect(inversions(queue.told)).toEqual([]);
    expect(history.evidence.broken(LIMITS)).toEqual([]);
    expectEveryAdmission(shoppers, history);
  });
});

function crowds(): string[][] {
  const sizeOf = (crowd: number) => Math.ceil((joins - crowd) / CROWDS);
  return Array.from({ length: CROWDS }, (_, crowd) => Array.from({ length: sizeOf(crowd) }, () => randomUUID()));
}

/** When so many have been told of a place, the server is killed. */
function killsAt(random: () => number): number[] {
  return Array.from({ length: KILLS }, () => Math.floor((0.1 + 0.8 * random()) * joins)).sort((a, b) => a - b);
}

async function nowServing(queue: QueueUnderTest, saleId: string): Promise<number> {
  return (await queue.client.readSaleStatus({ sale_id: saleId })).queue?.now_serving ?? 0;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: 120_000, interval: 20 }).toBe(true);
}

async function expectSamePlaces(queue: QueueUnderTest, saleId: string): Promise<void> {
  const every = Math.ceil(queue.told.length / REJOINED_AFTER_RESTART);
  // Whoever has been called may have left.
  const called = await nowServing(queue, saleId);
  const waiting = queue.told.filter(({ ticket }) => ticket > called);
  const sample = waiting.filter((_, index) => index % every === 0);
  const places = await Promise.all(
    sample.map(({ userId }) => queue.client.enterQueue({ sale_id: saleId }, { token: queue.sessionOf(userId) })),
  );
  expect(places.map(({ ticket }) => ticket)).toEqual(sample.map(({ ticket }) => ticket));
}

/** Tickets 1 to the last, each somebody's, and nobody's twice. */
function expectEveryPlace(told: readonly QueuedBuyer[], { userIds }: QueueHistory): void {
  expect(told.filter(({ userId, ticket }) => userIds[ticket - 1] !== userId)).toEqual([]);
  expect(new Set(userIds).size).toBe(userIds.length);
  expect(userIds.length).toBe(told.length);
}

/** Whoever asked after somebody else had been told of a place stands behind them. */
function inversions(told: readonly QueuedBuyer[]): QueuedBuyer[] {
  const byTold = told.toSorted((a, b) => (a.toldAtNs < b.toldAtNs ? -1 : 1)).values();
  let next = byTold.next();
  let last = 0;
  return told
    .toSorted((a, b) => (a.askedAtNs < b.askedAtNs ? -1 : 1))
    .filter(({ askedAtNs, ticket }) => {
      for (; !next.done && next.value.toldAtNs < askedAtNs; next = byTold.next()) {
        last = Math.max(last, next.value.ticket);
      }
      return ticket < last;
    });
}

function expectEveryAdmission({ admissions, contradicted }: QueueShoppers, history: QueueHistory): void {
  expect(contradicted).toEqual([]);
  const names = admissions.map(({ ticket, admitted_at_ms }) => admissionName(ticket, admitted_at_ms));
  expect(names.filter((name) => !history.admissions.has(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(0);
}
