import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { webhookEvent } from '#sdk/contract/webhook.ts';
import { leaseNotifications } from '../../src/database/notifications.ts';
import { verifySignature } from '../../src/signing/signature.ts';
import { runCli } from '../support/cli-process.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { OPERATOR_TOKEN, TestServer } from '../support/server.ts';

const SECRET = 'a secret of the shop and its sale';
const CUSTOMER = { name: 'Sam <Example>', email: 'sam@example.com', address: '1 Example Street' };
const LONGER_THAN_A_POLL_MS = 700;
const PATIENCE = { timeout: 30_000, interval: 50 };

let server: TestServer;
let mailServer: MailServer;
let shop: HttpListener;
let answer: (response: ServerResponse) => void;
let refusedAddress: string | null = null;
const accept = (response: ServerResponse) => response.writeHead(204).end();

beforeAll(async () => {
  mailServer = await startMailServer({
    onRcptTo: ({ address }, _session, done) => {
      const refused = address === refusedAddress;
      done(refused ? Object.assign(new Error('unknown'), { responseCode: 550 }) : null);
    },
  });
  shop = await startHttpListener((_request, response) => answer(response));
  server = await TestServer.start({
    env: {
      SMTP_URL: mailServer.url,
      MAIL_FROM: 'orders@shop.example',
      WEBHOOK_URL: `${shop.url}/hooks`,
      WEBHOOK_SECRET: SECRET,
      PUBLIC_URL: 'https://sales.shop.example',
      RETRY_BASE: '10ms',
      CIRCUIT_BREAKER_BASE_TIMEOUT: '20ms',
    },
  });
});
afterAll(async () => {
  await server.stop();
  await mailServer.close();
  await shop.close();
});
beforeEach(() => {
  answer = accept;
});

async function buy(customer: object | null = CUSTOMER): Promise<string> {
  const { sale_id: saleId } = await server.createSale({ name: 'Spring & Summer' });
  return buyIn(saleId, customer);
}

async function buyIn(saleId: string, customer: object | null = CUSTOMER): Promise<string> {
  const token = await server.guest();
  const { order_id: orderId } = await server.reserve(saleId, token);
  const body = { payment_method: 'pm_ok', ...(customer && { customer }) };
  const paid = await server.pay(orderId, token, 'pm_ok', { body });
  expect(paid.json).toMatchObject({ status: 'paid' });
  return orderId;
}

const mailsOf = (orderId: string) => mailServer.mails.filter(({ text }) => text.includes(orderId));
const callsOf = (orderId: string) =>
  shop.requests
    .map((request) => ({ ...request, event: JSON.parse(request.body) }))
    .filter(({ event }) => event.data.order.order_id === orderId);
const until = (check: () => void) => vi.waitFor(check, PATIENCE);

async function lettersOf(orderId: string) {
  const { json } = await server.operate('/dead-letters?kind=notification');
  return json.dead_letters.filter((letter: { order_id: string }) => letter.order_id === orderId);
}

async function switchNotifications(notifications: boolean): Promise<void> {
  expect((await server.operate('/switches', { method: 'PATCH', body: { notifications } })).status).toBe(200);
}

test('a paid order is one mail to its buyer', async () => {
  const orderId = await buy();
  await until(() => expect(mailsOf(orderId)).toHaveLength(1));
  const [mail] = mailsOf(orderId);
  expect(mail).toMatchObject({ from: 'orders@shop.example', to: [CUSTOMER.email] });
  expect(mail?.text).toContain('Subject: Your order is confirmed: Spring & Summer');
  expect(mail?.text).toContain('Hello Sam <Example>,');
  expect(mail?.text).toContain('1 x Item A, EUR 49.99 each');
  expect(mail?.text).toContain('Paid: EUR 49.99');
  expect(mail?.text).toContain(`https://sales.shop.example/orders/${orderId}`);
  expect(mail?.text).toContain('<p>Hello Sam &lt;Example&gt;,</p>');
  await until(() => expect(callsOf(orderId)).toHaveLength(1));
  expect(mailsOf(orderId)).toHaveLength(1);
});

test('a paid order, and its refund, are calls to the shop, signed, numbered and without personal data', async () => {
  const orderId = await buy();
  await until(() => expect(callsOf(orderId)).toHaveLength(1));
  expect((await server.operate(`/orders/${orderId}/refund`, { body: {} })).status).toBe(200);
  await until(() => expect(callsOf(orderId)).toHaveLength(2));
  const [paid, refunded] = callsOf(orderId);
  expect(paid?.event).toMatchObject({
    id: paid?.headers['webhook-id'],
    type: 'order.paid',
    data: {
      order: {
        status: 'paid',
        items: [{ sku_id: 'A', quantity: 1, unit_price_minor: 4_999 }],
        total_minor: 4_999,
        currency: 'EUR',
      },
    },
  });
  expect(refunded?.event).toMatchObject({ type: 'order.refunded', data: { order: { status: 'refunded' } } });
  expect(refunded?.event.sequence).toBeGreaterThan(paid?.event.sequence);
  for (const { headers, body, event } of callsOf(orderId)) {
    expect([...Value.Errors(webhookEvent, event)]).toEqual([]);
    expect(verifySignature(SECRET, headers, body, Date.now())).toBe('valid');
    expect(body).not.toContain('Sam');
    expect(body).not.toContain('example.com');
  }
  await until(() => expect(mailsOf(orderId)).toHaveLength(2));
  expect(mailsOf(orderId)[1]?.text).toContain('Your order is refunded');
});

