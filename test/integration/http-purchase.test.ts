import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { purchase } from '#sdk/contract/purchase.ts';
import { ManualClock } from '../support/clock.ts';
import { type Answer, saleItem, TestServer } from '../support/server.ts';

const clock = new ManualClock();
const HOUR_MS = 3_600_000;
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read });
});
afterAll(() => server.stop());

function isoIn(ms: number): string {
  return new Date(clock.read() + ms).toISOString();
}

async function stockOf(saleId: string, skuId = 'A') {
  const { json } = await server.operate(`/sales/${saleId}`);
  return json.items.find((item: { sku_id: string }) => item.sku_id === skuId).stock;
}

function expectProblem({ status, json, headers }: Answer, expected: { status: number; code: string }): void {
  expect({ status, code: json?.code }).toEqual(expected);
  expect(headers.get('content-type')).toBe('application/problem+json');
}

test('a purchase is answered as the contract says, with what is left and what is owed', async () => {
  const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 10), saleItem('B', 3)] });
  const answer = await server.purchase(saleId, await server.guest(), {
    body: {
      items: [
        { sku_id: 'A', quantity: 2 },
        { sku_id: 'B', quantity: 1 },
      ],
    },
  });
  expect(answer.status).toBe(200);
  expect([...Compile(purchase.responses[200]).Errors(answer.json)]).toEqual([]);
  expect(answer.json).toMatchObject({
    status: 'reserved',
    payment_deadline: isoIn(600_000),
    remaining_stock: 2,
    total_minor: 3 * 4_999,
    currency: 'EUR',
    items: [
      { sku_id: 'A', quantity: 2, unit_price_minor: 4_999, remaining_stock: 8 },
      { sku_id: 'B', quantity: 1, unit_price_minor: 4_999, remaining_stock: 2 },
    ],
  });
  expect(await stockOf(saleId)).toEqual({ available: 8, reserved: 2, paying: 0, sold: 0, buffer: 0 });
});

describe('quantity', () => {
  test('a request for several units takes several from stock', async () => {
    const { sale_id: saleId } = await server.createSale({ purchase_limit: 1000, items: [saleItem('A', 1000)] });
    const answer = await server.purchase(saleId, await server.guest(), { body: { sku_id: 'A', quantity: 1000 } });
    expect(answer.json.remaining_stock).toBe(0);
    expect(await stockOf(saleId)).toMatchObject({ available: 0, reserved: 1000 });
  });

  test.each([0, -1, 1.5, 1001, '1', null, 1e300])('%j units are refused, by name of the field', async (quantity) => {
    const { sale_id: saleId } = await server.createSale();
    const answer = await server.purchase(saleId, await server.guest(), { body: { sku_id: 'A', quantity } });
    expectProblem(answer, { status: 400, code: 'validation_failed' });
    expect(answer.json.errors.map((error: { field: string }) => error.field)).toContain('quantity');
    expect(await stockOf(saleId)).toMatchObject({ available: 10, reserved: 0 });
  });
});

test('last unit: it is sold, with nothing remaining, and only the next buyer hears of sold out', async () => {
  const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 1)] });
  const last = await server.purchase(saleId, await server.guest());
  expect(last).toMatchObject({ status: 200, json: { status: 'reserved', remaining_stock: 0 } });
  const next = await server.purchase(saleId, await server.guest());
  expectProblem(next, { status: 409, code: 'sold_out' });
  expect(next.json).toMatchObject({ sku_id: 'A', remaining_stock: 0 });
});

