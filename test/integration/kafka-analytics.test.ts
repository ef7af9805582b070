import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDeadLetterFeed } from '../../src/app/open-dead-letter-feed.ts';
import { parseKafkaUrl } from '../../src/config/kafka-cluster.ts';
import { writeDeadLetter } from '../../src/database/dead-letters.ts';
import { findOrder } from '../../src/database/orders.ts';
import { factOf } from '../../src/domain/analytics-fact.ts';
import { tendDeadLetters } from '../../src/engine/tend-dead-letters.ts';
import { EmbeddedOrderLog } from '../../src/order-log/embedded/embedded-order-log.ts';
import { KafkaAnalytics } from '../../src/order-log/kafka/kafka-analytics.ts';
import { DEAD_LETTERS_TOPIC } from '../../src/order-log/kafka/kafka-topics.ts';
import { Processor } from '../../src/processor/processor.ts';
import { type KafkaServer, startKafka } from '../support/kafka.ts';
import { KafkaTopic } from '../support/kafka-topic.ts';
import { numbered, orderChange, reservedOrder } from '../support/ledger-fixtures.ts';
import { PaymentRig } from '../support/payment-rig.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
const RESERVATION_SECONDS = 10;

const kafka = await startKafka();
const rig = kafka && (await PaymentRig.open());
afterAll(async () => {
  await rig?.close();
  await kafka?.stop();
});

interface Fact {
  readonly id: string;
  readonly type: string;
  readonly order_id: string;
}

async function factsOn(topic: KafkaTopic): Promise<Fact[]> {
  return (await topic.records()).map(({ value }) => JSON.parse(String(value)));
}

function startProcessor({ store, provider, events, database }: PaymentRig, analytics: KafkaAnalytics): Processor {
  const orderLog = new EmbeddedOrderLog(store, store, {
    batchSize: 2,
    retryMs: 50,
    outboxMax: 1_000,
    onFailure: () => {},
  });
  const ports = { store, orderLog, ledger: database.db, provider, analytics, events };
  const processor = new Processor(ports, {
    workerId: 'test',
    audience: 'buyers',
    concurrency: 1,
    retry: { attempts: 3, baseMs: 5 },
    paymentGraceMs: 0,
    idempotencyTtlMs: 3_600_000,
    sweepMs: 5,
  });
  processor.start();
  return processor;
}

function parts(): { server: KafkaServer; shop: PaymentRig } {
  return { server: kafka as KafkaServer, shop: rig as PaymentRig };
}

describe.skipIf(!rig)('analytics on Kafka', () => {
  const { server, shop } = parts();

  test('every purchase and what became of it is a fact, with an id and without its buyer, over an outage too', async () => {
    const topic = new KafkaTopic(server);
    await topic.create();
    const saleId = await shop.openSale(5, RESERVATION_SECONDS);
    const analytics = new KafkaAnalytics(topic.cluster, topic.name);
    const processor = startProcessor(shop, analytics);
    const first = await shop.reserve(saleId);
    await vi.waitFor(async () => expect(await factsOn(topic)).toMatchObject([{ order_id: first.orderId }]), PATIENCE);

    await server.outage?.begin();
    const second = await shop.reserve(saleId);
    shop.clock.advance(RESERVATION_SECONDS * 1_000);
    await vi.waitFor(async () => expect(await findOrder(shop.database.db, second.orderId)).not.toBeNull(), PATIENCE);
    await server.outage?.end();
    const ids = async () => new Set((await factsOn(topic)).map(({ id }) => id));
    const expected = new Set([3, 4, 5, 6].map((seq) => `${saleId}:1:${seq}`));
    await vi.waitFor(async () => expect(await ids()).toEqual(expected), PATIENCE);
    await processor.stop();
    await analytics.close();
    const text = await shop.metrics.registry.getSingleMetricAsString('tidegate_analytics_facts_total');
    expect(text).toMatch(/outcome="published"\} ([4-9]|\d\d)/);

    const records = await topic.records();
    for (const { orderId, userId } of [first, second]) {
      const told = records.filter(({ value }) => String(value).includes(orderId));
      const types = told.map(({ value }) => JSON.parse(String(value)).type);
      expect(new Set(types)).toEqual(new Set(['order_reserved', 'order_expired']));
      expect(new Set(told.map(({ key }) => String(key)))).toEqual(new Set([saleId]));
      expect(told.map(({ value }) => String(value)).join()).not.toContain(userId);
    }
  });

  test('facts that the brokers will never take are refused; brokers that are away are asked again', async () => {
    const facts = numbered('sale-1', [orderChange('order_reserved', reservedOrder())]).flatMap(
      (it) => factOf(it) ?? [],
    );
    const { cluster } = new KafkaTopic(server);
    const nowhere = new KafkaAnalytics(cluster, 'no such topic');
    await expect(nowhere.publish(facts)).rejects.toMatchObject({ code: 'analytics_rejected', retryable: false });
    await nowhere.close();
    const away = new KafkaAnalytics(parseKafkaUrl('kafka://127.0.0.1:1'));
    await expect(away.publish(facts)).rejects.toMatchObject({ code: 'analytics_unavailable', retryable: true });
    await away.close();
  });
});

describe.skipIf(!rig)('dead letters on Kafka', () => {
  const { server, shop } = parts();

  test('are told to whoever follows them, each once, with the id of their request', async () => {
    const topic = new KafkaTopic(server, DEAD_LETTERS_TOPIC);
    await topic.create();
    const feed = await openDeadLetterFeed({ kind: 'kafka', cluster: topic.cluster });
    onTestFinished(() => feed?.close());
    const ledger = shop.database.db;
    const about = { kind: 'event', subject: randomUUID(), saleId: randomUUID(), orderId: null } as const;
    const failed = {
      reason: 'invalid_data',
      payload: { seq: 7 },
      attempts: 1,
      correlationId: 'c-1',
      nowMs: 1,
    } as const;
    const letter = await writeDeadLetter(ledger, { ...about, ...failed });

    const { store, events } = shop;
    for (let time = 0; time < 2; time++) {
      await tendDeadLetters({ store, ledger, events, announceDeadLetters: feed?.announce });
    }

    const told = (await topic.records()).filter(({ value }) => String(value).includes(letter?.deadLetterId ?? ''));
    expect(told.map(({ value }) => JSON.parse(String(value)))).toMatchObject([
      { kind: 'event', reason: 'invalid_data', sale_id: about.saleId, state: 'open', payload: { seq: 7 } },
    ]);
    expect(told[0]?.headerEntries.map((entry) => entry.map(String))).toEqual([['correlation_id', 'c-1']]);
  });
});
