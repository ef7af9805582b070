import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startPostgres } from '../test/support/postgres.ts';
import { startRedis } from '../test/support/redis.ts';
import type { BurstResult } from './support/burst.ts';
import type { BurstOrder } from './support/burst-process.ts';
import type { JoinBurstOrder } from './support/join-burst-process.ts';
import { measureRound, type Round } from './support/measured-round.ts';
import type { ReadBurstOrder } from './support/read-burst-process.ts';
import { runLoad, type ServerProcess } from './support/server-process.ts';
import { sized } from './support/sized.ts';
import { printTable } from './support/table.ts';
import { KEYS, openSale, SKU, startGateway } from './support/tidegate-server.ts';

const REQUESTS = sized(30_000);
const WARM_UP = sized(10_000);
const LOAD = { keys: KEYS, connections: 128, depth: 1 };
const NO_PAYMENTS = { PAYMENT_URL: 'http://127.0.0.1:9', PAYMENT_SECRET: 'both-sides-sign-with-this' };
/** Everything comes from one address: the limit is counted, and never reached. */
const LIMITS = { counted: { RATE_LIMIT_PER_IP: '100000000' }, off: { RATE_LIMIT_PER_USER: '0' } };
const ROOM = { waiting_room: { rate_per_second: 100, max_active: 1_000 } };

interface Cost {
  readonly gateway: Round;
  /** Of the main thread of Redis, a request. */
  readonly redisMicros: number;
}

type Send = () => Promise<BurstResult>;

/** What one request costs a gateway and Redis in processor time, which a busy machine leaves as it is: for `plan`. */
export async function capacityBench(): Promise<void> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  try {
    if (!redis || !postgres) return console.log('\nCapacity: not measured. It needs Redis and PostgreSQL.');
    for (const [name, limits] of Object.entries(LIMITS)) {
      const env = { STORE_URL: redis.url, DATABASE_URL: postgres.url, ...NO_PAYMENTS, ...limits };
      print(`limits by address and buyer ${name}`, await measureGateway(env));
    }
  } finally {
    await Promise.all([redis?.stop(), postgres?.stop()]);
  }
}

async function measureGateway(env: NodeJS.ProcessEnv & { readonly STORE_URL: string }): Promise<Map<string, Cost>> {
  const startedAt = performance.now();
  const gateway = await startGateway(env);
  console.log(`A gateway was ready after ${Math.round(performance.now() - startedAt)} ms.`);
  const client = new Redis(env.STORE_URL);
  try {
    return await measureRequests(gateway, client);
  } finally {
    client.disconnect();
    await gateway.stop();
  }
}

async function measureRequests(gateway: ServerProcess, client: Redis): Promise<Map<string, Cost>> {
  const warmUp = await openSale(gateway, WARM_UP);
  await purchases(gateway, warmUp, WARM_UP)();
  const sale = await openSale(gateway, REQUESTS);
  const room = await openSale(gateway, REQUESTS, ROOM);
  const sends: Record<string, Send> = {
    reserved: purchases(gateway, sale, REQUESTS),
    'refused as sold out': purchases(gateway, sale, REQUESTS),
    joined: joins(gateway, room),
    'refused without an admission': purchases(gateway, room, REQUESTS),
    'shared status read': reads(gateway, room),
  };
  const costs = new Map<string, Cost>();
  for (const [name, send] of Object.entries(sends)) costs.set(name, await measure(gateway, client, send));
  return costs;
}

async function measure(gateway: ServerProcess, client: Redis, send: Send): Promise<Cost> {
  const before = await mainThreadSeconds(client);
  const round = await measureRound([gateway], REQUESTS, send);
  const seconds = (await mainThreadSeconds(client)) - before;
  return { gateway: round, redisMicros: (seconds * 1e6) / REQUESTS };
}

function purchases({ port }: ServerProcess, saleId: string, buyers: number): Send {
  const path = `/api/v1/flash-sale/${saleId}/purchase`;
  const order: BurstOrder = { ...LOAD, port, path, skuId: SKU, buyers };
  return () => runLoad<BurstResult>(join(import.meta.dirname, 'support/burst-process.ts'), order);
}

function joins({ port }: ServerProcess, saleId: string): Send {
  const path = `/api/v1/flash-sale/${saleId}/enter-queue`;
  const order: JoinBurstOrder = { ...LOAD, port, path, saleId, buyers: REQUESTS, proofOfWork: false };
  return () => runLoad<BurstResult>(join(import.meta.dirname, 'support/join-burst-process.ts'), order);
}

function reads({ port }: ServerProcess, saleId: string): Send {
  const path = `/api/v1/flash-sale/${saleId}/status`;
  const order: ReadBurstOrder = { ...LOAD, port, path, reads: REQUESTS };
  return () => runLoad<BurstResult>(join(import.meta.dirname, 'support/read-burst-process.ts'), order);
}

async function mainThreadSeconds(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return of('used_cpu_user_main_thread') + of('used_cpu_sys_main_thread');
}

function print(title: string, costs: ReadonlyMap<string, Cost>): void {
  printTable(`${REQUESTS} requests of each kind to one gateway, ${title}`, [
    ['', 'gateway CPU µs', 'Redis CPU µs', 'per second', 'answers'],
    ...[...costs].map(([name, { gateway, redisMicros }]) => [
      name,
      gateway.cpuMicros,
      redisMicros,
      gateway.perSecond,
      JSON.stringify(gateway.statuses),
    ]),
  ]);
}
