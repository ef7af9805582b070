import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Notification } from '../../src/database/notifications.ts';
import type { LedgerOrder } from '../../src/database/orders.ts';
import { webhookBody } from '../../src/engine/webhook-body.ts';
import { WebhookNotifier } from '../../src/notify/webhook/webhook-notifier.ts';
import { T0 } from '../support/clock.ts';
import { reservedOrder } from '../support/ledger-fixtures.ts';

const SECRET = 'whsec_c2lnbmVkLXdpdGgtdGhpcy1zZWNyZXQtaW4tdGVzdHM=';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.end());

async function startReceiver() {
  const child = spawn(process.execPath, ['examples/webhook-receiver/server.mjs'], {
    env: { ...process.env, WEBHOOK_SECRET: SECRET, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? 'null');
  const { url } = await next();
  const end = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  return { url, next, end };
}

async function post(body: string, webhookId: string, secret = SECRET): Promise<void> {
  const notifier = new WebhookNotifier({
    url: receiver.url,
    secret,
    timeoutMs: 10_000,
    maxConcurrent: 1,
    breaker: { failureThreshold: 5, successThreshold: 1, baseOpenMs: 1_000, maxOpenMs: 1_000 },
    now: Date.now,
    onBreakerChange: () => {},
  });
  await notifier.send({ webhookId, correlationId: 'test', body }).finally(() => notifier.close());
}

function webhook(news: Notification['news'], sequence: number, order: LedgerOrder): [body: string, webhookId: string] {
  const notificationId = `${order.orderId}-${sequence}`;
  const facts = { reason: null, atMs: T0, correlationId: 'c', state: 'pending', tries: 0, lastError: null } as const;
  const times = { nextTryAtMs: T0, settledAtMs: null };
  return [
    webhookBody({ notificationId, sequence, orderId: order.orderId, news, ...facts, ...times }, order),
    notificationId,
  ];
}

test('the example takes what is signed, each once, and nothing that came late', async () => {
  const [first, second] = ['one', 'two'].map((orderId) => ({
    ...reservedOrder({ orderId }),
    claimedAtMs: null,
    fulfilment: null,
    customer: null,
  })) as [LedgerOrder, LedgerOrder];
  await expect(post(...webhook('order_paid', 1, first), 'another secret')).rejects.toThrow('401');
  await post(...webhook('order_paid', 1, first));
  await post(...webhook('order_paid', 1, first));
  await post(...webhook('order_refunded', 3, first));
  await post(...webhook('order_expired', 2, first));
  await post(...webhook('order_paid', 4, second));
  const received = [await receiver.next(), await receiver.next(), await receiver.next()];
  expect(received).toEqual([
    { type: 'order.paid', order_id: 'one', total_minor: 4_999 },
    { type: 'order.refunded', order_id: 'one', total_minor: 4_999 },
    { type: 'order.paid', order_id: 'two', total_minor: 4_999 },
  ]);
});
