import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { KafkaOrderLog, type KafkaOrderLogOptions } from '../../src/order-log/kafka/kafka-order-log.ts';
import { type KafkaServer, startKafka } from '../support/kafka.ts';
import { OrderLogRig } from '../support/order-log-rig.ts';
import { openEmbeddedStore } from '../support/store-embedded.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

const kafka = await startKafka();
const rig = kafka && (await OrderLogRig.open(openEmbeddedStore));
afterAll(async () => {
  await rig?.close();
  await kafka?.stop();
});

describe.skipIf(!rig)('the order log on Kafka', () => {
  const { server, shop } = parts();
  afterEach(() => shop.stopConsumers());

  test('every event of a sale gets into the ledger once, in order', async () => {
    const saleId = await shop.openSale(500);
    const { log } = topicOf(server);
    shop.consume(log());
    await shop.reserve(saleId, 500);

    await vi.waitFor(async () => expect(await shop.position(saleId)).toBe(502), PATIENCE);
    expect(await shop.projectedSeqs(saleId)).toEqual(Array.from({ length: 500 }, (_, index) => index + 3));
    await vi.waitFor(async () => expect(await log().lag()).toBe(0), PATIENCE);
  });
});

function parts(): { server: KafkaServer; shop: OrderLogRig } {
  return { server: kafka as KafkaServer, shop: rig as OrderLogRig };
}

/** A topic of its own, and as many members of its group as a test asks for. */
function topicOf(server: KafkaServer) {
  const topic = `orders-${randomUUID()}`;
  const options: KafkaOrderLogOptions = {
    brokers: [server.url.slice('kafka://'.length)],
    topic,
    groupId: `group-${topic}`,
    batchSize: 100,
    pollMs: 5,
    retryMs: 20,
    resendMs: 1_000,
    sessionTimeoutMs: 6_000,
    onFailure: (task, error) => console.error(task, error),
  };
  return {
    topic,
    log: (changes: Partial<KafkaOrderLogOptions> = {}) => new KafkaOrderLog(shop().store, { ...options, ...changes }),
  };
}

function shop(): OrderLogRig {
  return rig as OrderLogRig;
}
