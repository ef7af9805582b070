import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listSaleOrders, readAdminOrder } from '#sdk/contract/admin-order.ts';
import { adminSale, saleDraft as draftSchema } from '#sdk/contract/admin-sale.ts';
import { runAudit } from '#sdk/contract/audit.ts';
import { order } from '#sdk/contract/order.ts';
import { restock } from '../../src/database/sales.ts';
import { derivedId } from '../../src/engine/derived-id.ts';
import { ManualClock } from '../support/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type Answer, saleDraft, saleItem, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const clock = new ManualClock();
const HOUR_MS = 3_600_000;
const UNKNOWN = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const isSale = Compile(adminSale);
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read });
});
afterAll(() => server.stop());

function isoIn(ms: number): string {
  return new Date(clock.read() + ms).toISOString();
}

const post = (path: string, body?: unknown, key?: string) =>
  server.operate(path, { method: 'POST', ...(body !== undefined && { body }), ...(key && { key }) });

function fieldsOf({ json }: Answer): string[] {
  return json.errors.map(({ field }: { field: string }) => field);
}

/** A paid order of one unit of `A`. */
async function paidOrder(saleId: string): Promise<string> {
  const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
  const { status } = await server.pay(orderId, token, 'pm_ok', {
    body: { payment_method: 'pm_ok', customer: { name: 'Sam Example', email: 'sam@example.com' } },
  });
  expect(status).toBe(200);
  await vi.waitFor(async () => {
    const { json } = await server.operate(`/sales/${saleId}/orders?query=${orderId}`);
    expect(json.orders[0].status).toBe('paid');
  }, PATIENCE_MS);
  return orderId;
}

describe('scheduling', () => {
  test('a sale is created with the defaults of the contract, and every unit accounted for', async () => {
    const sale = await server.createSale({ items: [{ ...saleItem('A', 100), safety_buffer: 10 }] });
    expect([...isSale.Errors(sale)]).toEqual([]);
    expect(sale).toMatchObject({ state: 'active', phase: 'live', purchase_limit: 2, reservation_seconds: 600 });
    expect(sale.items[0]).toMatchObject({ total_stock: 100, safety_buffer: 10, description: null, image_url: null });
    expect(sale.items[0]?.stock).toEqual({ available: 90, reserved: 0, paying: 0, sold: 0, buffer: 10 });
    expect((await server.operate(`/sales/${sale.sale_id}`)).json).toEqual(sale);
  });

  test('the example of the documentation works', async () => {
    const [example] = (draftSchema as unknown as { examples: unknown[] }).examples;
    expect((await post('/sales', example)).status).toBe(201);
  });

  test.each([
    [{ ends_at: '2020-01-01T00:00:00Z' }, ['ends_at']],
    [{ starts_at: 'tomorrow' }, ['starts_at']],
    [{ currency: 'euro' }, ['currency']],
    [{ items: [] }, ['items']],
    [{ items: [saleItem('A'), saleItem('A')] }, ['items.1.sku_id']],
    [{ items: [{ ...saleItem('A'), safety_buffer: 11 }] }, ['items.0.safety_buffer']],
    [{ items: [{ ...saleItem('A'), total_stock: -1, price: 1 }] }, ['items.0.price', 'items.0.total_stock']],
    [{ reservation_seconds: 0, purchase_limit: 0 }, ['purchase_limit', 'reservation_seconds']],
    [{ name: ' ' }, ['name']],
    [{ items: [{ ...saleItem('A'), image_url: 'javascript:alert(1)' }] }, ['items.0.image_url']],
  ])('%j is refused, with each field that is wrong', async (wrong, fields) => {
    const answer = await post('/sales', { ...saleDraft(), ...wrong });
    expect(answer).toMatchObject({ status: 400, json: { code: 'validation_failed' } });
    expect([...new Set(fieldsOf(answer))].sort()).toEqual(fields);
  });

  test('a change changes what it names and nothing else', async () => {
    const sale = await server.createSale({
      starts_at: isoIn(HOUR_MS),
      purchase_limit: 5,
      reservation_seconds: 60,
      items: [{ ...saleItem('A'), safety_buffer: 3 }],
    });
    const path = `/sales/${sale.sale_id}`;
    const changed = await server.operate(path, { method: 'PATCH', body: { name: 'Another name' } });
    expect(changed).toMatchObject({
      status: 200,
      json: { ...sale, name: 'Another name', outbox_events: expect.anything() },
    });
    const restocked = await server.operate(path, { method: 'PATCH', body: { items: [saleItem('B', 4)] } });
    expect(restocked.json.items.map(({ sku_id: sku }: { sku_id: string }) => sku)).toEqual(['B']);
    const wrong = await server.operate(path, { method: 'PATCH', body: { ends_at: isoIn(1_000) } });
    expect(fieldsOf(wrong)).toEqual(['ends_at']);
    expect((await server.operate(path, { method: 'PATCH', body: {} })).status).toBe(400);
  });

  test('from the start on a sale is not changed any more', async () => {
    const { sale_id: saleId } = await server.createSale();
    const answer = await server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { name: 'Late' } });
    expect(answer).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
  });

  test('a sale is deleted when it is over or never began, and only then', async () => {
    const live = await server.createSale();
    const scheduled = await server.createSale({ starts_at: isoIn(HOUR_MS) });
    const remove = (saleId: string) => server.operate(`/sales/${saleId}`, { method: 'DELETE' });
    expect(await remove(live.sale_id)).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
    for (const { sale_id: saleId } of [live, scheduled]) {
      await post(`/sales/${saleId}/cancel`);
      await vi.waitFor(async () => expect(await remove(saleId)).toMatchObject({ status: 204, text: '' }), PATIENCE_MS);
      expect((await server.operate(`/sales/${saleId}`)).status).toBe(404);
      expect((await server.call(`/api/v1/flash-sale/${saleId}`)).status).toBe(404);
    }
    expect((await remove(UNKNOWN)).status).toBe(404);
  });

  test('sales are listed newest start first, by state and name, page by page', async () => {
    const names = ['pageant 1', 'pageant 2', 'pageant 3'];
    for (const [index, name] of names.entries()) {
      await server.createSale({ name, starts_at: isoIn((index + 1) * HOUR_MS), ends_at: isoIn(9 * HOUR_MS) });
    }
    const first = (await server.operate('/sales?query=PAGEANT&state=scheduled&limit=2')).json;
    const rest = (await server.operate(`/sales?query=PAGEANT&limit=2&cursor=${first.next_cursor}`)).json;
    expect([...first.sales, ...rest.sales].map(({ name }) => name)).toEqual([...names].reverse());
    expect((await server.operate('/sales?query=PAGEANT&state=ended')).json.sales).toEqual([]);
  });
});

