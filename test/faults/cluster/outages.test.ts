import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { startKafka } from '../../support/kafka.ts';
import { OutageScene, type Place } from '../../support/outage-scene.ts';
import { PaymentService } from '../../support/payment-service.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startRedis } from '../../support/redis.ts';

const [redis, kafka, postgres] = await Promise.all([startRedis(), startKafka(), startPostgres()]);
const ours = redis?.outage && kafka?.outage && postgres?.outage;
const outages = { redis: redis?.outage, kafka: kafka?.outage, postgres: postgres?.outage };

/** In which the payment service falls down and gets up, by turns. */
const BEATS = 6;

describe.skipIf(!ours)('two gateways and two processors', { timeout: 240_000 }, () => {
  let place: Place;

  beforeAll(async () => {
    const payments = await PaymentService.start();
    const env = { ORDER_LOG_URL: kafka?.url ?? '', DATABASE_URL: postgres?.url ?? '', ...payments.env };
    const storePort = Number(new URL(redis?.url ?? '').port);
    place = { payments, fleet: await Fleet.start({ gateways: 2, processors: 2, storePort, env }) };
  }, 120_000);
  afterAll(async () => {
    await place?.fleet.remove();
    await place?.payments.remove();
    await Promise.all([redis?.stop(), kafka?.stop(), postgres?.stop()]);
  });

  const scenario = (name: string, goWrong: (scene: OutageScene) => Promise<void>) =>
    test(name, () => OutageScene.play(place, goWrong));

  scenario('sell on when a gateway is killed', async (scene) => {
    const [gateway] = scene.fleet.gateways;
    await gateway?.kill();
    scene.note(`kill -9 ${gateway?.name}`);
    await scene.lasts();
    await gateway?.start();
    scene.note(`${gateway?.name} is back`);
  });

  scenario('sell on when a processor is killed', async (scene) => {
    const [processor] = scene.fleet.processors;
    await processor?.kill();
    scene.note(`kill -9 ${processor?.name}`);
    await scene.lasts();
    await processor?.start();
    scene.note(`${processor?.name} is back`);
  });

  scenario('sell on while all processors are stopped', async (scene) => {
    const { processors } = scene.fleet;
    await Promise.all(processors.map((processor) => processor.stop()));
    scene.note('all processors stopped');
    await scene.lasts();
    await Promise.all(processors.map((processor) => processor.start()));
    scene.note('all processors are back');
  });

  scenario('sell on while PostgreSQL is down', async (scene) => {
    await outages.postgres?.begin();
    scene.note('PostgreSQL is down');
    await scene.lasts();
    await outages.postgres?.end();
    scene.note('PostgreSQL is back');
  });

  scenario('sell on while Kafka is down', async (scene) => {
    await outages.kafka?.begin();
    scene.note('Kafka is down');
    await scene.lasts();
    await outages.kafka?.end();
    scene.note('Kafka is back');
  });

  scenario('go on when Redis was killed and has read its file', async (scene) => {
    await outages.redis?.begin();
    scene.note('kill -9 Redis');
    await scene.lasts();
    await outages.redis?.end();
    scene.note('Redis is back, with its file');
  });

  scenario('go on when Redis came back with an old copy of itself, while they sell', async (scene) => {
    await outages.redis?.keepCopy();
    scene.note('a copy of Redis is kept');
    await scene.rush.acknowledges(40);
    await scene.loseStore(async () => {
      await outages.redis?.begin();
      await outages.redis?.restoreCopy();
      await outages.redis?.end();
    });
    scene.note('Redis is as it was at the copy');
  });

  scenario('go on when Redis was emptied under them', async (scene) => {
    await scene.loseStore(async () => {
      await emptied(redis?.url ?? '');
    });
    scene.note('FLUSHALL');
  });

  scenario('sell on while a gateway cannot reach Redis', async (scene) => {
    const [gateway] = scene.fleet.gateways;
    gateway?.wire.cut();
    scene.note(`${gateway?.name} is cut off from Redis`);
    await scene.lasts();
    gateway?.wire.mend();
    scene.note(`${gateway?.name} reaches Redis again`);
  });

  scenario('are replaced one after the other, and no request is left without an answer', async (scene) => {
    for (const member of scene.fleet.members) {
      expect(await member.stop()).toBe(0);
      await member.start();
      scene.note(`${member.name} was replaced`);
    }
    expect(scene.unanswered()).toBe(0);
  });

  scenario('take in a third gateway and a third processor', async (scene) => {
    const newcomers = await Promise.all([scene.fleet.add('gateway'), scene.fleet.add('processor')]);
    scene.note('a third gateway and a third processor have started');
    await scene.lasts();
    // Gracefully: whoever is asking is answered.
    await Promise.all(newcomers.map((newcomer) => newcomer.stop()));
    scene.note('they have left');
    expect(scene.unanswered()).toBe(0);
  });

  scenario('keep orders while the payment service is down', async (scene) => {
    await place.payments.kill();
    scene.note('kill -9 the payment service');
    await scene.lasts();
    await place.payments.restart();
    scene.note('the payment service is back');
  });

  scenario('sell on while the payment service is slow and fails now and then', async (scene) => {
    await place.payments.behave({ latency_ms: 1_000 });
    scene.note('the payment service is slow, and flaps');
    for (let beat = 0; beat < BEATS; beat++) {
      await place.payments.behave({ outage: beat % 2 === 0 });
      await scene.lasts(1 / BEATS);
    }
    await place.payments.behave({ latency_ms: 0, outage: false });
    scene.note('the payment service is well');
  });
});

async function emptied(url: string): Promise<void> {
  const client = new Redis(url);
  try {
    await client.flushall();
  } finally {
    client.disconnect();
  }
}
