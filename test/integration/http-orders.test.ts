import { sql } from 'kysely';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Order, order } from '#sdk/contract/order.ts';
import { newMessageId, sign } from '../../src/signing/signature.ts';
import { ManualClock } from '../support/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { saleItem, TestServer } from '../support/server.ts';

const clock = new ManualClock();
const isOrder = Compile(order);
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read, payWaitMs: 5_000 });
});
afterAll(() => server.stop());

async function readOrder(orderId: string, token: string): Promise<Order> {
  const { status, json } = await server.call(`/api/v1/orders/${orderId}`, { token });
  expect(status).toBe(200);
  expect([...isOrder.Errors(json)]).toEqual([]);
  return json;
}

describe('reading', () => {
  test('an order can be read as soon as the purchase is answered, by its buyer and with its own token', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const { order_id: orderId, reservation_token: own } = await server.reserve(saleId, token);
    for (const reader of [token, own]) {
      expect(await readOrder(orderId, reader)).toMatchObject({
        order_id: orderId,
        sale_id: saleId,
        status: 'reserved',
        total_minor: 4_999,
        items: [{ sku_id: 'A', quantity: 1, unit_price_minor: 4_999 }],
        payment: null,
        timeline: [{ type: 'order_reserved' }],
      });
    }
  });

  test("while the ledger is busy with something else, an order is read by the store's word", async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const { order_id: orderId } = await server.reserve(saleId, token);
    const [busy, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const transaction = server.app.ports.ledger.db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      busy.resolve();
      await done.promise;
    });
    await busy.promise;
    try {
      expect(await readOrder(orderId, token)).toMatchObject({ status: 'reserved', payment: null });
    } finally {
      done.resolve();
      await transaction;
    }
  });

  test("somebody else's order does not exist: not to read, to pay or to cancel", async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId } = await server.reserve(saleId, await server.guest());
    const stranger = await server.guest();
    const { reservation_token: another } = await server.reserve(saleId, stranger);
    for (const token of [stranger, another]) {
      expect((await server.call(`/api/v1/orders/${orderId}`, { token })).json.code).toBe('not_found');
      expect((await server.call(`/api/v1/orders/${orderId}/cancel`, { token, method: 'POST' })).status).toBe(404);
      expect((await server.pay(orderId, token, 'pm_ok')).status).toBe(404);
    }
    expect((await server.call(`/api/v1/orders/${orderId}`)).status).toBe(401);
  });

  test('a reservation token opens its order and nothing else', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { reservation_token: own } = await server.reserve(saleId, await server.guest());
    expect((await server.call('/api/v1/orders', { token: own })).json.code).toBe('unauthenticated');
    expect((await server.purchase(saleId, own)).status).toBe(401);
  });

  test("the list has the caller's orders alone, newest first, page by page", async () => {
    const token = await server.guest();
    const sales = [await server.createSale(), await server.createSale(), await server.createSale()];
    const mine: string[] = [];
    for (const { sale_id: saleId } of sales) {
      await server.reserve(saleId, await server.guest());
      clock.advance(1_000);
      mine.unshift((await server.reserve(saleId, token)).order_id);
    }
    const first = (await server.call('/api/v1/orders?limit=2', { token })).json;
    const rest = (await server.call(`/api/v1/orders?limit=2&cursor=${first.next_cursor}`, { token })).json;
    const shown = [...first.orders, ...rest.orders];
    expect(shown.map(({ order_id: orderId }) => orderId)).toEqual(mine);
    expect(shown.every((entry) => isOrder.Check(entry))).toBe(true);
    expect(rest.next_cursor).toBeNull();
    const ofSale = await server.call(`/api/v1/orders?sale_id=${sales[0]?.sale_id}`, { token });
    expect(ofSale.json.orders).toHaveLength(1);
  });

  test('the list tells of payments too', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const { order_id: orderId } = await server.reserve(saleId, token);
    await server.pay(orderId, token, 'pm_ok');
    const { json } = await server.call('/api/v1/orders', { token });
    expect(json.orders[0]).toMatchObject({ status: 'paid', payment: { attempt_number: 1, status: 'confirmed' } });
  });
});