test('fifty buyers at once of ten units: ten reservations, and no unit twice', async () => {
  const { sale_id: saleId } = await server.createSale();
  const buyers = await Promise.all(Array.from({ length: 50 }, () => server.guest()));
  const answers = await Promise.all(buyers.map((token) => server.purchase(saleId, token)));
  const reserved = answers.filter(({ status }) => status === 200);
  expect(reserved.map(({ json }) => json.remaining_stock).sort((a, b) => a - b)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(answers.filter(({ json }) => json.code === 'sold_out')).toHaveLength(40);
});

describe('limit', () => {
  test('counts units with the quantity that is asked for, per SKU', async () => {
    const { sale_id: saleId } = await server.createSale({ items: [saleItem('A'), saleItem('B')] });
    const token = await server.guest();
    const tooMany = await server.purchase(saleId, token, { body: { sku_id: 'A', quantity: 3 } });
    expectProblem(tooMany, { status: 422, code: 'limit_exceeded' });
    expect(tooMany.json).toMatchObject({ sku_id: 'A', limit: 2, held: 0 });
    expect((await server.purchase(saleId, token, { body: { sku_id: 'A', quantity: 1 } })).status).toBe(200);
    const oneTooMany = await server.purchase(saleId, token, { body: { sku_id: 'A', quantity: 2 } });
    expect(oneTooMany.json).toMatchObject({ code: 'limit_exceeded', limit: 2, held: 1 });
    expect((await server.purchase(saleId, token, { body: { sku_id: 'B', quantity: 2 } })).status).toBe(200);
  });

  test('one buyer asking ten times at once gets no more than the limit', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.purchase(saleId, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  });
});

test('two lines, one SKU: they count as one, against limit and stock', async () => {
  const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 1)] });
  const line = { sku_id: 'A', quantity: 1 };
  const beyondStock = await server.purchase(saleId, await server.guest(), { body: { items: [line, line] } });
  expectProblem(beyondStock, { status: 409, code: 'sold_out' });
  const beyondLimit = await server.purchase(saleId, await server.guest(), { body: { items: [line, line, line] } });
  expectProblem(beyondLimit, { status: 422, code: 'limit_exceeded' });
  expect(await stockOf(saleId)).toMatchObject({ available: 1, reserved: 0 });
});

test('a basket is reserved whole or not at all', async () => {
  const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 10), saleItem('B', 0)] });
  const items = [
    { sku_id: 'A', quantity: 1 },
    { sku_id: 'B', quantity: 1 },
  ];
  const answer = await server.purchase(saleId, await server.guest(), { body: { items } });
  expectProblem(answer, { status: 409, code: 'sold_out' });
  expect(answer.json.sku_id).toBe('B');
  expect(await stockOf(saleId, 'A')).toMatchObject({ available: 10, reserved: 0 });
});

describe('window', () => {
  test('is kept by the clock of the server, at both ends', async () => {
    const times = { starts_at: isoIn(HOUR_MS), ends_at: isoIn(2 * HOUR_MS) };
    const { sale_id: saleId } = await server.createSale(times);
    const token = await server.guest();
    expectProblem(await server.purchase(saleId, token), { status: 409, code: 'sale_not_started' });
    clock.advance(HOUR_MS);
    expect((await server.purchase(saleId, token)).status).toBe(200);
    clock.advance(HOUR_MS);
    expectProblem(await server.purchase(saleId, token), { status: 409, code: 'sale_ended' });
  });

  test('nothing is sold while a sale is paused', async () => {
    const { sale_id: saleId } = await server.createSale();
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    const paused = await server.purchase(saleId, await server.guest());
    expectProblem(paused, { status: 503, code: 'sale_paused' });
    expect(Number(paused.headers.get('retry-after'))).toBeGreaterThan(0);
    await server.operate(`/sales/${saleId}/resume`, { method: 'POST' });
    expect((await server.purchase(saleId, await server.guest())).status).toBe(200);
  });

  test('a sale that is not revealed yet and has started sells to whoever knows the SKU', async () => {
    const { sale_id: saleId } = await server.createSale({ reveal_at: isoIn(HOUR_MS) });
    expect((await server.purchase(saleId, await server.guest())).status).toBe(200);
  });
});