test('of an order that risk review cancels the shop hears nothing before its money is back', async () => {
  const { sale_id: saleId } = await server.createSale({ risk_review: { accounts_per_address: 1 } });
  // The first of the two passes the rules while it is alone.
  await switchNotifications(false);
  const [cancelled, cleared] = [await buyIn(saleId), await buyIn(saleId)];
  const decide = (orderId: string, verdict: string) => server.operate(`/reviews/${orderId}/${verdict}`, { body: {} });
  await vi.waitFor(async () => expect((await decide(cancelled, 'cancel')).status).toBe(200), PATIENCE);
  expect((await decide(cleared, 'clear')).status).toBe(200);
  await switchNotifications(true);
  await until(() => expect([callsOf(cancelled).length, callsOf(cleared).length]).toEqual([1, 1]));
  expect(callsOf(cancelled)).toMatchObject([{ event: { type: 'order.refunded' } }]);
  expect(callsOf(cleared)).toMatchObject([{ event: { type: 'order.paid' } }]);
});

test('what a buyer gives back, and what runs out, are calls to the shop and no mails', async () => {
  const { sale_id: saleId } = await server.createSale({ reservation_seconds: 1 });
  const token = await server.guest();
  const cancelled = await server.reserve(saleId, token);
  await server.call(`/api/v1/orders/${cancelled.order_id}/cancel`, { method: 'POST', token });
  const expired = await server.reserve(saleId, token);
  await until(() => expect(callsOf(expired.order_id)).toHaveLength(1));
  expect(callsOf(cancelled.order_id)).toMatchObject([
    { event: { type: 'order.cancelled', data: { order: { reason: 'cancelled_by_buyer' } } } },
  ]);
  expect(callsOf(expired.order_id)).toMatchObject([{ event: { type: 'order.expired' } }]);
});

