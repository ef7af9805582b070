import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import { copyDamaged, cuts, type Damage, flips } from '../support/store-damage.ts';
import type { Recovered, RecoveredRoom } from '../support/store-open-process.ts';
import { StoreOpener, StoreUnderLoad } from '../support/store-processes.ts';

/** Set `DAMAGE_SEED` to repeat a run. */
const seed = Number(process.env.DAMAGE_SEED ?? Date.now() % 1_000_000_000);
const CRASHES = 4;

const opener = new StoreOpener();
let root: string;
/** A journal as a crash leaves it, with tables and a log, and what was written to it. */
let crashed: string;
let written: Recovered;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidegate-damage-'));
});
afterAll(async () => {
  await opener.close();
  await rm(root, { recursive: true });
});

describe(`a journal, with seed ${seed}`, () => {
  test('holds whatever was acknowledged, crash after crash', { timeout: 120_000 }, async () => {
    const directory = join(root, 'crashing');
    const loads: StoreUnderLoad[] = [];
    for (const orders of fc.sample(fc.integer({ min: 5, max: 120 }), { seed, numRuns: CRASHES })) {
      loads.push(await crashAfter(orders, directory));
      crashed = join(root, `crashed-${loads.length}`);
      await cp(directory, crashed, { recursive: true });
      written = await recover(directory);
      expectKept(loads, written);
    }
  });

  test.each([
    ['cut in the log', fc.sample(cuts('log'), { seed, numRuns: 25 })],
    ['flipped in the log', fc.sample(flips('log'), { seed, numRuns: 25 })],
    ['cut in a table', fc.sample(cuts('table'), { seed, numRuns: 15 })],
    ['flipped in a table', fc.sample(flips('table'), { seed, numRuns: 40 })],
    ['cut in the manifest', fc.sample(cuts('manifest'), { seed, numRuns: 15 })],
    ['flipped in the manifest', fc.sample(flips('manifest'), { seed, numRuns: 25 })],
    ['cut in CURRENT', fc.sample(cuts('current'), { seed, numRuns: 5 })],
    ['flipped in CURRENT', fc.sample(flips('current'), { seed, numRuns: 15 })],
  ])('that is %s recovers a beginning or refuses', { timeout: 120_000 }, async (_, damages: Damage[]) => {
    for (const damage of damages) await expectBeginningOrRefusal(damage);
  });

  test.each(['log', 'table', 'manifest', 'current'] as const)('that has lost its %s refuses', async (kind) => {
    const damage = { type: 'remove', kind } as const;
    expect(await openDamaged(damage)).toMatchObject({ refused: { code: 'damaged_journal' } });
  });

  test('whose disk is full loses nothing that it acknowledged, and says no more', { timeout: 60_000 }, async () => {
    const directory = join(root, 'full');
    const load = StoreUnderLoad.startOnSmallDisk(directory, 100);
    const { laterCodes } = await load.failed();
    expect(new Set(laterCodes)).toEqual(new Set(['store_unavailable']));
    expect(load.acked.length).toBeGreaterThan(0);
    expectKept([load], await recover(directory));
    expect((await crashAfter(1, directory)).acked.length).toBeGreaterThan(0);
  });

  test('is opened by one process at a time', { timeout: 60_000 }, async () => {
    const directory = join(root, 'shared');
    const load = StoreUnderLoad.start(directory);
    await load.ackedAtLeast(1);
    const second = await opener.open(directory);
    await load.kill();
    expect(second).toMatchObject({ refused: { code: 'journal_locked', message: expect.stringContaining(directory) } });
    expectKept([load], await recover(directory));
  });
});

async function crashAfter(orders: number, directory: string): Promise<StoreUnderLoad> {
  const load = StoreUnderLoad.start(directory);
  await load.ackedAtLeast(orders);
  await load.kill();
  return load;
}

async function recover(directory: string): Promise<Recovered> {
  const report = await opener.open(directory);
  if (!('recovered' in report)) throw new Error(JSON.stringify(report));
  return report.recovered;
}

/** Each order, each place with its number, and each admission that anyone was told of. */
function expectKept(loads: readonly StoreUnderLoad[], { events, rooms }: Recovered): void {
  const orderIds = new Set(events.map((event) => ('order' in event ? event.order.orderId : '')));
  expect(loads.flatMap(({ acked }) => acked).filter(({ orderId }) => !orderIds.has(orderId))).toEqual([]);
  const holders = new Map(rooms.map(({ saleId, userIds }) => [saleId, userIds]));
  const tickets = loads.flatMap(({ ackedTickets }) => ackedTickets);
  expect(tickets.filter(({ saleId, userId, ticket }) => holders.get(saleId)?.[ticket - 1] !== userId)).toEqual([]);
  const admissions = rooms.reduce((sum, room) => sum + room.admissions, 0);
  expect(admissions).toBeGreaterThanOrEqual(loads.flatMap(({ ackedAdmissions }) => ackedAdmissions).length);
}

async function openDamaged(damage: Damage) {
  const directory = join(root, 'damaged');
  await copyDamaged(crashed, directory, damage);
  return opener.open(directory);
}

async function expectBeginningOrRefusal(damage: Damage): Promise<void> {
  const report = await openDamaged(damage);
  const which = JSON.stringify(damage);
  if ('recovered' in report) {
    for (const [saleId, events] of bySale(report.recovered.events)) {
      expect(events, which).toEqual(bySale(written.events).get(saleId)?.slice(0, events.length));
    }
    for (const room of report.recovered.rooms) expectBeginning(room, which);
  } else {
    expect(report, which).toMatchObject({ refused: { code: 'damaged_journal' } });
    expect(report, which).toMatchObject({ refused: { message: expect.stringMatching(/ is damaged: .+\. .*backup/s) } });
  }
}

function expectBeginning({ saleId, userIds, nowServing, admissions }: RecoveredRoom, which: string): void {
  const whole = written.rooms.find((room) => room.saleId === saleId);
  expect(userIds, which).toEqual(whole?.userIds.slice(0, userIds.length));
  expect(nowServing, which).toBeLessThanOrEqual(userIds.length);
  expect(admissions, which).toBeLessThanOrEqual(nowServing);
}

function bySale(events: readonly OrderEvent[]): Map<string, OrderEvent[]> {
  return Map.groupBy(events, ({ saleId }) => saleId);
}
