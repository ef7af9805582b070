import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readMetric } from '../support/metric-reader.ts';
import { PaymentService } from '../support/payment-service.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };

const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
const outages = redis?.outage && postgres?.outage ? { redis: redis.outage, postgres: postgres.outage } : null;

describe.skipIf(!redis || !postgres)(
  'gateways and processors that share a store and a ledger',
  {
    timeout: 90_000,
  },
  () => {
    let payments: PaymentService;
    let one: TestServer;
    let other: TestServer;
    let processor: TestServer;

    beforeAll(async () => {
      payments = await PaymentService.start();
      const env = {
        STORE_URL: redis?.url ?? '',
        DATABASE_URL: postgres?.url ?? '',
        DRAIN_TIME: '0s',
        OUTBOX_MAX: '40',
        TOKEN_KEYS: 'test:signs the tokens of both gateways here',
        ...payments.env,
      };
      const start = (role: string, more = {}) => TestServer.start({ env: { ...env, ROLE: role, ...more } });
      // All at once: who comes first makes the tables.
      [one, other, processor] = await Promise.all([
        start('gateway', { RATE_LIMIT_PER_USER: '50', RATE_LIMIT_WINDOW: '1h' }),
        start('gateway', { RATE_LIMIT_PER_USER: '50', RATE_LIMIT_WINDOW: '1h' }),
        start('processor'),
      ]);
    });
    afterAll(async () => {
      await Promise.all([one, other, processor].map((server) => server?.stop()));
      await payments?.remove();
      await Promise.all([redis?.stop(), postgres?.stop()]);
    });

    const ready = async (server: TestServer) => {
      const { status, json } = await server.call('/health/ready');
      return { status, role: json.role, checks: json.checks };
    };

    test('what one gateway opens and sells, another shows and takes the money for', async () => {
      const { sale_id } = await one.createSale();
      const buyer = await one.guest();
      const { order_id } = await one.reserve(sale_id, buyer);
      expect((await other.call(`/api/v1/orders/${order_id}`, { token: buyer })).json.status).toBe('reserved');
      expect(await other.pay(order_id, buyer, 'pm_ok')).toMatchObject({ status: 200, json: { status: 'paid' } });
      expect((await one.call(`/api/v1/orders/${order_id}`, { token: buyer })).json.status).toBe('paid');
    });

    test('a sale is loaded into the shared store before its start, by whichever gateway', async () => {
      const starts_at = new Date(Date.now() + 3_600_000).toISOString();
      const { sale_id } = await one.createSale({ starts_at });
      const { status, json } = await other.operate(`/sales/${sale_id}/prewarm`, { method: 'POST' });
      expect(status).toBe(200);
      expect(json.ready).toBe(true);
      expect(await one.app.ports.store.readSale(sale_id)).toMatchObject({ state: 'scheduled', epoch: 1 });
    });

    test('a buyer has one quota at all gateways', async () => {
      const answers = await countedTogether(async () => {
        const buyer = await one.guest();
        return Promise.all(
          Array.from({ length: 60 }, (_, n) => (n % 2 ? one : other).call('/api/v1/orders', { token: buyer })),
        );
      });
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
      const [refused] = answers.filter(({ status }) => status === 429);
      expect(refused?.json.code).toBe('rate_limited');
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    });

    /** A gateway of a busy machine may find that Redis answers late, and count alone for a second. */
    async function countedTogether<Result>(ask: () => Promise<Result>): Promise<Result> {
      const failures = async () =>
        (await Promise.all([one, other].map((server) => readMetric(server, 'shared_limit_failures_total')))).join();
      return vi.waitFor(async () => {
        const before = await failures();
        const result = await ask();
        expect(await failures()).toBe(before);
        return result;
      }, PATIENCE);
    }

    test('an operator’s switch holds at every gateway', async () => {
      const { sale_id } = await one.createSale();
      await one.operate('/switches', { method: 'PATCH', body: { purchases: false } });
      const buyer = await other.guest();
      const refused = async () => expect((await other.purchase(sale_id, buyer)).json.code).toBe('switched_off');
      await vi.waitFor(refused, PATIENCE);
      await other.operate('/switches', { method: 'PATCH', body: { purchases: true } });
      await vi.waitFor(async () => expect((await one.purchase(sale_id, await one.guest())).status).toBe(200), PATIENCE);
    });

    test('a processor answers probes and scrapers, and nobody else', async () => {
      expect(await ready(processor)).toMatchObject({ status: 200, role: 'processor' });
      expect((await processor.call('/metrics')).text).toContain('tidegate_orders_applied_total');
      expect((await processor.call('/api/v1/build-info')).status).toBe(200);
      expect((await processor.call('/api/v1/flash-sale')).json).toMatchObject({ status: 404, code: 'not_found' });
    });

    test('a gateway counts what buyers ask for, a processor what becomes of it', async () => {
      const { sale_id } = await one.createSale();
      const buyer = await one.guest();
      const { key, ...body } = { key: 'twice', sku_id: 'A', quantity: 1 };
      const { json } = await one.purchase(sale_id, buyer, { key, body });
      await one.purchase(sale_id, buyer, { key, body });
      await one.purchase(sale_id, buyer, { body: { sku_id: 'A', quantity: 0 } });
      await one.pay(json.order_id, buyer, 'pm_ok');
      const gateway = (await one.call('/metrics')).text;
      expect(gateway).toMatch(/tidegate_purchase_requests_total\{outcome="reserved"\} \d/);
      expect(gateway).toMatch(/tidegate_idempotent_replays_total [1-9]/);
      expect(gateway).toMatch(
        /http_request_duration_seconds_count\{route="[^"]*purchase",method="POST",status="400"\} 1/,
      );
      await vi.waitFor(async () => {
        const { text } = await processor.call('/metrics');
        expect(text).toMatch(/tidegate_orders_applied_total [1-9]/);
        expect(text).toMatch(/tidegate_payments_total\{outcome="confirmed"\} [1-9]/);
        expect(text).toMatch(/tidegate_order_processing_seconds_count [1-9]/);
        expect(text).toContain('tidegate_circuit_breaker_state{dependency="payment"} 0');
        expect(text).toContain(`tidegate_stock_remaining{sale="${sale_id}",sku="A"} 9`);
        expect(text).toContain('tidegate_dead_letters');
      }, PATIENCE);
    });

    test('each role says by readiness what it needs', async () => {
      expect(await ready(one)).toEqual({ status: 200, role: 'gateway', checks: { store: 'up', ledger: 'up' } });
      expect(Object.keys((await ready(processor)).checks)).toEqual(['store', 'order_log', 'ledger', 'payment']);
    });

    test.skipIf(!outages)(
      'with the ledger down gateways sell until the outbox is full, and orders are read from the store',
      async () => {
        const { sale_id } = await one.createSale({ items: [{ ...item, total_stock: 500 }], purchase_limit: 100 });
        const buyer = await one.guest();
        await outages?.postgres.begin();
        const { order_id } = await one.reserve(sale_id, buyer);
        expect((await other.call(`/api/v1/orders/${order_id}`, { token: buyer })).json.status).toBe('reserved');
        expect((await one.operate(`/sales/${sale_id}/orders`)).json.code).toBe('store_unavailable');
        await vi.waitFor(async () => {
          expect(await ready(one)).toMatchObject({ status: 200, checks: { store: 'up', ledger: 'down' } });
          expect((await ready(processor)).status).toBe(503);
        }, PATIENCE);

        const full = async () => expect((await one.purchase(sale_id, await one.guest())).json.code).toBe('overloaded');
        await vi.waitFor(full, { ...PATIENCE, interval: 0 });
        const refused = await other.purchase(sale_id, await other.guest());
        expect(refused.status).toBe(503);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

        await outages?.postgres.end();
        await vi.waitFor(
          async () => expect((await one.purchase(sale_id, await one.guest())).status).toBe(200),
          PATIENCE,
        );
        await vi.waitFor(async () => expect((await ready(processor)).status).toBe(200), PATIENCE);
      },
    );

    test.skipIf(!outages)(
      'trap: readiness: with the store down nobody is ready, and each request is answered at once',
      async () => {
        const { sale_id } = await one.createSale();
        const buyer = await one.guest();
        await outages?.redis.begin();
        const startedAt = performance.now();
        const refused = await one.purchase(sale_id, buyer);
        expect(refused.json.code).toBe('store_unavailable');
        expect(performance.now() - startedAt).toBeLessThan(5_000);
        for (const server of [one, other, processor]) {
          await vi.waitFor(async () => expect((await ready(server)).status).toBe(503), PATIENCE);
          expect((await server.call('/health/live')).status).toBe(200);
        }
        await outages?.redis.end();
        await vi.waitFor(async () => expect((await ready(one)).status).toBe(200), PATIENCE);
        await vi.waitFor(
          async () => expect((await one.purchase(sale_id, await one.guest())).status).toBe(200),
          PATIENCE,
        );
      },
    );

    test('a gateway that is to stop sends its clients elsewhere before it goes', async () => {
      const leaving = await TestServer.start({
        env: {
          ROLE: 'gateway',
          STORE_URL: redis?.url ?? '',
          DATABASE_URL: postgres?.url ?? '',
          DRAIN_TIME: '3s',
          ...payments.env,
        },
      });
      const stopped = leaving.stop();
      const answer = await leaving.call('/health/ready');
      expect(answer.status).toBe(503);
      expect(answer.headers.get('connection')).toBe('close');
      expect((await leaving.call('/api/v1/time')).status).toBe(200);
      await stopped;
    });
  },
);

const item = { sku_id: 'A', name: 'Item A', flash_price_minor: 4_999, original_price_minor: 9_999, total_stock: 10 };