describe('paying', () => {
  test('a paid order is paid, in the answer and afterwards, with its customer where operators see it', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    const customer = { name: 'Sam Example', email: 'sam@example.com' };
    const paid = await server.pay(orderId, token, 'pm_ok', { body: { payment_method: 'pm_ok', customer } });
    expect(paid).toMatchObject({ status: 200, json: { status: 'paid', order: { status: 'paid' } } });
    expect(await readOrder(orderId, token)).toMatchObject({
      status: 'paid',
      fulfilment: 'processing',
      payment: { attempt_number: 1, status: 'confirmed', message: null },
    });
    const { json } = await server.operate(`/sales/${saleId}/orders`);
    expect(json.orders[0]).toMatchObject({ order_id: orderId, customer });
    expect(JSON.stringify(server.logged)).not.toContain('sam@example.com');
  });

  test('a repeat under the same key is answered alike, and charges once', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    const answers = await Promise.all([1, 2, 3].map(() => server.pay(orderId, token, 'pm_ok', { key: 'pay' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await readOrder(orderId, token)).payment?.attempt_number).toBe(1);
    const other = await server.pay(orderId, token, 'pm_declined', { key: 'pay' });
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
    const again = await server.pay(orderId, token, 'pm_ok', { key: 'another' });
    expect(again).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
  });

  test('after a decline the reservation stands, and another method may be tried', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    const declined = await server.pay(orderId, token, 'pm_declined');
    expect(declined).toMatchObject({ status: 402, json: { code: 'payment_declined' } });
    expect(declined.json.detail).not.toBe('');
    expect((await readOrder(orderId, token)).status).toBe('reserved');
    expect((await server.pay(orderId, token, 'pm_ok')).status).toBe(200);
    expect((await readOrder(orderId, token)).payment).toMatchObject({ attempt_number: 2, status: 'confirmed' });
  });

  test('paid too late: the time to pay is over, nothing is charged, and the units are back', async () => {
    const { sale_id: saleId } = await server.createSale({ reservation_seconds: 60 });
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    clock.advance(60_000);
    const late = await server.pay(orderId, token, 'pm_ok');
    expect(late).toMatchObject({ status: 410, json: { code: 'reservation_expired' } });
    expect(await readOrder(orderId, token)).toMatchObject({ status: 'expired', reason: 'expired', payment: null });
    const { json } = await server.operate(`/sales/${saleId}`);
    expect(json.items[0].stock).toMatchObject({ available: 10, reserved: 0, paying: 0, sold: 0 });
  });

  test('payments are refused while they are switched off, and the reservation runs on', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    await server.operate('/switches', { method: 'PATCH', body: { payments: false } });
    const refused = await server.pay(orderId, token, 'pm_ok');
    await server.operate('/switches', { method: 'PATCH', body: { payments: true } });
    expect(refused).toMatchObject({ status: 503, json: { code: 'switched_off' } });
    expect((await server.pay(orderId, token, 'pm_ok')).status).toBe(200);
  });

  test.each([
    [{ payment_method: 'pm_ok', customer: { name: '', email: 'x' } }, ['customer.name', 'customer.email']],
    [{ payment_method: 'has space' }, ['payment_method']],
    [{}, ['payment_method']],
  ])('%j is refused field by field', async (body, fields) => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    const { status, json } = await server.pay(orderId, token, 'pm_ok', { body });
    expect(status).toBe(400);
    const named = new Set(json.errors.map((error: { field: string }) => error.field));
    expect([...named].sort()).toEqual([...fields].sort());
  });
});

