import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedisServer } from '../scripts/backends/redis-server.ts';
import { freePort, type ServerProcess } from '../scripts/backends/server-process.ts';
import type { StoreDurability } from '../src/config/topology.ts';
import type { PurchaseRequest } from '../src/domain/purchase.ts';
import { MAX_BATCH, purchaseWords } from '../src/store/redis/purchase-batches.ts';
import { RedisStore } from '../src/store/redis/redis-store.ts';
import { saleKeys } from '../src/store/redis/sale-keys.ts';
import { Script } from '../src/store/redis/script.ts';
import { saleDefinition, saleItem } from '../test/support/sale-fixtures.ts';
import { sized } from './support/sized.ts';
import { printTable } from './support/table.ts';

const ATTEMPTS = sized(200_000);
/** One by one they take as much longer. */
const ALONE_SHARE = 10;
/** Gateways, each with a connection of its own: Redis syncs once for what it has read of all of them. */
const GATEWAYS = 16;
/** Scripts that are under way at a time, over all gateways: enough that the server never waits for the bench. */
const IN_FLIGHT = 128;
const HOUR_MS = 3_600_000;
const PURCHASE = new Script('purchase');
const NO_BOUND = Number.MAX_SAFE_INTEGER;

const DURABILITIES: readonly { name: string; durability: StoreDurability; args: readonly string[] }[] = [
  { name: 'memory', durability: 'memory', args: ['--appendonly', 'no'] },
  { name: 'aof', durability: 'aof', args: [] },
  { name: 'replica', durability: 'replica', args: ['--min-replicas-to-write', '1', '--repl-diskless-sync-delay', '0'] },
];

interface Load {
  readonly batch: number;
  /** One in so many attempts finds stock. */
  readonly winnerEvery: number;
}

const LOADS: readonly Load[] = [
  { batch: 1, winnerEvery: 100 },
  { batch: MAX_BATCH, winnerEvery: 100 },
  { batch: 1, winnerEvery: 1 },
  { batch: MAX_BATCH, winnerEvery: 1 },
];

interface Measured {
  readonly perSecond: number;
  /** Attempts for each second that the server's main thread computed. */
  readonly perCoreSecond: number;
  readonly scriptMicros: number;
}

/** How many attempts does one Redis core decide, through the scripts that decide them? */
export async function redisBench(): Promise<void> {
  const rows: (string | number)[][] = [
    ['durability', 'winners', 'a script', 'attempts/s', 'attempts/s of a core', 'µs in the script'],
  ];
  for (const { name, durability, args } of DURABILITIES) {
    const servers = await startServers(args, durability === 'replica');
    try {
      for (const load of LOADS) {
        const { perSecond, perCoreSecond, scriptMicros } = await measure(servers.url, durability, load);
        rows.push([name, `${100 / load.winnerEvery} %`, load.batch, perSecond, perCoreSecond, scriptMicros]);
      }
    } finally {
      await servers.stop();
    }
  }
  printTable(`${ATTEMPTS.toLocaleString('en')} attempts to buy, decided by one Redis`, rows);
  console.log('  attempts/s: as this machine drives it. Of a core: by the processor time of the main thread.');
}

async function measure(url: string, durability: StoreDurability, load: Load): Promise<Measured> {
  const saleId = `bench-${load.batch}-${load.winnerEvery}`;
  await prepare(url, durability, saleId);
  const clients = Array.from({ length: GATEWAYS }, () => new Redis(url));
  const client = new Redis(url);
  try {
    const attempts = load.batch === 1 ? ATTEMPTS / ALONE_SHARE : ATTEMPTS;
    await decide(clients, saleId, durability, load, Math.min(attempts, 5_000), 'warm');
    await client.config('RESETSTAT');
    const cpuBefore = await mainThreadSeconds(client);
    const begun = performance.now();
    await decide(clients, saleId, durability, load, attempts, 'buyer');
    const seconds = (performance.now() - begun) / 1000;
    const cpuSeconds = (await mainThreadSeconds(client)) - cpuBefore;
    return {
      perSecond: attempts / seconds,
      perCoreSecond: attempts / cpuSeconds,
      scriptMicros: await microsPerCall(client),
    };
  } finally {
    for (const each of [...clients, client]) each.disconnect();
  }
}

async function prepare(url: string, durability: StoreDurability, saleId: string): Promise<void> {
  const store = await RedisStore.open({ url, durability, outboxMax: NO_BOUND });
  const nowMs = Date.now();
  const items = [saleItem({ skuId: 'left', totalStock: 2 * ATTEMPTS }), saleItem({ skuId: 'gone', totalStock: 0 })];
  const window = { startsAtMs: nowMs - 1_000, endsAtMs: nowMs + HOUR_MS };
  await store.prepareSale(saleDefinition({ saleId, items, ...window }), 1, 'bench');
  await store.close();
}

async function decide(
  clients: readonly Redis[],
  saleId: string,
  durability: StoreDurability,
  { batch, winnerEvery }: Load,
  attempts: number,
  name: string,
): Promise<void> {
  const keys = saleKeys('tidegate', saleId);
  let next = 0;
  const drive = async (client: Redis) => {
    while (next < attempts) {
      const requests: PurchaseRequest[] = [];
      for (const end = Math.min(attempts, next + batch); next < end; next++) {
        requests.push(requestOf(saleId, next % winnerEvery === 0 ? 'left' : 'gone', `${name}-0000-0000-0000-${next}`));
      }
      await PURCHASE.run(client, keys, ['', NO_BOUND, ...purchaseWords(requests)]);
      if (durability === 'replica') await client.wait(1, 1_000);
    }
  };
  const drives = (batch === 1 ? IN_FLIGHT * 8 : IN_FLIGHT) / clients.length;
  await Promise.all(clients.flatMap((client) => Array.from({ length: drives }, () => drive(client))));
}

function requestOf(saleId: string, skuId: string, userId: string): PurchaseRequest {
  return {
    saleId,
    userId,
    lines: [{ skuId, quantity: 1 }],
    idempotencyKey: `key-${userId}`,
    orderId: `order-${userId}`,
    correlationId: `correlation-${userId}`,
    admission: null,
    deviceId: null,
  };
}

async function mainThreadSeconds(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  const seconds = (field: string) => Number(new RegExp(`${field}:([\\d.]+)`).exec(info)?.[1] ?? 0);
  return seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread');
}

async function microsPerCall(client: Redis): Promise<number> {
  const info = await client.info('commandstats');
  return Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(info)?.[1] ?? 0);
}

async function startServers(args: readonly string[], hasReplica: boolean) {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-redis-'));
  const port = await freePort();
  const servers: ServerProcess[] = [];
  servers.push(await startRedisServer({ directory: join(directory, 'primary'), port, args }));
  if (hasReplica) {
    const replicaOf = ['--replicaof', '127.0.0.1', String(port)];
    servers.push(
      await startRedisServer({ directory: join(directory, 'replica'), port: await freePort(), args: replicaOf }),
    );
    await untilReplicated(port);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      for (const server of servers) await server.stop('SIGKILL');
      await rm(directory, { recursive: true });
    },
  };
}

async function untilReplicated(port: number): Promise<void> {
  const client = new Redis({ port });
  while (!/min_slaves_good_slaves:1/.test(await client.info('replication'))) await client.ping();
  client.disconnect();
}