describe('operating', () => {
  test('pause, resume and end are answered with the sale, alike when repeated', async () => {
    const { sale_id: saleId } = await server.createSale();
    for (const [action, state] of [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['resume', 'active'],
      ['end', 'ended'],
      ['end', 'ended'],
    ]) {
      expect(await post(`/sales/${saleId}/${action}`)).toMatchObject({ status: 200, json: { state } });
    }
    expect(await post(`/sales/${saleId}/resume`)).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
    expect((await post(`/sales/${UNKNOWN}/pause`)).status).toBe(404);
  });

  test('a restock adds units, once for each key', async () => {
    const { sale_id: saleId } = await server.createSale();
    const add = (quantity: number, key?: string) => post(`/sales/${saleId}/restock`, { sku_id: 'A', quantity }, key);
    expect((await add(5, 'truck-1')).json.items[0]).toMatchObject({ total_stock: 15, stock: { available: 15 } });
    expect((await add(5, 'truck-1')).json.items[0].total_stock).toBe(15);
    expect((await add(5, 'truck-2')).json.items[0].total_stock).toBe(20);
    expect((await add(1)).json.items[0].total_stock).toBe(21);
    expect((await add(1)).json.items[0].total_stock).toBe(22);
    expect((await add(0)).status).toBe(400);
    expect((await post(`/sales/${saleId}/restock`, { sku_id: 'Z', quantity: 1 })).json.code).toBe('not_found');
  });

  test('a restock repeated with another item or quantity is refused, and changes nothing', async () => {
    const { sale_id: saleId } = await server.createSale({ items: [saleItem('A'), saleItem('B')] });
    const add = (skuId: string, quantity: number) =>
      post(`/sales/${saleId}/restock`, { sku_id: skuId, quantity }, 'truck-1');
    const { items } = (await add('A', 5)).json;
    const reused = { status: 422, json: { code: 'idempotency_key_reused' } };
    expect(await add('A', 6)).toMatchObject(reused);
    expect(await add('B', 5)).toMatchObject(reused);
    expect((await server.operate(`/sales/${saleId}`)).json.items).toEqual(items);
  });

  test('a restock that only the ledger knows is completed by its repeat, and by no other', async () => {
    const { sale_id: saleId } = await server.createSale();
    const half = { restockId: derivedId('restock', saleId, 'truck-1'), saleId, skuId: 'A', quantity: 5 };
    await restock(server.app.ports.ledger.db, { ...half, nowMs: clock.read() });
    const add = (quantity: number) => post(`/sales/${saleId}/restock`, { sku_id: 'A', quantity }, 'truck-1');
    expect((await add(50)).json.code).toBe('idempotency_key_reused');
    expect((await server.operate(`/sales/${saleId}`)).json.items[0].stock.available).toBe(10);
    expect((await add(5)).json.items[0]).toMatchObject({ total_stock: 15, stock: { available: 15 } });
  });

  test('whether a sale is ready for its start is told part by part, and nothing is touched', async () => {
    const { sale_id: saleId } = await server.createSale({ starts_at: isoIn(HOUR_MS) });
    const before = (await server.operate(`/sales/${saleId}`)).json.items;
    const ready = await post(`/sales/${saleId}/prewarm`);
    expect(ready).toMatchObject({ status: 200, json: { ready: true } });
    await server.operate('/switches', { method: 'PATCH', body: { purchases: false } });
    const notReady = await post(`/sales/${saleId}/prewarm`);
    await server.operate('/switches', { method: 'PATCH', body: { purchases: true } });
    expect(notReady.json.ready).toBe(false);
    expect(notReady.json.checks).toContainEqual(expect.objectContaining({ name: 'purchases_on', ok: false }));
    expect((await server.operate(`/sales/${saleId}`)).json.items).toEqual(before);
    await post(`/sales/${saleId}/cancel`);
    expect((await post(`/sales/${saleId}/prewarm`)).json.code).toBe('wrong_state');
  });
});

