import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';
import { saleItem, TestServer } from '../support/server.ts';

const CONCURRENCY = 2;
/** More than there are places for. */
const CROWD = 2 * CONCURRENCY + 1;
const PATIENCE = { timeout: 30_000, interval: 50 };

let server: TestServer;
let shop: HttpListener;
let answer: (response: ServerResponse) => void;
let sale: AdminSale;
const accept = (response: ServerResponse) => response.writeHead(204).end();

beforeAll(async () => {
  shop = await startHttpListener((_request, response) => answer(response));
  server = await TestServer.start({
    env: {
      WORKER_CONCURRENCY: String(CONCURRENCY),
      WEBHOOK_URL: shop.url,
      WEBHOOK_SECRET: 'a secret of the shop and its sale',
      RETRY_BASE: '10ms',
      CIRCUIT_BREAKER_BASE_TIMEOUT: '20ms',
      CIRCUIT_BREAKER_MAX_TIMEOUT: '20ms',
    },
    paymentTimeoutMs: 1_000,
    payWaitMs: 10,
  });
  answer = accept;
  sale = await server.createSale({ items: [saleItem('A', 100)] });
});
afterAll(async () => {
  await server.stop();
  await shop.close();
});

async function providerTakes(latencyMs: number): Promise<void> {
  const { status } = await fetch(`${server.app.simulatedProviderUrl}/behaviour`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ latency_ms: latencyMs }),
  });
  expect(status).toBe(200);
}

async function cancelOne(): Promise<string> {
  const token = await server.guest();
  const { order_id: orderId } = await server.reserve(sale.sale_id, token);
  expect((await server.call(`/api/v1/orders/${orderId}/cancel`, { method: 'POST', token })).status).toBe(200);
  return orderId;
}

async function payOne(): Promise<string> {
  const token = await server.guest();
  const { order_id: orderId } = await server.reserve(sale.sale_id, token);
  await server.pay(orderId, token, 'pm_ok');
  return orderId;
}

async function statusInLedger(orderId: string): Promise<string | undefined> {
  const { json } = await server.operate(`/sales/${sale.sale_id}/orders?query=${orderId}`);
  return json.orders[0]?.status;
}

const callsOf = (orderId: string) => shop.requests.filter(({ body }) => body.includes(orderId));

test('a payment provider that hangs holds up neither purchases, nor the order log, nor messages to the shop', async () => {
  await providerTakes(60_000);
  const hanging = await Promise.all(Array.from({ length: CROWD }, payOne));

  const cancelled = await cancelOne();

  await vi.waitFor(async () => expect(await statusInLedger(cancelled)).toBe('cancelled'), PATIENCE);
  await vi.waitFor(() => expect(callsOf(cancelled)).toHaveLength(1), PATIENCE);
  for (const orderId of hanging) expect(await statusInLedger(orderId)).not.toBe('paid');
  expect((await server.call('/health/ready')).status).toBe(200);
  await providerTakes(0);
});

test('a shop that hangs holds up neither payments nor the order log', async () => {
  const hanging: ServerResponse[] = [];
  answer = (response) => void hanging.push(response);
  await Promise.all(Array.from({ length: CROWD }, cancelOne));
  await vi.waitFor(() => expect(hanging.length).toBeGreaterThanOrEqual(CONCURRENCY), PATIENCE);

  const paid = await payOne();

  await vi.waitFor(async () => expect(await statusInLedger(paid)).toBe('paid'), PATIENCE);
  answer = accept;
  for (const response of hanging) accept(response);
  await vi.waitFor(() => expect(callsOf(paid)).not.toHaveLength(0), PATIENCE);
});
