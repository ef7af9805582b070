import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { WebhookNotifier } from '../../src/notify/webhook/webhook-notifier.ts';
import { verifySignature } from '../../src/signing/signature.ts';
import { startHttpListener } from '../support/http-listener.ts';

const SECRET = 'a secret of the shop and its sale';
const NOW_MS = Date.UTC(2030, 0, 1);
const WEBHOOK = { webhookId: 'webhook-1', correlationId: 'correlation-1', body: '{"type":"order.paid"}' };

async function startShop(answer: (response: ServerResponse) => void) {
  const shop = await startHttpListener((_request, response) => answer(response));
  onTestFinished(() => shop.close());
  return shop;
}

function connect(url: string, timeoutMs = 10_000) {
  const states: string[] = [];
  const notifier = new WebhookNotifier({
    url,
    secret: SECRET,
    timeoutMs,
    maxConcurrent: 2,
    breaker: { failureThreshold: 2, successThreshold: 1, baseOpenMs: 60_000, maxOpenMs: 60_000 },
    now: () => NOW_MS,
    onBreakerChange: (state) => states.push(state),
  });
  onTestFinished(() => notifier.close());
  return { notifier, states };
}

test('the shop gets the exact body, signed, and a repeat under the same id', async () => {
  const shop = await startShop((response) => response.writeHead(204).end());
  const { notifier } = connect(`${shop.url}/hooks?from=tidegate`);
  await notifier.send(WEBHOOK);
  await notifier.send(WEBHOOK);
  expect(shop.requests).toHaveLength(2);
  for (const { method, path, headers, body } of shop.requests) {
    expect({ method, path, body }).toEqual({ method: 'POST', path: '/hooks?from=tidegate', body: WEBHOOK.body });
    expect(headers).toMatchObject({ 'webhook-id': 'webhook-1', 'x-correlation-id': 'correlation-1' });
    expect(verifySignature(SECRET, headers, body, NOW_MS)).toBe('valid');
    expect(verifySignature('another secret', headers, body, NOW_MS)).toBe('forged');
  }
});

test.each([400, 401, 404, 410])('%i is final, and the shop is not blamed', async (status) => {
  const shop = await startShop((response) => response.writeHead(status).end());
  const { notifier, states } = connect(shop.url);
  for (let tries = 0; tries < 3; tries++) {
    await expect(notifier.send(WEBHOOK)).rejects.toMatchObject({
      code: 'webhook_rejected',
      retryable: false,
      message: expect.stringContaining(String(status)),
    });
  }
  expect(shop.requests).toHaveLength(3);
  expect(states).toEqual([]);
});

test.each([301, 302, 307])('%i is not followed: a signed message goes where it was meant to go', async (status) => {
  const elsewhere = await startShop((response) => response.writeHead(204).end());
  const shop = await startShop((response) => response.writeHead(status, { location: elsewhere.url }).end());
  await expect(connect(shop.url).notifier.send(WEBHOOK)).rejects.toMatchObject({ code: 'webhook_rejected' });
  expect(elsewhere.requests).toEqual([]);
});

test.each([408, 429, 500, 503])(
  '%i is tried again; a shop that goes on so is left alone for a while',
  async (status) => {
    const shop = await startShop((response) => response.writeHead(status).end());
    const { notifier, states } = connect(shop.url);
    for (let tries = 0; tries < 3; tries++) {
      await expect(notifier.send(WEBHOOK)).rejects.toMatchObject({ code: 'webhook_unavailable', retryable: true });
    }
    expect(shop.requests).toHaveLength(2);
    expect(states).toEqual(['open']);
    expect(notifier.breakerState()).toBe('open');
  },
);

test.each([
  ['does not answer', () => {}],
  ['never comes to the end of its answer', (response: ServerResponse) => response.writeHead(200).write('.')],
])('a shop that %s costs its time-out and no more', async (_what, answer) => {
  const shop = await startShop((response) => void answer(response));
  const { notifier } = connect(shop.url, 200);
  await expect(notifier.send(WEBHOOK)).rejects.toMatchObject({ code: 'webhook_unavailable', retryable: true });
});