describe('orders', () => {
  test('of a sale come with buyer, payment and timeline, newest first, searched and paged', async () => {
    const { sale_id: saleId } = await server.createSale();
    const first = await paidOrder(saleId);
    clock.advance(1_000);
    const second = await paidOrder(saleId);
    const { json } = await server.operate(`/sales/${saleId}/orders`);
    expect([...Compile(listSaleOrders.responses[200]).Errors(json)]).toEqual([]);
    expect(json.orders.map(({ order_id: orderId }: { order_id: string }) => orderId)).toEqual([second, first]);
    expect(json.orders[0]).toMatchObject({ customer: { name: 'Sam Example' }, payment: { status: 'confirmed' } });
    const types = json.orders[0].timeline.map(({ type }: { type: string }) => type);
    expect(types[0]).toBe('order_reserved');
    expect(types).toContain('order_paid');
    const page = (await server.operate(`/sales/${saleId}/orders?limit=1`)).json;
    const rest = (await server.operate(`/sales/${saleId}/orders?limit=1&cursor=${page.next_cursor}`)).json;
    expect(rest.orders[0].order_id).toBe(first);
    expect((await server.operate(`/sales/${saleId}/orders?status=reserved`)).json.orders).toEqual([]);
    expect((await server.operate(`/sales/${saleId}/orders?query=sam%40`)).json.orders).toHaveLength(2);
    expect((await server.operate(`/sales/${UNKNOWN}/orders`)).status).toBe(404);
    expect((await server.operate(`/sales/${saleId}/orders?cursor=bm9uc2Vuc2U`)).json.code).toBe('validation_failed');
  });

  test('can be followed as they change', async () => {
    const { sale_id: saleId } = await server.createSale();
    const follow = async (after: string | null) =>
      (await server.operate(`/orders?limit=200${after ? `&after=${after}` : ''}`)).json;
    let after: string | null = null;
    for (let page = await follow(after); page.orders.length > 0; page = await follow(after)) after = page.next_after;
    const orderId = await paidOrder(saleId);
    await vi.waitFor(async () => {
      const { orders } = await follow(after);
      expect(orders.at(-1)).toMatchObject({ order_id: orderId, status: 'paid' });
    }, PATIENCE_MS);
  });

  test('are shown one by one with every attempt to pay them, and with what was told of them', async () => {
    const { sale_id: saleId } = await server.createSale();
    const buyer = await server.guest();
    const { order_id: orderId } = await server.reserve(saleId, buyer);
    expect((await server.pay(orderId, buyer, 'pm_declined')).status).toBe(402);
    const body = { payment_method: 'pm_ok', customer: { name: 'Sam Example', email: 'sam@example.com' } };
    expect((await server.pay(orderId, buyer, 'pm_ok', { body })).status).toBe(200);
    const { json } = await vi.waitFor(async () => {
      const answer = await server.operate(`/orders/${orderId}`);
      expect(answer.json).toMatchObject({ status: 'paid', notifications: [{ channel: 'mail', news: 'order_paid' }] });
      return answer;
    }, PATIENCE_MS);
    expect([...Compile(readAdminOrder.responses[200]).Errors(json)]).toEqual([]);
    expect(json.payments).toMatchObject([
      { attempt_number: 1, status: 'declined', message: expect.any(String) },
      { attempt_number: 2, status: 'confirmed', message: null, amount_minor: 4_999 },
    ]);
    expect((await server.operate(`/orders/${UNKNOWN}`)).status).toBe(404);
  });

  test('show a viewer everything but whose they are', async () => {
    const { sale_id: saleId } = await server.createSale();
    const orderId = await paidOrder(saleId);
    const view = (path: string) => server.call(`/api/v1/admin${path}`, { token: VIEWER_TOKEN });
    const shown = [`/sales/${saleId}/orders`, `/orders/${orderId}`, `/sales/${saleId}/orders?query=${orderId}`];
    for (const path of shown) {
      const { status, text } = await view(path);
      expect(status).toBe(200);
      expect(text).toContain(orderId);
      expect(text).not.toMatch(/Sam Example|sam@example/);
    }
    expect((await view('/orders?limit=200')).text).not.toContain('sam@example');
    expect((await view(`/sales/${saleId}/orders?query=sam`)).json.orders).toEqual([]);
  });

  test('are delivered step by step, with a word for the buyer', async () => {
    const { sale_id: saleId } = await server.createSale();
    const orderId = await paidOrder(saleId);
    const step = (fulfilment: string, detail?: string) => post(`/orders/${orderId}/fulfilment`, { fulfilment, detail });
    expect(await step('delivered')).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
    const shipped = await step('shipped', 'Parcel 17');
    expect(shipped).toMatchObject({ status: 200, json: { fulfilment: 'shipped' } });
    expect(shipped.json.timeline.at(-1)).toMatchObject({ type: 'shipped', detail: 'Parcel 17' });
    expect((await step('shipped')).json.timeline).toHaveLength(shipped.json.timeline.length);
    expect((await step('out_for_delivery')).status).toBe(200);
    expect((await step('delivered')).json.fulfilment).toBe('delivered');
    expect((await post(`/orders/${UNKNOWN}/fulfilment`, { fulfilment: 'shipped' })).status).toBe(404);
  });

  test('are refunded once; asking again is answered alike', async () => {
    const { sale_id: saleId } = await server.createSale();
    const orderId = await paidOrder(saleId);
    const refund = () => post(`/orders/${orderId}/refund`, { detail: 'Damaged' });
    const first = await refund();
    expect(first.status).toBe(200);
    const refunds = first.json.timeline.filter(({ type }: { type: string }) => type.startsWith('refund_'));
    expect(refunds).toEqual([expect.objectContaining({ type: 'refund_started', detail: 'Damaged' })]);
    await vi.waitFor(
      async () => expect((await refund()).json).toMatchObject({ status: 'refunded', payment: { status: 'refunded' } }),
      { timeout: 10_000 },
    );
    const { order_id: unpaid } = await server.reserve(saleId, await server.guest());
    await vi.waitFor(
      async () => expect((await post(`/orders/${unpaid}/refund`, {})).json.code).toBe('wrong_state'),
      PATIENCE_MS,
    );
    expect((await post(`/orders/${UNKNOWN}/refund`, {})).status).toBe(404);
  });

  test("a buyer's personal data can be erased; their orders stay", async () => {
    const { sale_id: saleId } = await server.createSale();
    const orderId = await paidOrder(saleId);
    const { user_id: userId } = (await server.operate(`/sales/${saleId}/orders?query=${orderId}`)).json.orders[0];
    const erase = () => server.operate(`/customers/${encodeURIComponent(userId)}`, { method: 'DELETE' });
    expect((await erase()).json).toEqual({ orders_erased: 1 });
    expect((await erase()).json).toEqual({ orders_erased: 0 });
    const { json } = await server.operate(`/sales/${saleId}/orders`);
    expect(json.orders[0]).toMatchObject({ order_id: orderId, status: 'paid', customer: null });
  });

  test("nothing of an operator's view is in the buyer's", () => {
    expect(Object.keys(order.properties)).not.toContain('customer');
    expect(Object.keys(order.properties)).not.toContain('user_id');
  });
});

