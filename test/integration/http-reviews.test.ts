import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AdminOrder } from '#sdk/contract/order.ts';
import type { Review } from '#sdk/contract/review.ts';
import { cliJson, runCli } from '../support/cli-process.ts';
import { OPERATOR_TOKEN, saleItem, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const RING_SIZE = 20;
const PATIENCE = { timeout: 30_000, interval: 100 };

/** An address, as a ring of resellers writes it. */
const RING_ADDRESSES = [
  '7 Harbour Street, 20457 Hamburg',
  '7 Harbour St. 20457 Hamburg',
  '7 HARBOUR STREET\n20457 HAMBURG',
  '7, Harbour Str., 20457 Hamburg',
];

interface Buyer {
  readonly token: string;
  readonly orderId: string;
}

let server: TestServer;
let saleId: string;
let ring: Buyer[];
let family: Buyer[];

beforeAll(async () => {
  server = await TestServer.start({ payWaitMs: 20_000 });
  ({ sale_id: saleId } = await server.createSale({ items: [saleItem('A', 100)], risk_review: {} }));
  const buying = Array.from({ length: RING_SIZE }, (_, index) =>
    buy(`pm_ring_${index}`, RING_ADDRESSES[index % RING_ADDRESSES.length] ?? ''),
  );
  const household = '3 Garden Lane, 10115 Berlin';
  const dining = [buy('pm_family', household, 2), buy('pm_family', household, 2), buy('pm_stranger', '9 Far Away')];
  [ring, family] = await Promise.all([Promise.all(buying), Promise.all(dining)]);
  await vi.waitFor(async () => {
    const reviews = await reviewStates();
    expect(ring.map(({ orderId }) => reviews.get(orderId))).toEqual(ring.map(() => 'open'));
    expect(family.map(({ orderId }) => reviews.get(orderId))).toEqual(family.map(() => 'passed'));
  }, PATIENCE);
});
afterAll(() => server.stop());

async function buy(paymentMethod: string, address: string, quantity = 1): Promise<Buyer> {
  const token = await server.guest();
  const { json } = await server.purchase(saleId, token, { body: { sku_id: 'A', quantity } });
  const customer = { name: 'Sam Example', email: 'sam@example.com', address };
  const paid = await server.pay(json.order_id, token, paymentMethod, {
    body: { payment_method: paymentMethod, customer },
  });
  if (paid.status !== 200) throw new Error(`not paid: ${paid.text}`);
  return { token, orderId: json.order_id };
}

/** What the shop sees of each order. */
async function reviewStates(): Promise<Map<string, string | null>> {
  const { json } = await server.operate(`/sales/${saleId}/orders?limit=200`);
  return new Map(json.orders.map((order: AdminOrder) => [order.order_id, order.review]));
}

function member(index: number): Buyer {
  const buyer = ring[index];
  if (!buyer) throw new Error(`the ring has no member ${index}`);
  return buyer;
}

async function listed(query = ''): Promise<Review[]> {
  return (await server.operate(`/reviews?sale_id=${saleId}&limit=200${query}`)).json.reviews;
}

function decide(orderId: string, verdict: 'clear' | 'cancel', body: object = {}) {
  return server.operate(`/reviews/${orderId}/${verdict}`, { body });
}

function ship(orderId: string) {
  return server.operate(`/orders/${orderId}/fulfilment`, { body: { fulfilment: 'shipped' } });
}

test('a ring that shares an address is held back, with figures; a family that shares one is not', async () => {
  const reviews = await listed('&status=open');
  expect(reviews.map(({ order_id }) => order_id).toSorted()).toEqual(ring.map(({ orderId }) => orderId).toSorted());
  const findings = reviews.flatMap((review) => review.findings);
  expect(findings).toContainEqual({
    rule: 'accounts_per_address',
    trait: 'address',
    figure: RING_SIZE,
    allowed: 3,
    explanation: '20 accounts bought to one delivery address.',
    order_ids: expect.arrayContaining([member(0).orderId]),
  });
  expect((await ship(family[0]?.orderId ?? '')).json).toMatchObject({ fulfilment: 'shipped' });
});

test('a review shows its order to operators and viewers', async () => {
  const { orderId } = member(0);
  const path = `/api/v1/admin/reviews/${orderId}`;
  const { status, json } = await server.call(path, { token: VIEWER_TOKEN });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    order_id: orderId,
    sale_id: saleId,
    status: 'open',
    order: { review: 'open', status: 'paid' },
  });
  expect((await server.call(path)).status).toBe(401);
  expect((await server.call(`${path}/clear`, { token: VIEWER_TOKEN, body: {} })).status).toBe(403);
});

