import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { readMetric, readSeries } from '../support/metric-reader.ts';
import { startRedis } from '../support/redis.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
/** Nobody waits for what is read now and then. */
const ledgerRefreshMs = 200;
const OUTBOX_MAX = '1000';
const redis = await startRedis();

describe('what a process measures', { timeout: 60_000 }, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ env: { OUTBOX_MAX }, ledgerRefreshMs });
  });
  afterAll(() => server.stop());

  const metric = (series: string) => readMetric(server, series);

  test('a flood of unknown paths, sales, buyers and tokens makes no series', async () => {
    const { sale_id: saleId } = await server.createSale();
    const flood = async () => {
      const id = randomUUID();
      const buyer = await server.guest();
      await server.call(`/${id}`);
      await server.call(`/api/v1/flash-sale/${id}`);
      await server.call(`/api/v1/orders/${id}`, { token: buyer });
      await server.call('/api/v1/orders', { token: id });
      await server.purchase(id, buyer);
      await server.purchase(saleId, buyer, { body: { sku_id: id, quantity: 1 } });
      await server.call(`/api/v1/flash-sale/${id}/enter-queue`, { token: buyer, body: {} });
    };
    await flood();
    await readSeries(server);
    const before = withoutRuntime(await readSeries(server));
    for (let time = 0; time < 20; time++) await flood();
    expect(withoutRuntime(await readSeries(server)).filter((series) => !before.includes(series))).toEqual([]);
  });

  test('each problem is counted by its code', async () => {
    const { sale_id: saleId } = await server.createSale();
    const before = (await metric('problems_total{code="validation_failed"}')) ?? 0;
    await server.purchase(saleId, await server.guest(), { body: { sku_id: 'A', quantity: 0 } });
    expect(await metric('problems_total{code="validation_failed"}')).toBe(before + 1);
  });

  test('a purchase is timed, with what was written together', async () => {
    const before = await readSeries(server);
    const { sale_id: saleId } = await server.createSale();
    await server.reserve(saleId, await server.guest());
    for (const name of ['tidegate_store_decision_seconds_count', 'tidegate_store_batch_size_count']) {
      expect((await readSeries(server)).get(name)).toBeGreaterThan(before.get(name) ?? 0);
    }
  });

  test('a sale is shown in its phase, while it recovers too, and not at all once it is gone', async () => {
    const { sale_id: saleId } = await server.createSale();
    const phase = (name: string) => metric(`sale_phase{sale="${saleId}",phase="${name}"}`);
    await expect.poll(() => phase('live'), PATIENCE).toBe(1);
    expect(await metric(`sale_recovering{sale="${saleId}"}`)).toBe(0);
    const adopted = await metric('sales_recovered_total{outcome="adopted"}');
    await server.app.ports.store.fence(saleId);
    await expect.poll(() => metric('sales_recovered_total{outcome="adopted"}'), PATIENCE).toBe((adopted ?? 0) + 1);
    await expect.poll(() => metric(`sale_recovering{sale="${saleId}"}`), PATIENCE).toBe(0);
    await server.operate(`/sales/${saleId}/end`, { method: 'POST' });
    await expect.poll(() => phase('ended'), PATIENCE).toBe(1);
    const gone = async () => (await server.operate(`/sales/${saleId}`, { method: 'DELETE' })).status;
    await expect.poll(gone, PATIENCE).not.toBe(409);
    await expect.poll(async () => [...(await readSeries(server)).keys()].join(), PATIENCE).not.toContain(saleId);
  });

  test('an audit counts what it finds, and units beyond the stock are seen without one', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { db } = server.app.ports.ledger;
    expect(await metric('oversold_units')).toBe(0);
    await sql`alter table sale_items drop constraint sale_items_never_oversold`.execute(db);
    await sql`update sale_items set sold = 13 where sale_id = ${saleId}`.execute(db);
    await expect.poll(() => metric('oversold_units'), PATIENCE).toBe(3);
    await server.operate('/audit', { body: { sale_id: saleId } });
    expect(await metric('invariant_violations_total{invariant="ledger_not_oversold"}')).toBeGreaterThan(0);
    await sql`update sale_items set sold = 0 where sale_id = ${saleId}`.execute(db);
    await expect.poll(() => metric('oversold_units'), PATIENCE).toBe(0);
  });

  test('an embedded store is durable, the disk has room, and Node tells of itself', async () => {
    expect(await metric('store_durable')).toBe(1);
    expect(await metric('data_dir_free_bytes')).toBeGreaterThan(0);
    expect(await metric('data_dir_size_bytes')).toBeGreaterThan((await metric('data_dir_free_bytes')) ?? 0);
    expect(await metric('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(await metric('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    const series = [...(await readSeries(server)).keys()];
    expect(series.some((name) => name.startsWith('tidegate_nodejs_gc_duration_seconds_count{'))).toBe(true);
  });

  test('with the ledger gone the outbox fills towards its bound, and the tasks that fail are counted', async () => {
    const other = await TestServer.start({ env: { OUTBOX_MAX }, ledgerRefreshMs });
    const seen = (series: string) => readMetric(other, series);
    const { sale_id: saleId } = await other.createSale();
    await expect.poll(() => seen('order_log_lag_events'), PATIENCE).toBe(0);
    expect([await seen('dependency_up{dependency="ledger"}'), await seen('outbox_max_events')]).toEqual([1, 1000]);
    await expect.poll(() => seen('dead_letters{reason="internal"}'), PATIENCE).toBe(0);
    await other.app.ports.ledger.close();
    await other.reserve(saleId, await other.guest());
    expect(await seen('outbox_fill_ratio')).toBeGreaterThanOrEqual(0.001);
    await expect.poll(() => seen('dependency_up{dependency="ledger"}'), PATIENCE).toBe(0);
    await expect.poll(() => seen('background_failures_total'), PATIENCE).toBeGreaterThan(0);
    await expect.poll(() => seen('dead_letters{reason="internal"}'), PATIENCE).toBeUndefined();
    expect(await seen('dead_letter_oldest_age_seconds')).toBeUndefined();
    // Nobody can give it back.
    await other.app.ports.store.fence(saleId);
    await expect.poll(() => seen(`sale_recovering{sale="${saleId}"}`), PATIENCE).toBe(1);
    await other.stop();
  });
});