describe('oversight', () => {
  test('the audit finds every invariant kept, over all sales or one', async () => {
    const { sale_id: saleId } = await server.createSale();
    await paidOrder(saleId);
    for (const body of [{}, { sale_id: saleId }]) {
      await vi.waitFor(async () => expect((await post('/audit', body)).json.ok).toBe(true), { timeout: 10_000 });
    }
    const { json } = await post('/audit', { sale_id: saleId });
    expect([...Compile(runAudit.responses[200]).Errors(json)]).toEqual([]);
    expect(json.invariants.length).toBeGreaterThan(5);
    expect((await post('/audit', { sale_id: UNKNOWN })).status).toBe(404);
  });

  test('the switches are shown, thrown one by one, and remembered in the audit log', async () => {
    const path = '/switches';
    expect((await server.operate(path)).json).toEqual({
      joins: true,
      purchases: true,
      payments: true,
      notifications: true,
    });
    const thrown = await server.operate(path, { method: 'PATCH', body: { payments: false } });
    expect(thrown.json).toEqual({ joins: true, purchases: true, payments: false, notifications: true });
    await server.operate(path, { method: 'PATCH', body: { payments: true } });
    expect((await server.operate('/audit-log?limit=2')).json.entries).toMatchObject([
      { action: 'switches_thrown', detail: { payments: true }, actor: 'operator' },
      { action: 'switches_thrown', detail: { payments: false } },
    ]);
    expect((await server.operate(path, { method: 'PATCH', body: {} })).status).toBe(400);
    expect((await server.operate(path, { method: 'PATCH', body: { purchases: 'off' } })).status).toBe(400);
  });

  test('with every switch off the shop is read-only: nothing new is taken on, and everything can be read', async () => {
    const sale = await server.createSale();
    const queued = await server.createSale({ waiting_room: {} });
    const token = await server.guest();
    const { order_id: orderId } = await server.reserve(sale.sale_id, token);
    const all = (on: boolean) => ({ joins: on, purchases: on, payments: on, notifications: on });
    await server.operate('/switches', { method: 'PATCH', body: all(false) });
    const refused = await Promise.all([
      server.purchase(sale.sale_id, token),
      server.pay(orderId, token, 'pm_ok'),
      server.call(`/api/v1/flash-sale/${queued.sale_id}/enter-queue`, { body: {}, token }),
    ]);
    expect(refused.map(({ status, json }) => [status, json.code])).toEqual(refused.map(() => [503, 'switched_off']));
    const reads = ['', `/${sale.sale_id}`, `/${sale.sale_id}/status`].map((path) => `/api/v1/flash-sale${path}`);
    for (const path of [...reads, '/api/v1/orders', `/api/v1/orders/${orderId}`]) {
      expect((await server.call(path, { token })).status).toBe(200);
    }
    await server.operate('/switches', { method: 'PATCH', body: all(true) });
    expect((await server.pay(orderId, token, 'pm_ok')).json).toMatchObject({ status: 'paid' });
  });

  test('the audit log has one entry for each change, newest first, page by page', async () => {
    const { sale_id: saleId } = await server.createSale();
    await post(`/sales/${saleId}/pause`);
    await post(`/sales/${saleId}/pause`);
    await post(`/sales/${saleId}/restock`, { sku_id: 'A', quantity: 3 });
    const first = (await server.operate('/audit-log?limit=2')).json;
    const rest = (await server.operate(`/audit-log?limit=1&cursor=${first.next_cursor}`)).json;
    const entries = [...first.entries, ...rest.entries];
    expect(entries.map(({ action }) => action)).toEqual(['sale_restocked', 'sale_pause', 'sale_created']);
    expect(entries.every(({ subject }) => subject === saleId)).toBe(true);
    expect(entries[0].detail).toEqual({ sku_id: 'A', quantity: 3 });
  });

  test('the audit log is searched by who, what, which and when', async () => {
    const { sale_id: saleId } = await server.createSale();
    await post(`/sales/${saleId}/pause`);
    const search = async (filter: Record<string, string>) => {
      const { json } = await server.operate(`/audit-log?${new URLSearchParams({ subject: saleId, ...filter })}`);
      return json.entries.map(({ action }: { action: string }) => action);
    };
    expect(await search({})).toEqual(['sale_pause', 'sale_created']);
    expect(await search({ action: 'sale_created' })).toEqual(['sale_created']);
    expect(await search({ actor: 'operator', from: isoIn(-HOUR_MS), until: isoIn(HOUR_MS) })).toHaveLength(2);
    expect(await search({ actor: 'viewer' })).toEqual([]);
    expect(await search({ from: isoIn(HOUR_MS) })).toEqual([]);
    expect(await search({ until: isoIn(-HOUR_MS) })).toEqual([]);
    expect((await server.operate('/audit-log?from=yesterday')).status).toBe(400);
  });
});
