import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startPostgres } from '../test/support/postgres.ts';
import { startRedis } from '../test/support/redis.ts';
import type { BurstResult } from './support/burst.ts';
import type { BurstOrder } from './support/burst-process.ts';
import { measureRound, type Round } from './support/measured-round.ts';
import { canPin, runLoad, type ServerProcess, startServer } from './support/server-process.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';
import { KEYS, openSale, SKU, startGateway } from './support/tidegate-server.ts';

const ROUNDS = sized(3);
const WARM_UP = sized(20_000);
const CROWDS = [30_000, 100_000].map(sized);
const MANY_ITEMS = 20;
const LOAD = { skuId: SKU, keys: KEYS, connections: 128, depth: 1 };
const NO_SALE = '00000000-0000-4000-8000-000000000000';
const BARE = join(import.meta.dirname, 'support/bare-server.ts');
const BURST = join(import.meta.dirname, 'support/burst-process.ts');
/** Nobody pays here, but a gateway wants to know whom it would ask. */
const NO_PAYMENTS = { PAYMENT_URL: 'http://127.0.0.1:9', PAYMENT_SECRET: 'both-sides-sign-with-this' };

interface Backends {
  readonly STORE_URL: string;
  readonly DATABASE_URL: string;
}

interface Case {
  readonly name: string;
  readonly gateways: number;
  readonly buyers: number;
  readonly items: number;
}

const CASES: readonly Case[] = [
  ...CROWDS.map((buyers) => ({ name: `${buyers.toLocaleString('en')} buyers`, gateways: 1, buyers, items: 1 })),
  { name: `of ${MANY_ITEMS} items`, gateways: 1, buyers: sized(30_000), items: MANY_ITEMS },
  { name: 'two gateways', gateways: 2, buyers: sized(30_000), items: 1 },
];

/**
 * Durable purchases over HTTP through gateways on Redis (append-only file synced before each answer), beside a bare
 * Fastify route, in turn. The gateways share one core, and Redis has what the load leaves of the other: the ratio that
 * counts is that of the gateways' processor time.
 */
export async function gatewayBench(): Promise<void> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  try {
    if (redis && postgres) await measureAll({ STORE_URL: redis.url, DATABASE_URL: postgres.url });
    else console.log('\nGateways: not measured. They need Redis and PostgreSQL.');
  } finally {
    await Promise.all([redis?.stop(), postgres?.stop()]);
  }
}

async function measureAll(backends: Backends): Promise<void> {
  console.log(canPin ? 'One core for the gateways, the other for the load and Redis.' : 'No taskset: all share cores.');
  const bare: Round[] = [];
  const ours = new Map<Case, Round[]>(CASES.map((each) => [each, []]));
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measureBare());
    for (const [each, rounds] of ours) rounds.push(await measureGateways(backends, each));
  }
  printRounds(bare, ours);
}

async function measureBare(): Promise<Round> {
  const server = await startServer([BARE, JSON.stringify(KEYS)]);
  try {
    await buyAll([server], NO_SALE, WARM_UP);
    return await buyAll([server], NO_SALE, sized(100_000));
  } finally {
    await server.stop();
  }
}

async function measureGateways(backends: Backends, { gateways, buyers, items }: Case): Promise<Round> {
  const env = { ...backends, ...NO_PAYMENTS };
  const servers = await Promise.all(Array.from({ length: gateways }, () => startGateway(env)));
  try {
    await buyAll(servers, await openSaleOf(servers, WARM_UP, items), WARM_UP);
    return await buyAll(servers, await openSaleOf(servers, buyers, items), buyers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await forgetAll(backends.STORE_URL);
  }
}

function openSaleOf([server]: readonly ServerProcess[], units: number, items: number): Promise<string> {
  if (!server) throw new Error('no gateway');
  const others = Array.from({ length: items - 1 }, (_, index) => itemOf(`OTHER-${index}`, units));
  return openSale(server, units, { items: [itemOf(SKU, units), ...others] });
}

function itemOf(skuId: string, units: number) {
  return { sku_id: skuId, name: skuId, flash_price_minor: 9900, original_price_minor: 19_900, total_stock: units };
}

/** Each gateway has its share of the buyers, all at the same time. */
function buyAll(servers: readonly ServerProcess[], saleId: string, buyers: number): Promise<Round> {
  const path = `/api/v1/flash-sale/${saleId}/purchase`;
  const share = buyers / servers.length;
  return measureRound(servers, buyers, async () => {
    const orders = servers.map(({ port }): BurstOrder => ({ ...LOAD, buyers: share, port, path }));
    return slowest(await Promise.all(orders.map((order) => runLoad<BurstResult>(BURST, order))));
  });
}

function slowest(results: readonly BurstResult[]): BurstResult {
  const [last] = results.toSorted((a, b) => b.seconds - a.seconds);
  if (!last) throw new Error('nobody was asked to buy');
  return last;
}

/** A case begins with what the first one began with. */
async function forgetAll(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

function printRounds(bare: readonly Round[], ours: ReadonlyMap<Case, readonly Round[]>): void {
  const of = (rounds: readonly Round[], figure: (round: Round) => number) => median(rounds.map(figure));
  const cpu = ({ cpuMicros }: Round) => cpuMicros;
  const row = (name: string, rounds: readonly Round[]) => [
    name,
    of(rounds, ({ perSecond }) => perSecond),
    of(rounds, cpu),
    of(bare, cpu) / of(rounds, cpu),
    of(rounds, ({ p50 }) => p50) / 1000,
    of(rounds, ({ p99 }) => p99) / 1000,
    JSON.stringify(rounds[0]?.statuses),
  ];
  printTable(`Purchases over ${LOAD.connections} connections a gateway, median of ${ROUNDS}`, [
    ['', 'per second', 'CPU µs', 'ratio', 'p50 ms', 'p99 ms', 'answers'],
    row('bare Fastify route', bare),
    ...[...ours].map(([{ name }, rounds]) => row(name, rounds)),
  ]);
}