describe('idempotency', () => {
  test('a double click is one order, and both clicks get the same bytes', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const clicks = await Promise.all([1, 2, 3].map(() => server.purchase(saleId, token, { key: 'click' })));
    expect(new Set(clicks.map(({ text }) => text)).size).toBe(1);
    expect(clicks[0]?.status).toBe(200);
    expect(await stockOf(saleId)).toMatchObject({ reserved: 1 });
  });

  test('the original answer comes again after others bought, after sold-out, pause and end', async () => {
    const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 2)] });
    const token = await server.guest();
    const first = await server.purchase(saleId, token, { key: 'mine' });
    await server.purchase(saleId, await server.guest());
    for (const action of ['pause', 'end']) {
      await server.operate(`/sales/${saleId}/${action}`, { method: 'POST' });
      expect((await server.purchase(saleId, token, { key: 'mine' })).text).toBe(first.text);
    }
  });

  test('a key belongs to its buyer: nobody burns or sees the order of another', async () => {
    const { sale_id: saleId } = await server.createSale();
    const ann = await server.purchase(saleId, await server.guest(), { key: 'shared' });
    const bob = await server.purchase(saleId, await server.guest(), { key: 'shared' });
    expect(bob.status).toBe(200);
    expect(bob.json.order_id).not.toBe(ann.json.order_id);
  });

  test('another body under the same key is refused', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    await server.purchase(saleId, token, { key: 'mine' });
    const other = await server.purchase(saleId, token, { key: 'mine', body: { sku_id: 'A', quantity: 2 } });
    expectProblem(other, { status: 422, code: 'idempotency_key_reused' });
  });

  test('a refusal does not lock the buyer out of the same key', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    expect((await server.purchase(saleId, token, { key: 'mine' })).status).toBe(503);
    await server.operate(`/sales/${saleId}/resume`, { method: 'POST' });
    expect((await server.purchase(saleId, token, { key: 'mine' })).status).toBe(200);
  });

  test.each([undefined, '', 'with space', 'x'.repeat(201), 'ü'])('the key %j is refused', async (key) => {
    const { sale_id: saleId } = await server.createSale();
    const headers = key === undefined ? {} : { 'idempotency-key': encodeURIComponent(key).replaceAll('%20', ' ') };
    const answer = await server.call(`/api/v1/flash-sale/${saleId}/purchase`, {
      body: { sku_id: 'A', quantity: 1 },
      token: await server.guest(),
      headers: key === 'ü' ? { 'idempotency-key': '\u00fc' } : headers,
    });
    expectProblem(answer, { status: 400, code: 'validation_failed' });
    expect(answer.json.errors[0].field).toBe('idempotency-key');
  });
});

describe('identity', () => {
  test('the buyer is who the token says, whatever else a request names', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const claimed = await server.purchase(saleId, token, { body: { sku_id: 'A', quantity: 1, user_id: 'someone' } });
    expectProblem(claimed, { status: 400, code: 'validation_failed' });
    expect(claimed.json.errors).toEqual([{ field: 'user_id', message: 'is not known' }]);
  });

  test('a price in the request is refused; the price is the one of the sale', async () => {
    const { sale_id: saleId } = await server.createSale();
    const body = { items: [{ sku_id: 'A', quantity: 1, unit_price_minor: 1 }] };
    const answer = await server.purchase(saleId, await server.guest(), { body });
    expect(answer.json.errors).toEqual([{ field: 'items.0.unit_price_minor', message: 'is not known' }]);
  });
});

test('an unknown sale, an unknown item, an id that is none', async () => {
  const token = await server.guest();
  const { sale_id: saleId } = await server.createSale();
  const unknown = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
  expectProblem(await server.purchase(unknown, token), { status: 404, code: 'not_found' });
  expectProblem(await server.purchase('1%20or%201', token), { status: 400, code: 'validation_failed' });
  const noItem = await server.purchase(saleId, token, { body: { sku_id: 'Z', quantity: 1 } });
  expectProblem(noItem, { status: 400, code: 'validation_failed' });
});

test('switched off: no purchase is taken, in no sale', async () => {
  const { sale_id: saleId } = await server.createSale();
  await server.operate('/switches', { method: 'PATCH', body: { purchases: false } });
  const refused = await server.purchase(saleId, await server.guest());
  await server.operate('/switches', { method: 'PATCH', body: { purchases: true } });
  expectProblem(refused, { status: 503, code: 'switched_off' });
  expect((await server.purchase(saleId, await server.guest())).status).toBe(200);
});

test('the metrics count purchases by outcome, and repeats', async () => {
  const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 1)] });
  const before = await readMetrics();
  const token = await server.guest();
  await server.purchase(saleId, token, { key: 'mine' });
  await server.purchase(saleId, token, { key: 'mine' });
  await server.purchase(saleId, await server.guest());
  const after = await readMetrics();
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grown('tidegate_purchase_requests_total{outcome="reserved"}')).toBe(2);
  expect(grown('tidegate_purchase_requests_total{outcome="sold_out"}')).toBe(1);
  expect(grown('tidegate_idempotent_replays_total')).toBe(1);
  expect(after.get(`tidegate_stock_remaining{sale="${saleId}",sku="A"}`)).toBe(0);
});

async function readMetrics(): Promise<Map<string, number>> {
  await server.app.ports.board.refresh();
  const { text } = await server.call('/metrics');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}
