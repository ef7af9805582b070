import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TicketRef } from '../../src/domain/queueing.ts';
import type { WaitingRoomRules } from '../../src/domain/sale.ts';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import type { SaleView } from '../../src/store/store.ts';
import { startRedis } from '../support/redis.ts';
import { MINUTE_MS, saleDefinition, saleItem, waitingRoomRules } from '../support/sale-fixtures.ts';

const server = await startRedis();
afterAll(() => server?.stop());

const RATE = 40;
const CAP = 12;
const BUYERS = 120;
const TICKS_EVERY_MS = 15;
const GIVEN_UP = 50_000;

interface Stay {
  readonly ticket: number;
  readonly admittedAtMs: number;
  /** When leaving was asked for, on the store's clock. */
  readonly leftAtMs: number;
}

describe.skipIf(!server)('a waiting room in Redis', () => {
  const saleId = randomUUID();
  const stores: RedisStore[] = [];

  beforeAll(async () => {
    for (const _ of [1, 2]) {
      stores.push(await RedisStore.open({ url: server?.url ?? '', durability: 'aof', outboxMax: 1_000 }));
    }
    await prepare(saleId, { ratePerSecond: RATE, maxActive: CAP });
  });
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  async function prepare(id: string, rules: Partial<WaitingRoomRules>): Promise<void> {
    const now = await storeAt(0).now();
    const sale = saleDefinition({
      saleId: id,
      startsAtMs: now,
      endsAtMs: now + 10 * MINUTE_MS,
      items: [saleItem({ totalStock: 1_000 })],
      waitingRoom: waitingRoomRules({ opensAtMs: now, ...rules }),
    });
    expect(await storeAt(0).prepareSale(sale, 1, 'set-up')).toBe('prepared');
  }

  function storeAt(index: number): RedisStore {
    const store = stores[index % stores.length];
    if (!store) throw new Error('no store is open');
    return store;
  }

  async function join(id: string, userId: string, through: number): Promise<TicketRef> {
    const outcome = await storeAt(through).join({ saleId: id, userId, held: false, correlationId: 'join' });
    if (outcome.code !== 'joined') throw new Error(`${userId} did not join: ${outcome.code}`);
    return { saleId: id, userId, ticket: outcome.place.ticket };
  }

  test('is one room for two gateways that join, call and admit at once', async () => {
    const users = Array.from({ length: BUYERS }, (_, user) => `user-${user}`);
    const twice = await Promise.all(users.flatMap((userId) => [join(saleId, userId, 0), join(saleId, userId, 1)]));
    const refs = twice.filter((_, index) => index % 2 === 0);
    expect(refs).toEqual(twice.filter((_, index) => index % 2 === 1));
    expect(new Set(refs.map(({ ticket }) => ticket))).toEqual(new Set(users.map((_, index) => index + 1)));

    const over = new AbortController();
    const tickers = [0, 1, 2, 3].map((ticker) => tick(ticker, over.signal));
    const stays = await Promise.all(refs.map((ref, index) => visit(ref, index)));
    over.abort();
    const called = (await Promise.all(tickers)).flat();

    expect(calledBackwards(called)).toEqual([]);
    expect(tooFast(stays)).toEqual([]);
    expect(tooMany(stays)).toEqual([]);
    const room = ((await storeAt(0).readSale(saleId)) as SaleView).room;
    expect(room).toMatchObject({ admissions: BUYERS, nowServing: BUYERS, waiting: 0, inside: 0 });
    expect(room?.violations).toEqual({ outOfTurn: 0, overRate: 0, overCap: 0 });
  }, 60_000);

  /** Several tick at once, through either gateway. Returns what each was told, in its order. */
  async function tick(ticker: number, signal: AbortSignal): Promise<number[][]> {
    const told: number[] = [];
    while (!signal.aborted) {
      told.push(await storeAt(ticker).advanceGate(saleId));
      await sleep(TICKS_EVERY_MS);
    }
    return [told];
  }

  async function visit(ref: TicketRef, index: number): Promise<Stay> {
    for (let asked = index; ; asked++) {
      const outcome = await storeAt(asked).admit(ref);
      if (outcome.code === 'admitted') return stay(ref, outcome.admission.admittedAtMs, index);
      if (outcome.code !== 'not_your_turn') throw new Error(`${ref.userId}: ${outcome.code}`);
      await sleep(20);
    }
  }

  async function stay(ref: TicketRef, admittedAtMs: number, index: number): Promise<Stay> {
    await sleep(40 + (index % 5) * 20);
    const leftAtMs = await storeAt(index).now();
    await storeAt(index + 1).leave(ref);
    return { ticket: ref.ticket, admittedAtMs, leftAtMs };
  }

  test('calls across places that were given up without going through them', async () => {
    const id = randomUUID();
    await prepare(id, { ratePerSecond: 2, maxActive: 10 });
    const client = new Redis(server?.url ?? '');
    await join(id, 'first', 0);
    await giveUp(client, id, 2, GIVEN_UP);
    expect((await join(id, 'last', 0)).ticket).toBe(GIVEN_UP + 1);
    const before = await commandsOf(client);
    expect(await storeAt(0).advanceGate(id)).toBe(GIVEN_UP + 1);
    expect((await commandsOf(client)) - before).toBeLessThan(500);
    client.disconnect();
  }, 60_000);

  /** As if buyers had joined and left, without the time that it takes. */
  async function giveUp(client: Redis, id: string, from: number, to: number): Promise<void> {
    const key = (name: string) => `tidegate:{${id}}:${name}`;
    const lua = `local head = cmsgpack.unpack(redis.call('HGET', KEYS[1], 'head'))
      head.size = tonumber(ARGV[2])
      redis.call('HSET', KEYS[1], 'head', cmsgpack.pack(head))
      for position = tonumber(ARGV[1]), head.size do redis.call('ZADD', KEYS[2], position, position) end`;
    await client.eval(lua, 2, key('room'), key('vacant'), from, to);
  }

  /** How many commands the server has carried out, those inside scripts too. */
  async function commandsOf(client: Redis): Promise<number> {
    const stats = await client.info('commandstats');
    return [...stats.matchAll(/:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
  }

  test('works e^x out to the last bit as the domain does', async () => {
    const client = new Redis(server?.url ?? '');
    const lua = readFileSync(new URL('../../src/store/redis/lua/includes/exponential.lua', import.meta.url), 'utf8');
    const edges = [0, -1e-9, -0.3465735, -0.3465736, -1, -1.0397207, -1.0397208, -2, -20, -600];
    const xs = [...edges, ...Array.from({ length: 5_000 }, (_, step) => -(step / 700) * 1.000_000_3)];
    const results = `local found = {}
      for index, x in ipairs(ARGV) do found[index] = string.format('%.17g', exponential(tonumber(x))) end
      return found`;
    const found = (await client.eval(`${lua}\n${results}`, 0, ...xs)) as string[];
    client.disconnect();
    expect(found.map(Number)).toEqual(xs.map((x) => Math.exp(x)));
  });
});

/** I7: what each ticker was told never goes back. */
function calledBackwards(told: readonly number[][]): number[][] {
  return told.filter((numbers) => numbers.some((number, index) => number < (numbers[index - 1] ?? 0)));
}

/** I8: in any span of time, no more than the rate gives for it, and one second's worth. */
function tooFast(stays: readonly Stay[]): string[] {
  const times = stays.map(({ admittedAtMs }) => admittedAtMs).toSorted((a, b) => a - b);
  return times.flatMap((from, first) =>
    times.slice(first).flatMap((to, more) => {
      const allowed = RATE + ((to - from) * RATE) / 1_000;
      return more + 1 > allowed + 0.01 ? [`${more + 1} came in between ${from} and ${to}`] : [];
    }),
  );
}

/** I8: nobody comes in while as many are inside as may be. */
function tooMany(stays: readonly Stay[]): string[] {
  return stays.flatMap(({ ticket, admittedAtMs }) => {
    const inside = stays.filter((other) => other.admittedAtMs <= admittedAtMs && admittedAtMs < other.leftAtMs).length;
    return inside > CAP ? [`${inside} were inside when ${ticket} came`] : [];
  });
}