test('a sale whose server does not answer is not shown as it was, and others are', { timeout: 60_000 }, async () => {
  const lost = new Set<string>();
  const wrapStore = (store: Store) => {
    const listSales = async () => {
      const { views, unreachable } = await store.listSales();
      return { views: views.filter(({ sale }) => !lost.has(sale.saleId)), unreachable: [...unreachable, ...lost] };
    };
    return new Proxy(store, {
      get: (all, name) => (name === 'listSales' ? listSales : Reflect.get(all, name, all).bind(all)),
    });
  };
  const server = await TestServer.start({ wrapStore });
  const [{ sale_id: saleId }, { sale_id: other }] = [await server.createSale(), await server.createSale()];
  const stockOf = (id: string) => readMetric(server, `stock_remaining{sale="${id}",sku="A"}`);
  await expect.poll(() => stockOf(saleId), PATIENCE).toBe(10);
  lost.add(saleId);
  await expect.poll(() => stockOf(saleId), PATIENCE).toBeUndefined();
  expect(await stockOf(other)).toBe(10);
  await server.stop();
});

describe.skipIf(!redis)('of a store in Redis', { timeout: 60_000 }, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ env: { STORE_URL: redis?.url, RATE_LIMIT_PER_IP: '100000' } });
  });
  afterAll(async () => {
    await server.stop();
    await redis?.stop();
  });

  const metric = (series: string) => readMetric(server, series);

  test('a server that is set to forget is seen while it sells, and when it is set back', async () => {
    const client = new Redis(redis?.url ?? '');
    expect(await metric('store_durable')).toBe(1);
    await client.config('SET', 'appendfsync', 'everysec');
    expect(await metric('store_durable')).toBe(0);
    await client.config('SET', 'appendfsync', 'always');
    expect(await metric('store_durable')).toBe(1);
    client.disconnect();
  });

  test('one that is chosen not to keep anything says so too', async () => {
    const client = new Redis(redis?.url ?? '');
    await client.config('SET', 'appendfsync', 'everysec');
    const careless = await TestServer.start({ env: { STORE_URL: redis?.url, STORE_DURABILITY: 'memory' } });
    expect(await readMetric(careless, 'store_durable')).toBe(0);
    await careless.stop();
    await client.config('SET', 'appendfsync', 'always');
    client.disconnect();
  });

  test.skipIf(!redis?.outage)('a process that is cut off from it tells no old numbers of it', async () => {
    const { sale_id: saleId } = await server.createSale();
    const ofTheStore = [
      'outbox_events',
      'outbox_fill_ratio',
      'order_log_lag_events',
      'store_durable',
      `stock_remaining{sale="${saleId}",sku="A"}`,
      `sale_phase{sale="${saleId}",phase="live"}`,
    ];
    const known = async () => (await Promise.all(ofTheStore.map(metric))).filter((value) => value !== undefined).length;
    await expect.poll(known, PATIENCE).toBe(ofTheStore.length);
    await redis?.outage?.begin();
    await expect.poll(known, PATIENCE).toBe(0);
    expect(await metric('outbox_max_events')).toBeGreaterThan(0);
    await redis?.outage?.end();
    await expect.poll(known, PATIENCE).toBe(ofTheStore.length);
  });

  test.skipIf(!redis?.outage)(
    'a purchase that it does not answer has failed, and limits are counted alone',
    async () => {
      const { sale_id: saleId } = await server.createSale();
      const buyer = await server.guest();
      await redis?.outage?.begin();
      expect((await server.purchase(saleId, buyer)).status).toBe(503);
      expect(await metric('purchase_requests_total{outcome="failed"}')).toBe(1);
      expect(await metric('problems_total{code="store_unavailable"}')).toBeGreaterThan(0);
      expect(await metric('shared_limit_failures_total')).toBeGreaterThan(0);
      await expect.poll(() => metric('dependency_up{dependency="store"}'), PATIENCE).toBe(0);
      await redis?.outage?.end();
      await expect.poll(() => metric('dependency_up{dependency="store"}'), PATIENCE).toBe(1);
    },
  );
});

/** What Node tells of itself has labels of its own, a handful. */
function withoutRuntime(series: ReadonlyMap<string, number>): string[] {
  return [...series.keys()].filter((name) => !name.startsWith('tidegate_nodejs_'));
}
