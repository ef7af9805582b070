import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { OutageScene, type Place } from '../../support/outage-scene.ts';
import { PaymentService } from '../../support/payment-service.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

const MIN_REPLICAS = ['--min-replicas-to-write', '1'];

const [primary, postgres] = await Promise.all([startRedis(MIN_REPLICAS), startPostgres()]);
const ours = primary?.outage && postgres;
const replicas = ours ? await Promise.all([startRedis(following(primary)), startRedis(following(primary))]) : [];

describe.skipIf(!ours)('a fleet whose answers wait for a replica', { timeout: 240_000 }, () => {
  let place: Place;

  beforeAll(async () => {
    const payments = await PaymentService.start();
    const env = { STORE_DURABILITY: 'replica', DATABASE_URL: postgres?.url ?? '', ...payments.env };
    const storePort = portOf(primary);
    place = { payments, fleet: await Fleet.start({ gateways: 2, processors: 2, storePort, env }) };
  }, 120_000);
  afterAll(async () => {
    await place?.fleet.remove();
    await place?.payments.remove();
    await Promise.all([primary, ...replicas, postgres].map((server) => server?.stop()));
  });

  test('keeps every order when the primary is lost and a replica takes its place', () =>
    OutageScene.play(place, async (scene) => {
      await primary?.outage?.begin();
      scene.note('kill -9 the primary');
      await scene.lasts();
      const [promoted, other] = await byProgress(replicas);
      await onServer(promoted, (redis) => redis.replicaof('NO', 'ONE'));
      await onServer(other, (redis) => redis.replicaof('127.0.0.1', portOf(promoted)));
      for (const member of scene.fleet.members) member.wire.layTo(portOf(promoted));
      scene.note('a replica was promoted');
    }));
});

function following(server: RedisServer | null): string[] {
  return ['--replicaof', '127.0.0.1', String(portOf(server)), ...MIN_REPLICAS];
}

function portOf(server: RedisServer | null | undefined): number {
  return Number(new URL(server?.url ?? '').port);
}

/** The one that has read most first: what was answered, one of them has, and that one has it all. */
async function byProgress(servers: readonly (RedisServer | null)[]): Promise<(RedisServer | null)[]> {
  const progress = await Promise.all(
    servers.map(async (server) => ({
      server,
      offset: await onServer(server, async (redis) => {
        const info = await redis.info('replication');
        return Number(/slave_repl_offset:(\d+)/.exec(info)?.[1]);
      }),
    })),
  );
  return progress.toSorted((a, b) => b.offset - a.offset).map(({ server }) => server);
}

async function onServer<Result>(
  server: RedisServer | null | undefined,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = new Redis(server?.url ?? '');
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