describe('a provider that does not answer at once', () => {
  let patience: TestServer;

  beforeAll(async () => {
    patience = await TestServer.start({ payWaitMs: 0, paymentTimeoutMs: 300 });
  });
  afterAll(() => patience.stop());

  test('the buyer is told that the payment is still under way, and it settles by itself', async () => {
    const { sale_id: saleId } = await patience.createSale();
    const { order_id: orderId, reservation_token: token } = await patience.reserve(saleId, await patience.guest());
    const working = await patience.pay(orderId, token, 'pm_pending', { key: 'pay' });
    expect(working).toMatchObject({ status: 202, json: { status: 'working', order: { status: 'paying' } } });
    await vi.waitFor(
      async () => expect((await patience.call(`/api/v1/orders/${orderId}`, { token })).json.status).toBe('paid'),
      { timeout: 20_000, interval: 50 },
    );
    expect((await patience.pay(orderId, token, 'pm_pending', { key: 'pay' })).status).toBe(200);
  });

  test('a payment that keeps failing is answered with 502, and the order is safe', async () => {
    const { sale_id: saleId } = await patience.createSale();
    const { order_id: orderId, reservation_token: token } = await patience.reserve(saleId, await patience.guest());
    await vi.waitFor(
      async () =>
        expect(await patience.pay(orderId, token, 'pm_unavailable', { key: 'pay' })).toMatchObject({
          status: 502,
          json: { code: 'payment_provider_unavailable' },
        }),
      { timeout: 20_000, interval: 50 },
    );
    expect((await patience.call(`/api/v1/orders/${orderId}`, { token })).json.status).toMatch(/paying|reserved/);
  });
});

describe('cancelling', () => {
  test('gives the units back, and is answered alike when repeated', async () => {
    const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 1)] });
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, await server.guest());
    const cancel = () => server.call(`/api/v1/orders/${orderId}/cancel`, { token, method: 'POST' });
    const first = await cancel();
    expect(first).toMatchObject({ status: 200, json: { status: 'cancelled', reason: 'cancelled_by_buyer' } });
    expect((await cancel()).json.status).toBe('cancelled');
    expect((await server.purchase(saleId, await server.guest())).status).toBe(200);
  });

  test('a paid order cannot be cancelled, an expired one has expired', async () => {
    const { sale_id: saleId } = await server.createSale({ reservation_seconds: 60 });
    const paid = await server.reserve(saleId, await server.guest());
    await server.pay(paid.order_id, paid.reservation_token, 'pm_ok');
    const late = await server.reserve(saleId, await server.guest());
    clock.advance(60_000);
    await vi.waitFor(async () => {
      expect((await readOrder(late.order_id, late.reservation_token)).status).toBe('expired');
    }, PATIENCE_MS);
    const cancel = ({ order_id: orderId, reservation_token: token }: typeof paid) =>
      server.call(`/api/v1/orders/${orderId}/cancel`, { token, method: 'POST' });
    expect(await cancel(paid)).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
    expect(await cancel(late)).toMatchObject({ status: 410, json: { code: 'reservation_expired' } });
  });
});

describe('callbacks of the payment provider', () => {
  const answer = { attempt_id: 'an-unknown-attempt', status: 'authorised', reference: null, decline_reason: null };

  function callBack(payload: string, headers: Readonly<Record<string, string>>) {
    return fetch(`${server.url}/api/v1/payment-callbacks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: payload,
    });
  }

  function signed(payload: string, secret = server.app.secrets.paymentSecret, nowMs = Date.now()) {
    return sign(secret, newMessageId(), payload, nowMs);
  }

  test('a signed one is noted, also for an attempt that is not known', async () => {
    const payload = JSON.stringify(answer);
    const response = await callBack(payload, signed(payload));
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 204, body: '' });
  });

  test('forged, stale and unsigned ones are refused', async () => {
    const payload = JSON.stringify(answer);
    expect((await callBack(payload, signed(payload, 'another secret'))).status).toBe(401);
    expect((await callBack(payload, signed(payload, undefined, Date.now() - 3_600_000))).status).toBe(401);
    expect((await callBack(`${payload} `, signed(payload))).status).toBe(401);
    expect((await callBack(payload, {})).status).toBe(401);
  });

  test('all buyers pay by one provider: its callbacks are not counted against its address', async () => {
    const strict = await TestServer.start({ env: { RATE_LIMIT_PER_IP: '1', RATE_LIMIT_WINDOW: '1h' } });
    onTestFinished(() => strict.stop());
    const payload = JSON.stringify(answer);
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) {
      const headers = { 'content-type': 'application/json', ...signed(payload, strict.app.secrets.paymentSecret) };
      const response = await fetch(`${strict.url}/api/v1/payment-callbacks`, {
        method: 'POST',
        headers,
        body: payload,
      });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([204, 204, 204]);
  });

  test.each(['', 'null', '{', '{"attempt_id":"x"}'])('%j is no callback, though it is signed', async (payload) => {
    expect((await callBack(payload, signed(payload))).status).toBe(400);
  });
});
