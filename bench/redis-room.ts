import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedisServer } from '../scripts/backends/redis-server.ts';
import { freePort } from '../scripts/backends/server-process.ts';
import { RedisStore } from '../src/store/redis/redis-store.ts';
import { ManualClock, T0 } from '../test/support/clock.ts';
import { MINUTE_MS, saleDefinition, saleItem, waitingRoomRules } from '../test/support/sale-fixtures.ts';
import { sized } from './support/sized.ts';
import { printTable } from './support/table.ts';

const TICKETS = [100_000, 1_000_000].map(sized);
const AT_ONCE = 2_048;
const TICKS = sized(200);
const TICK_MS = 100;
const RULES = { ratePerSecond: 1_000, maxActive: 10_000_000, admissionSeconds: 3_600 };
const SALE_ID = 'bench';

interface RoomCost {
  readonly bytesPerTicket: number;
  readonly joinsPerSecond: number;
  /** Joins for each second that the server's main thread computed. */
  readonly joinsPerCoreSecond: number;
  /** Of the server, a script. */
  readonly tickMicros: number;
  readonly callingTickMicros: number;
}

/** What does a waiting buyer cost Redis: memory, a join, a tick of the gate? */
export async function redisRoomBench(): Promise<void> {
  const costs: RoomCost[] = [];
  for (const tickets of TICKETS) costs.push(await onServer((url) => measureRoom(url, tickets)));
  const row = (name: string, figure: (cost: RoomCost) => number) => [name, ...costs.map(figure)];
  printTable('A waiting room in Redis, by tickets', [
    ['', ...TICKETS.map((tickets) => tickets.toLocaleString('en'))],
    row('memory per ticket, bytes', ({ bytesPerTicket }) => bytesPerTicket),
    row('joins per second', ({ joinsPerSecond }) => joinsPerSecond),
    row('joins per second of a Redis core', ({ joinsPerCoreSecond }) => joinsPerCoreSecond),
    row('gate tick that calls nobody, µs', ({ tickMicros }) => tickMicros),
    row('gate tick that calls, µs', ({ callingTickMicros }) => callingTickMicros),
  ]);
}

/** Without a file: what is asked here is what the decisions cost. */
async function onServer<T>(measure: (url: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  const port = await freePort();
  const server = await startRedisServer({ directory, port, args: ['--appendonly', 'no'] });
  try {
    return await measure(`redis://127.0.0.1:${port}`);
  } finally {
    await server.stop('SIGKILL');
    await rm(directory, { recursive: true });
  }
}

async function measureRoom(url: string, tickets: number): Promise<RoomCost> {
  const clock = new ManualClock(T0 - MINUTE_MS);
  const client = new Redis(url);
  const store = await RedisStore.open({ url, durability: 'memory', outboxMax: tickets, clock: clock.read });
  const items = [saleItem({ totalStock: 10_000_000 })];
  await store.prepareSale(saleDefinition({ saleId: SALE_ID, items, waitingRoom: waitingRoomRules(RULES) }), 1, 'bench');
  try {
    const joined = await measureJoins(store, client, tickets);
    clock.set(T0);
    const tickMicros = await measureTicks(store, client, () => {});
    const callingTickMicros = await measureTicks(store, client, () => clock.advance(TICK_MS));
    return { ...joined, tickMicros, callingTickMicros };
  } finally {
    await store.close();
    client.disconnect();
  }
}

async function measureJoins(store: RedisStore, client: Redis, tickets: number) {
  const bytesBefore = await serverFigure(client, 'memory', 'used_memory');
  const cpuBefore = await cpuSeconds(client);
  const startedAt = performance.now();
  for (let joined = 0; joined < tickets; joined += AT_ONCE) await joinMany(store, Math.min(AT_ONCE, tickets - joined));
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    joinsPerSecond: tickets / seconds,
    joinsPerCoreSecond: tickets / ((await cpuSeconds(client)) - cpuBefore),
    bytesPerTicket: ((await serverFigure(client, 'memory', 'used_memory')) - bytesBefore) / tickets,
  };
}

async function joinMany(store: RedisStore, count: number): Promise<void> {
  const join = () => store.join({ saleId: SALE_ID, userId: randomUUID(), held: false, correlationId: 'bench' });
  await Promise.all(Array.from({ length: count }, join));
}

async function measureTicks(store: RedisStore, client: Redis, beforeTick: () => void): Promise<number> {
  await store.advanceGate(SALE_ID);
  await client.config('RESETSTAT');
  for (let tick = 0; tick < TICKS; tick++) {
    beforeTick();
    await store.advanceGate(SALE_ID);
  }
  const stats = await client.info('commandstats');
  return Number(/cmdstat_evalsha:.*?usec_per_call=([\d.]+)/.exec(stats)?.[1]);
}

async function cpuSeconds(client: Redis): Promise<number> {
  const [user, system] = ['used_cpu_user_main_thread', 'used_cpu_sys_main_thread'];
  return (await serverFigure(client, 'cpu', user)) + (await serverFigure(client, 'cpu', system));
}

async function serverFigure(client: Redis, section: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(await client.info(section))?.[1]);
}
