import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { MemoryTallies } from '../../src/anti-bot/memory/memory-tallies.ts';
import { RedisTallies } from '../../src/anti-bot/redis/redis-tallies.ts';
import type { Quota } from '../../src/anti-bot/tallies.ts';
import { createRedisClient, type RedisClient } from '../../src/store/redis/redis-connection.ts';
import { describeTallies } from '../conformance/tallies.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { startRedis } from '../support/redis.ts';

const redis = await startRedis();
const clients: RedisClient[] = [];
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await redis?.stop();
});

describe.skipIf(!redis)('with Redis', async () => {
  const failures: unknown[] = [];
  const client = await connect();
  const talliesOf = (of: RedisClient, clock?: () => number) =>
    new RedisTallies({
      client: of,
      fallback: new MemoryTallies(),
      onFailure: (error) => failures.push(error),
      ...(clock && { clock }),
    });
  describeTallies('many processes', (clock) => talliesOf(client, clock));

  const quota = (requests: number): Quota => ({
    scope: 'ip',
    key: randomUUID(),
    limit: { requests, windowMs: 60_000 },
  });

  test('gateways count together', async () => {
    const [one, other] = [talliesOf(client), talliesOf(await connect())];
    const shared = quota(10);
    const verdicts = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? one : other).take([shared])));
    expect(verdicts.filter(([verdict]) => verdict?.allowed)).toHaveLength(10);
  });

  test('trap: rate limit: no key stays behind that locks a client out', async () => {
    const shared = quota(1);
    await talliesOf(client).take([shared]);
    const key = `tidegate:{tallies}:ip:${shared.key}`;
    expect(await client.pttl(key)).toBeGreaterThan(0);
    expect(await client.pttl(key)).toBeLessThanOrEqual(60_000);
  });

  test('a clock that was set back locks nobody out for longer than a window', async () => {
    let nowMs = Date.UTC(2100, 0, 1);
    const tallies = talliesOf(client, () => nowMs);
    const shared = quota(1);
    await tallies.take([shared]);
    nowMs -= 24 * 3_600_000;
    expect(await tallies.take([shared])).toMatchObject([{ allowed: false, retryAfterMs: 60_000 }]);
  });

  test.skipIf(!redis?.outage)(
    'while Redis is away each process counts by itself, and together when it is back',
    async () => {
      const tallies = talliesOf(client);
      const shared = quota(2);
      await tallies.take([shared]);
      await redis?.outage?.begin();
      const verdicts = await Promise.all(Array.from({ length: 5 }, () => tallies.take([shared])));
      expect(verdicts.filter(([verdict]) => verdict?.allowed)).toHaveLength(2);
      expect(failures).toHaveLength(1);

      await redis?.outage?.end();
      // The one that Redis has counted before leaves one more of two.
      await vi.waitFor(
        async () => expect(await tallies.take([quota(1)])).toMatchObject([{ remaining: 0 }]),
        PATIENCE_MS,
      );
      await vi.waitFor(
        async () => {
          expect(await client.ping()).toBe('PONG');
          expect(await tallies.take([shared])).toMatchObject([{ allowed: true, remaining: 0 }]);
        },
        { timeout: 20_000, interval: 100 },
      );
    },
  );
});

async function connect(): Promise<RedisClient> {
  const client = createRedisClient(redis?.url ?? 'redis://none');
  client.on('error', () => {});
  clients.push(client);
  if (redis) await client.connect();
  return client;
}
