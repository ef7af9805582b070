import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { MemoryTallies } from '../src/anti-bot/memory/memory-tallies.ts';
import { RedisTallies } from '../src/anti-bot/redis/redis-tallies.ts';
import type { Quota } from '../src/anti-bot/tallies.ts';
import { startRedis } from '../test/support/redis.ts';
import { sized } from './support/sized.ts';
import { printTable } from './support/table.ts';

const REQUESTS = sized(128 * 1_500);
/** What one script takes. More of them under way would have a busy machine count alone, without Redis. */
const AT_ONCE = 128;
const WARM_UP = sized(128 * 100);
const MINUTE_MS = 60_000;

/** How many requests does one Redis core count against the limits by address and by buyer? */
export async function limitsBench(): Promise<void> {
  const redis = await startRedis();
  if (!redis) return console.log('\nLimits: not measured. They need Redis.');
  const client = new Redis(redis.url);
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => void failures.push(error);
  const tallies = new RedisTallies({ client, fallback: new MemoryTallies(), onFailure });
  try {
    await countAll(tallies, WARM_UP);
    const before = await mainThreadSeconds(client);
    await countAll(tallies, REQUESTS);
    const seconds = (await mainThreadSeconds(client)) - before;
    printTable(`${REQUESTS} requests of as many buyers, each against two limits, by one Redis`, [
      ['', 'requests/s of a core', 'µs each'],
      ['limits by address and buyer', REQUESTS / seconds, (seconds * 1e6) / REQUESTS],
    ]);
    if (failures.length > 0) console.log(`Not to be relied on: Redis was too late ${failures.length} times.`);
  } finally {
    client.disconnect();
    await redis.stop();
  }
}

async function countAll(tallies: RedisTallies, requests: number): Promise<void> {
  for (let counted = 0; counted < requests; counted += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => tallies.take(quotas())));
  }
}

function quotas(): Quota[] {
  return [
    { scope: 'ip', key: randomUUID(), limit: { requests: 600, windowMs: MINUTE_MS } },
    { scope: 'user', key: randomUUID(), limit: { requests: 60, windowMs: MINUTE_MS } },
  ];
}

async function mainThreadSeconds(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return of('used_cpu_user_main_thread') + of('used_cpu_sys_main_thread');
}