test('a shop that is down hears of everything once it is back, and buyers notice nothing', async () => {
  answer = (response) => response.writeHead(503).end();
  const orderId = await buy();
  await until(() => expect(callsOf(orderId).length).toBeGreaterThan(2));
  await until(() => expect(mailsOf(orderId)).toHaveLength(1));
  answer = accept;
  const webhooks = async () => (await server.operate('/webhooks?status=delivered&limit=1')).json.webhooks;
  await vi.waitFor(async () => expect(await webhooks()).toMatchObject([{ order_id: orderId }]), PATIENCE);
  expect(new Set(callsOf(orderId).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('a shop that does not answer holds up neither sales nor mails', async () => {
  const hanging: ServerResponse[] = [];
  answer = (response) => void hanging.push(response);
  onTestFinished(() => {
    for (const response of hanging) accept(response);
  });
  const first = await buy();
  await until(() => expect(callsOf(first).length).toBeGreaterThan(0));
  const second = await buy();
  await until(() => expect(mailsOf(second)).toHaveLength(1));
});

test('switched off, notifications wait, and none is lost', async () => {
  await switchNotifications(false);
  const orderId = await buy();
  const pending = async () => (await server.operate('/webhooks?status=pending')).json.webhooks;
  await vi.waitFor(async () => expect(await pending()).toMatchObject([{ order_id: orderId, tries: 0 }]), PATIENCE);
  await sleep(LONGER_THAN_A_POLL_MS);
  expect([mailsOf(orderId), callsOf(orderId)]).toEqual([[], []]);
  await switchNotifications(true);
  await until(() => expect([mailsOf(orderId).length, callsOf(orderId).length]).toEqual([1, 1]));
});

test('a buyer who was erased before the mail went out gets none', async () => {
  await switchNotifications(false);
  const orderId = await buy();
  const { json } = await server.operate('/orders?limit=200');
  const { user_id: userId } = json.orders.find((one: { order_id: string }) => one.order_id === orderId);
  expect((await server.operate(`/customers/${userId}`, { method: 'DELETE' })).json).toEqual({ orders_erased: 1 });
  await switchNotifications(true);
  await until(() => expect(callsOf(orderId)).toHaveLength(1));
  await vi.waitFor(async () => expect(await dropped()).toBeGreaterThan(0), PATIENCE);
  expect(mailsOf(orderId)).toEqual([]);
});

async function dropped(): Promise<number> {
  const { text } = await server.call('/metrics');
  return Number(/tidegate_notifications_total\{channel="mail",outcome="dropped"\} (\d+)/.exec(text)?.[1] ?? 0);
}

describe('a refusal', () => {
  test('is final: it is listed with what the shop said, and goes out again under its id when asked for', async () => {
    answer = (response) => response.writeHead(404).end();
    const orderId = await buy();
    const failed = async () => (await server.operate('/webhooks?status=failed')).json.webhooks;
    await vi.waitFor(
      async () => expect(await failed()).toMatchObject([{ order_id: orderId, type: 'order.paid' }]),
      PATIENCE_MS,
    );
    const [{ webhook_id: webhookId, last_error: lastError }] = await failed();
    expect(lastError).toContain('404');
    expect(callsOf(orderId)).toHaveLength(1);
    expect(await lettersOf(orderId)).toMatchObject([
      { kind: 'notification', reason: 'webhook_rejected', state: 'open' },
    ]);
    answer = accept;
    const replayed = await server.operate(`/webhooks/${webhookId}/replay`, { method: 'POST' });
    expect(replayed.json).toMatchObject({ webhook_id: webhookId, status: 'pending', tries: 0 });
    await until(() => expect(callsOf(orderId)).toHaveLength(2));
    const [first, again] = callsOf(orderId);
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(again?.body).toBe(first?.body);
    expect(await lettersOf(orderId)).toMatchObject([{ state: 'replayed' }]);
    const { json: log } = await server.operate('/audit-log?limit=1');
    expect(log.entries).toMatchObject([{ action: 'webhook_replayed', subject: webhookId }]);
  });

  test('of a mail is a dead letter, and its replay sends the mail', async () => {
    refusedAddress = CUSTOMER.email;
    const orderId = await buy();
    await vi.waitFor(
      async () => expect(await lettersOf(orderId)).toMatchObject([{ reason: 'mail_rejected', state: 'open' }]),
      PATIENCE,
    );
    refusedAddress = null;
    expect(mailsOf(orderId)).toEqual([]);
    const [{ dead_letter_id: letterId }] = await lettersOf(orderId);
    expect((await server.operate(`/dead-letters/${letterId}/replay`, { method: 'POST' })).status).toBe(200);
    await until(() => expect(mailsOf(orderId)).toHaveLength(1));
  });

  test('is listed and replayed from the command line, all at once', async () => {
    answer = (response) => response.writeHead(410).end();
    const orderId = await buy();
    const env = { TIDEGATE_URL: server.url, ADMIN_TOKEN: OPERATOR_TOKEN };
    const failed = async () => (await server.operate('/webhooks?status=failed')).json.webhooks;
    await vi.waitFor(async () => expect(await failed()).toMatchObject([{ order_id: orderId }]), PATIENCE);
    const { stdout } = await runCli(['webhooks', 'list', '--status', 'failed'], env);
    expect(stdout).toMatch(
      /^WEBHOOK +TYPE +STATUS +MADE +TRIES +ERROR\n\S+ +order\.paid +failed .* the shop answered 410\n$/,
    );
    answer = accept;
    expect(await runCli(['webhooks', 'replay', '--failed'], env)).toMatchObject({ stdout: '1 due again.\n', code: 0 });
    await until(() => expect(callsOf(orderId)).toHaveLength(2));
  });

  test('of a webhook that there is not is not found', async () => {
    const { status } = await server.operate('/webhooks/0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70/replay', {
      method: 'POST',
    });
    expect(status).toBe(404);
  });
});

test('what a process took on and did not finish goes out when its lease ends', async () => {
  await switchNotifications(false);
  const orderId = await buy();
  const { store, ledger } = server.app.ports;
  const takeOn = async () => {
    const lease = { workerId: 'dead', limit: 10, leaseMs: 1, nowMs: (await store.now()) + 1_000 };
    return leaseNotifications(ledger.db, 'mail', lease);
  };
  await vi.waitFor(async () => expect(await takeOn()).toMatchObject([{ orderId }]), PATIENCE);
  await switchNotifications(true);
  await until(() => expect(mailsOf(orderId)).toHaveLength(1));
});

test('no log line names a buyer, and metrics count what went out', async () => {
  const lines = server.logged.map((line) => JSON.stringify(line));
  expect(lines.filter((line) => line.includes(CUSTOMER.email) || line.includes('Sam'))).toEqual([]);
  const { text } = await server.call('/metrics');
  expect(text).toMatch(/tidegate_notifications_total\{channel="webhook",outcome="delivered"\} [1-9]/);
  expect(text).toMatch(/tidegate_notification_seconds_count\{channel="mail"\} [1-9]/);
  expect(text).toMatch(/tidegate_retries_total\{dependency="webhook"\} [1-9]/);
  const { json: health } = await server.call('/health/ready');
  expect(health.breakers).toMatchObject({ smtp: 'closed', webhook: expect.any(String) });
});
