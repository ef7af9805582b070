import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { RedisOrderLog, type RedisOrderLogOptions } from '../../src/order-log/redis/redis-order-log.ts';
import { applyAll, handlerOf } from '../support/event-handlers.ts';
import { OrderLogRig } from '../support/order-log-rig.ts';
import { killAfterApply } from '../support/order-log-victim.ts';

const PATIENCE = { timeout: 25_000, interval: 50 };

const opened = await OrderLogRig.open();
afterAll(() => opened?.close());

describe.skipIf(!opened)('the order log on the Redis stream', () => {
  const rig = opened as OrderLogRig;
  const failures: unknown[] = [];
  const log = (changes: Partial<RedisOrderLogOptions> = {}) =>
    new RedisOrderLog(rig.store, {
      batchSize: 20,
      pollMs: 5,
      retryMs: 20,
      concurrency: 4,
      onFailure: (_saleId, error) => failures.push(error),
      ...changes,
    });
  afterEach(() => rig.stopAll());

  test('three processors share the sales: each order once, each sale in order', async () => {
    const sales = await Promise.all(Array.from({ length: 6 }, () => rig.openSale(100)));
    const handed: number[] = [];
    for (const consumer of [0, 1, 2]) {
      const handler = handlerOf(async (saleId, events) => {
        const position = await rig.handler.apply(saleId, events);
        if (position !== 'busy') handed[consumer] = (handed[consumer] ?? 0) + events.length;
        return position;
      });
      rig.consume(log({ concurrency: 2 }), handler);
    }
    for (let round = 0; round < 5; round++) await Promise.all(sales.map((saleId) => rig.reserve(saleId, 20)));

    for (const saleId of sales) await rig.untilApplied(saleId, 100);
    expect(handed).toHaveLength(3);
    await vi.waitFor(async () => expect(await log().lag()).toBe(0), PATIENCE);
  });

  test('a processor that is killed before it has trimmed what it applied: nothing is lost, nothing counts twice', async () => {
    const saleId = await rig.openSale(50);
    await rig.reserve(saleId, 50);
    const reached = await killAfterApply({ ...rig.address, kafka: null });
    expect(await rig.position(saleId)).toBe(reached);
    expect((await rig.store.readSale(saleId))?.trimmedSeq).toBeLessThan(reached);

    rig.consume(log());

    await rig.untilApplied(saleId, 50);
  });

  test('a sale that cannot be applied holds up no other', async () => {
    const [stuck, other] = [await rig.openSale(1), await rig.openSale(10)];
    await rig.reserve(other, 10);
    const fault = new Error('this one never works');
    rig.consume(
      log({ concurrency: 2 }),
      handlerOf(async (saleId, events) => {
        if (saleId === stuck) throw fault;
        return rig.handler.apply(saleId, events);
      }),
    );

    await rig.untilApplied(other, 10);
    expect(failures).toContain(fault);
    expect(await rig.position(stuck)).toBe(0);
  });

  test('a ledger that is an older copy of itself gets from the stream what it lacks', async () => {
    const saleId = await rig.openSale(30);
    await rig.reserve(saleId, 10);
    const applied = rig.consume(log(), handlerOf(applyAll));
    await vi.waitFor(async () => expect((await rig.store.readSale(saleId))?.trimmedSeq).toBe(12), PATIENCE);
    await applied.stop();
    expect(await rig.position(saleId)).toBe(0);

    await rig.reserve(saleId, 1);
    rig.consume(log());

    await rig.untilApplied(saleId, 11);
  });

  test('events that the stream has lost are told, and not skipped', async () => {
    const saleId = await rig.openSale(5);
    await rig.reserve(saleId, 5);
    const redis = new Redis(rig.servers.redis.url);
    await redis.xtrim(`${rig.namespace}:{${saleId}}:events`, 'MAXLEN', 3);
    await redis.quit();
    failures.length = 0;

    rig.consume(log());

    const gap = expect.objectContaining({ code: 'log_gap' });
    await vi.waitFor(() => expect(failures).toContainEqual(gap), PATIENCE);
    expect(await rig.position(saleId)).toBe(0);
  });

  test.skipIf(!rig?.servers.redis.outage)('Redis goes away and comes back: the log goes on by itself', async () => {
    const saleId = await rig.openSale(20);
    await rig.reserve(saleId, 20);
    failures.length = 0;
    await rig.servers.redis.outage?.begin();
    rig.consume(log());
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(0), PATIENCE);
    await rig.servers.redis.outage?.end();

    await rig.untilApplied(saleId, 20);
  });
});