test('what is held back is not handed over until it is cleared; clearing twice is clearing once', async () => {
  const { orderId } = member(1);
  expect(await ship(orderId)).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
  const cleared = await decide(orderId, 'clear', { detail: 'Called the buyer' });
  expect(cleared.json).toMatchObject({ status: 'cleared', decided_by: 'operator', detail: 'Called the buyer' });
  expect((await decide(orderId, 'clear')).json).toEqual(cleared.json);
  expect((await ship(orderId)).json).toMatchObject({ fulfilment: 'shipped', review: 'cleared' });
  expect(await decide(orderId, 'cancel')).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
});

test('cancelling gives the money back, once', async () => {
  const { orderId, token } = member(2);
  const cancelled = await decide(orderId, 'cancel', { detail: 'A ring' });
  expect(cancelled.json).toMatchObject({ status: 'cancelled', detail: 'A ring' });
  expect((await decide(orderId, 'cancel')).json).toEqual(cancelled.json);
  await vi.waitFor(async () => {
    const { json } = await server.call(`/api/v1/orders/${orderId}`, { token });
    expect(json).toMatchObject({
      status: 'refunded',
      reason: 'refused_in_review',
      payment: { status: 'refunded', attempt_number: 1 },
    });
  }, PATIENCE);
  expect(await decide(orderId, 'clear')).toMatchObject({ status: 409 });
  const { json } = await server.operate('/audit-log?limit=200');
  const actions = json.entries.filter((entry: { subject: string }) => entry.subject === orderId);
  expect(actions).toMatchObject([{ action: 'review_cancelled', actor: 'operator', detail: { note: 'A ring' } }]);
});

test('the buyer of an order that is held back hears nothing of it', async () => {
  const { orderId, token } = member(3);
  const { json, text } = await server.call(`/api/v1/orders/${orderId}`, { token });
  expect(json).toMatchObject({ status: 'paid', fulfilment: 'processing' });
  expect(text).not.toMatch(/review|risk|ring/);
});

test('orders that were never flagged have no review', async () => {
  expect((await decide(family[1]?.orderId ?? '', 'clear')).status).toBe(404);
  expect((await server.operate(`/reviews/${saleId}`)).status).toBe(404);
});

test('what the rules said and what became of it is counted', async () => {
  const { text } = await server.call('/metrics');
  expect(text).toContain('tidegate_reviews_total{outcome="cleared"}');
  expect(text).toContain(`tidegate_reviews_total{outcome="flagged"} ${RING_SIZE}`);
});

describe('the command line', () => {
  const env = () => ({ TIDEGATE_URL: server.url, ADMIN_TOKEN: OPERATOR_TOKEN });

  test('lists and shows what is held back, with the reason', async () => {
    const { stdout, code } = await runCli(['reviews', 'list', '--sale', saleId, '--limit', '2'], env());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ORDER +STATUS +OPENED +WHY\n/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const shown = await runCli(['reviews', 'show', member(4).orderId], env());
    expect(shown.stdout).toContain('accounts bought to one delivery address. Up to 3 pass.');
  });

  test('clears, and cancels only when it is told so', async () => {
    const clear = await cliJson<Review>(['reviews', 'clear', member(5).orderId, '--note', 'known'], env());
    expect(clear).toMatchObject({ status: 'cleared', detail: 'known' });
    expect((await runCli(['reviews', 'cancel', member(6).orderId], env())).code).toBe(2);
    const cancel = await cliJson<Review>(['reviews', 'cancel', member(6).orderId, '--yes'], env());
    expect(cancel).toMatchObject({ status: 'cancelled' });
  });
});

test('a sale tells its thresholds, and is created with those that it names', async () => {
  const sale = await server.createSale({ risk_review: { accounts_per_address: 1 } });
  expect(sale.risk_review).toEqual({
    accounts_per_address: 1,
    accounts_per_payment_method: 2,
    accounts_per_device: 2,
    units_per_address: 6,
    orders_per_ten_minutes: 5,
    sales_at_limit: 3,
  });
  expect((await server.createSale()).risk_review).toBeNull();
});
