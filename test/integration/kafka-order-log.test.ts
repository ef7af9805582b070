import type { Message } from '@platformatic/kafka';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { eventToJson } from '../../src/domain/event-json.ts';
import { KafkaConsumer } from '../../src/order-log/kafka/kafka-consumer.ts';
import { KafkaOrderLog, type KafkaOrderLogOptions } from '../../src/order-log/kafka/kafka-order-log.ts';
import { KafkaRelay } from '../../src/order-log/kafka/kafka-relay.ts';
import { type EventHandler, OrderLogUnavailable, type UnreadableEntry } from '../../src/order-log/order-log.ts';
import { handlerOf } from '../support/event-handlers.ts';
import { type KafkaServer, startKafka } from '../support/kafka.ts';
import { KafkaTopic } from '../support/kafka-topic.ts';
import { BEFORE_ORDERS, OrderLogRig, upTo } from '../support/order-log-rig.ts';
import { killAfterApply } from '../support/order-log-victim.ts';

const PATIENCE = { timeout: 25_000, interval: 50 };
const [kafka, opened] = await Promise.all([startKafka(), OrderLogRig.open()]);
afterAll(async () => {
  await opened?.close();
  await kafka?.stop();
});

describe.skipIf(!kafka || !opened)('the order log on Kafka', () => {
  const server = kafka as KafkaServer;
  const rig = opened as OrderLogRig;
  const logOn = (topic: KafkaTopic, changes: Partial<KafkaOrderLogOptions> = {}) =>
    new KafkaOrderLog(rig.store, { ...topic.options, ...changes });
  afterEach(() => rig.stopAll());

  test('orders made while no processor ran are not lost: a new group begins with the oldest record', async () => {
    const topic = new KafkaTopic(server);
    await topic.create();
    const saleId = await rig.openSale(100);
    await rig.reserve(saleId, 100);
    const relay = relayAll(rig, topic);
    await vi.waitFor(async () => expect(await topic.records()).toHaveLength(100 + BEFORE_ORDERS), PATIENCE);
    await relay.stop();
    expect(await rig.position(saleId)).toBe(0);

    consumeOnly(rig, topic);

    await rig.untilApplied(saleId, 100);
  });

  test('three relays and two consumers, one of whom leaves: each order once, each sale in order', async () => {
    const topic = new KafkaTopic(server);
    await topic.create();
    const sales = await Promise.all(Array.from({ length: 6 }, () => rig.openSale(200)));
    const relays = [relayAll(rig, topic), relayAll(rig, topic), relayAll(rig, topic)];
    const first = consumeOnly(rig, topic);
    await Promise.all(sales.map((saleId) => rig.reserve(saleId, 60)));
    await vi.waitFor(async () => expect(await rig.position(sales[0] ?? '')).toBeGreaterThan(0), PATIENCE);

    consumeOnly(rig, topic);
    await Promise.all(sales.map((saleId) => rig.reserve(saleId, 60)));
    await first.stop();
    await Promise.all(sales.map((saleId) => rig.reserve(saleId, 60)));

    for (const saleId of sales) await rig.untilApplied(saleId, 180);
    await Promise.all(relays.map((relay) => relay.stop()));
    const records = await topic.records();
    for (const saleId of sales) expect(firstSeqs(records, saleId)).toEqual(upTo(180 + BEFORE_ORDERS));
  });

  test('a processor that is killed before it has said what it applied: nothing is lost, nothing counts twice', async () => {
    const topic = new KafkaTopic(server);
    const saleId = await rig.openSale(100);
    await rig.reserve(saleId, 100);
    const reached = await killAfterApply({ ...rig.address, kafka: topic.options });
    expect(await rig.position(saleId)).toBe(reached);

    rig.consume(logOn(topic));

    await rig.untilApplied(saleId, 100);
  });

  test('the outbox is trimmed behind the ledger, never ahead of it', async () => {
    const saleId = await rig.openSale(300);
    const away = new Error('the ledger is away');
    let failures = 5;
    const handler = handlerOf(async (id, events) => {
      if (failures-- > 0) throw away;
      return rig.handler.apply(id, events);
    });
    const topic = new KafkaTopic(server);
    rig.consume(logOn(topic, { batchSize: 20 }), handler);
    await rig.reserve(saleId, 300);

    for (let trimmed = 0; trimmed < 300 + BEFORE_ORDERS; ) {
      trimmed = (await rig.store.readSale(saleId))?.trimmedSeq ?? 0;
      expect(await rig.position(saleId)).toBeGreaterThanOrEqual(trimmed);
    }
    await rig.untilApplied(saleId, 300);
    expect(topic.failures).toContain(away);
  });

  test('a gap in the records is filled from the outbox', async () => {
    const topic = new KafkaTopic(server);
    await topic.create();
    const saleId = await rig.openSale(20);
    await rig.reserve(saleId, 20);
    const [event] = await rig.store.readEvents(saleId, 11, 1);
    if (!event) throw new Error('no event');
    await topic.send({ key: saleId, value: eventToJson(event) });

    consumeOnly(rig, topic);

    await rig.untilApplied(saleId, 20);
  });

  test('records that Kafka has lost are relayed again', async () => {
    const saleId = await rig.openSale(10);
    await rig.reserve(saleId, 10);
    const topic = new KafkaTopic(server);
    const lost = Object.assign(new Error('not today'), { retryable: false });
    let losses = 3;

    rig.consume(
      logOn(topic),
      handlerOf(async (id, events) => {
        if (losses-- > 0) throw lost;
        return rig.handler.apply(id, events);
      }),
    );

    await rig.untilApplied(saleId, 10);
    expect(topic.failures.filter((failure) => failure === lost)).toHaveLength(3);
  });

  test('a record that is no event is set aside, and stops no other', async () => {
    const topic = new KafkaTopic(server);
    await topic.create();
    const saleId = await rig.openSale(10);
    await topic.send({ key: saleId, value: 'garbage', headers: { correlation_id: 'lost-and-found' } });
    await topic.send({ key: saleId, value: '{"v":2}' });
    const refused: UnreadableEntry[] = [];
    rig.consume(logOn(topic), { ...rig.handler, refuse: async (entry) => void refused.push(entry) });
    await rig.reserve(saleId, 10);

    await rig.untilApplied(saleId, 10);
    const entry = { saleId, id: expect.stringContaining(topic.name) };
    expect(refused).toEqual([
      { ...entry, correlationId: 'lost-and-found', body: 'garbage', reason: 'it is not JSON' },
      { ...entry, correlationId: null, body: '{"v":2}', reason: 'version 2 is not known' },
    ]);
  });

  test('the header of a record carries what follows an order through the system', async () => {
    const topic = new KafkaTopic(server);
    await topic.create();
    const saleId = await rig.openSale(1);
    const [order] = await rig.reserve(saleId, 1);
    relayAll(rig, topic);

    await vi.waitFor(async () => expect(await topic.records()).toHaveLength(3), PATIENCE);
    const headers = (await topic.records()).map(({ headerEntries }) =>
      Object.fromEntries(headerEntries.map(([name, value]) => [name.toString(), value.toString()])),
    );
    expect(headers[2]).toEqual({ correlation_id: order?.correlationId });
  });

  test.skipIf(!server?.outage)(
    'Kafka goes away and comes back: selling goes on, the lag shows, all arrives',
    async () => {
      const topic = new KafkaTopic(server);
      const saleId = await rig.openSale(200);
      const log = logOn(topic);
      rig.consume(log);
      await rig.reserve(saleId, 50);
      await rig.untilApplied(saleId, 50);
      log.check();

      await server.outage?.begin();
      await rig.reserve(saleId, 100);
      await vi.waitFor(() => expect(() => log.check()).toThrow(OrderLogUnavailable), PATIENCE);
      expect(await log.lag()).toBeGreaterThanOrEqual(100);
      await server.outage?.end();

      await rig.untilApplied(saleId, 150);
      await vi.waitFor(() => log.check(), PATIENCE);
    },
  );
});

/** Relays every sale, whoever else does. */
function relayAll(rig: OrderLogRig, topic: KafkaTopic): { stop(): Promise<void> } {
  const relay = new KafkaRelay(rig.store, {
    ...topic.options,
    topic: topic.name,
    isMine: () => true,
    isDrained: () => false,
    onFailure: (error) => topic.failures.push(error),
    onSuccess: () => {},
  });
  return rig.run((signal) => relay.run(signal));
}

/** A member of the group that relays nothing. */
function consumeOnly(
  rig: OrderLogRig,
  topic: KafkaTopic,
  handler: EventHandler = rig.handler,
): { stop(): Promise<void> } {
  const consumer = new KafkaConsumer(rig.store, {
    ...topic.options,
    topic: topic.name,
    groupId: topic.groupId,
    onFailure: (error) => topic.failures.push(error),
    onSuccess: () => {},
  });
  return rig.run((signal) => consumer.run(handler, signal));
}

/** The numbers of a sale's events in the order in which each came for the first time. */
function firstSeqs(records: readonly Message[], saleId: string): number[] {
  const mine = records.filter(({ key }) => key.toString() === saleId);
  return [...new Set(mine.map(({ value }) => JSON.parse(value.toString()).seq as number))];
}
