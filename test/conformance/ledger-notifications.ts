import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import {
  type Channel,
  leaseNotifications,
  type Notification,
  pageNotifications,
  postponeNotification,
  releaseNotificationLeases,
  replayNotification,
  settleNotification,
} from '../../src/database/notifications.ts';
import { moveAttempts } from '../../src/database/payments.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import type { OrderChangeType } from '../../src/domain/order-event.ts';
import type { Audience } from '../../src/domain/order-news.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { T0 } from '../support/clock.ts';
import {
  attemptRecord,
  ledgerSale,
  moveAttempt,
  numbered,
  orderChange,
  payingOrder,
  recordAttempt,
  reservedOrder,
} from '../support/ledger-fixtures.ts';

const CUSTOMER = { name: 'Ann', email: 'ann@example.com', phone: null, address: null };
const CHANNELS: readonly Channel[] = ['mail', 'webhook'];
const LATER = T0 + 1_000;
const LEASE_MS = 30_000;

export function notificationConformance(db: () => Ledger): void {
  // Tests share the ledger: what is due here is what the test itself made due.
  beforeEach(async () => {
    for (const channel of CHANNELS) await leaseNotifications(db(), channel, lease({ limit: 1_000, leaseMs: 1e9 }));
  });

  const due = (channel: Channel, options = {}) => leaseNotifications(db(), channel, lease(options));
  const tell = (change: OrderChangeType, over: Partial<Order> = {}, audience?: Audience) =>
    applyChange(db(), change, over, audience);

  test('a paid order is a mail to its buyer and a webhook to the shop, once however often its event comes', async () => {
    const { order, events } = await tell('order_paid');
    await applyEvents(db(), order.saleId, events, 'buyers_and_shop');
    for (const channel of CHANNELS) {
      expect(await due(channel)).toMatchObject([
        { orderId: order.orderId, news: 'order_paid', reason: null, atMs: T0, state: 'pending', tries: 0 },
      ]);
    }
  });

  test('what was told of one order is found without a look at the others', async () => {
    for (const table of ['notifications', 'webhook_deliveries']) {
      const plan = await db()
        .transaction()
        .execute(async (tx) => {
          await sql`set local enable_seqscan = off`.execute(tx);
          const query = sql`explain select * from ${sql.table(table)} where order_id = 'some' order by sequence`;
          return JSON.stringify((await query.execute(tx)).rows);
        });
      expect(plan).toContain('Index Cond: (order_id');
    }
  });

  test('the shop is told nothing while it has named no webhook', async () => {
    await tell('order_paid', {}, 'buyers');
    expect(await due('webhook')).toEqual([]);
    expect(await due('mail')).toHaveLength(1);
  });

  test('who left no address gets no mail', async () => {
    const order = reservedOrder({ saleId: (await ledgerSale(db())).saleId });
    await applyEvents(db(), order.saleId, numbered(order.saleId, [orderChange('order_paid', order)]));
    expect(await due('mail')).toEqual([]);
  });

  test.each([
    { change: 'order_reserved', reason: null, mail: [], webhook: [] },
    { change: 'payment_declined', reason: null, mail: [], webhook: [] },
    { change: 'order_expired', reason: 'expired', mail: [], webhook: ['order_expired'] },
    { change: 'order_cancelled', reason: 'cancelled_by_buyer', mail: [], webhook: ['order_cancelled'] },
    { change: 'order_cancelled', reason: 'payment_failed', mail: [], webhook: ['order_cancelled'] },
    { change: 'order_cancelled', reason: 'claim_refused', mail: ['order_cancelled'], webhook: ['order_cancelled'] },
    { change: 'order_cancelled', reason: 'sale_cancelled', mail: ['order_cancelled'], webhook: ['order_cancelled'] },
  ] as const)('$change, $reason: mails $mail, webhooks $webhook', async ({ change, reason, mail, webhook }) => {
    await tell(change, { releaseReason: reason });
    expect((await due('mail')).map(({ news }) => news)).toEqual(mail);
    expect((await due('webhook')).map(({ news }) => news)).toEqual(webhook);
  });

  test('money that was given back is news when it is there: of a paid order to all, of a late payment to its buyer', async () => {
    const paid = await tell('order_paid');
    const late = await tell('order_expired', { releaseReason: 'expired' });
    for (const channel of CHANNELS) await settleAll(db(), channel, await due(channel));
    const attemptIds = [paid, late].map(({ order }) => order.attemptId ?? '');
    for (const attemptId of attemptIds) {
      for (const action of ['authorise', 'abandon', 'refund'] as const)
        await moveAttempt(db(), { attemptId, action, nowMs: T0 });
    }
    expect(await due('mail')).toEqual([]);
    const refunds = attemptIds.map((attemptId) => ({ attemptId, action: 'settle_refund' as const, nowMs: T0 + 5 }));
    await moveAttempts(db(), refunds, 'buyers_and_shop');
    expect(await due('mail')).toMatchObject([
      { orderId: paid.order.orderId, news: 'order_refunded', atMs: T0 + 5 },
      { orderId: late.order.orderId, news: 'payment_returned', atMs: T0 + 5 },
    ]);
    expect(await due('webhook')).toMatchObject([{ orderId: paid.order.orderId, news: 'order_refunded' }]);
  });

  test('the news of an order go out one after the other, and hold up nobody else’s', async () => {
    const { order } = await tell('order_expired', { releaseReason: 'expired' });
    await applyChanges(db(), order, ['order_reserved_again', 'order_paid'], 2);
    const other = await tell('order_expired', { releaseReason: 'expired' });
    const first = await due('webhook');
    expect(first.map(({ orderId, news }) => [orderId, news])).toEqual([
      [order.orderId, 'order_expired'],
      [other.order.orderId, 'order_expired'],
    ]);
    expect(await due('webhook')).toEqual([]);
    await settleAll(db(), 'webhook', first);
    const [next] = await due('webhook');
    expect(next).toMatchObject({ orderId: order.orderId, news: 'order_paid' });
    expect(next?.sequence).toBeGreaterThan(first[0]?.sequence ?? Number.POSITIVE_INFINITY);
  });

  test('workers that lease at once share out what is due, until a lease ends or is given back', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => tell('order_paid')));
    const workers = ['one', 'two', 'three'];
    const shares = await Promise.all(workers.map((workerId) => due('mail', { workerId, limit: 4 })));
    const orderIds = shares.flat().map(({ orderId }) => orderId);
    expect(orderIds.toSorted()).toEqual(orders.map(({ order }) => order.orderId).toSorted());
    const [busy, idle] = await due('mail', { workerId: 'two', nowMs: LATER + LEASE_MS });
    if (!busy || !idle) throw new Error('leases have ended');
    await releaseNotificationLeases(db(), 'mail', 'two', [busy.notificationId]);
    const free = await due('mail', { workerId: 'three', nowMs: LATER + LEASE_MS });
    expect(free.map(({ notificationId }) => notificationId)).toContain(idle.notificationId);
    expect(free.map(({ notificationId }) => notificationId)).not.toContain(busy.notificationId);
  });

  test('what could not be sent waits for its time, and is counted', async () => {
    await tell('order_paid');
    const [{ notificationId }] = await one(due('mail'));
    await postponeNotification(db(), 'mail', { notificationId, error: 'timeout', nextTryAtMs: LATER + 10 });
    expect(await due('mail', { nowMs: LATER + 9 })).toEqual([]);
    expect(await due('mail', { nowMs: LATER + 10 })).toMatchObject([
      { notificationId, tries: 1, lastError: 'timeout' },
    ]);
  });

  test('what was given up is listed, and goes out again under its id when somebody asks for it', async () => {
    await tell('order_paid');
    const [{ notificationId }] = await one(due('webhook'));
    await settleNotification(db(), 'webhook', { notificationId, state: 'failed', error: 'refused', nowMs: LATER });
    expect(await due('webhook')).toEqual([]);
    const failed = await pageNotifications(db(), 'webhook', { state: 'failed', cursor: null, limit: 1 });
    expect(failed.notifications).toMatchObject([{ notificationId, lastError: 'refused', settledAtMs: LATER }]);
    expect(await replayNotification(db(), 'webhook', { notificationId, nowMs: LATER })).toMatchObject({ tries: 0 });
    expect(await due('webhook')).toMatchObject([{ notificationId, state: 'pending' }]);
    expect(await replayNotification(db(), 'webhook', { notificationId: randomUUID(), nowMs: LATER })).toBeNull();
  });

  test('pages show the newest first', async () => {
    const ids = [];
    for (let count = 0; count < 3; count++) ids.unshift((await tell('order_paid')).order.orderId);
    const first = await pageNotifications(db(), 'webhook', { state: null, cursor: null, limit: 2 });
    const second = await pageNotifications(db(), 'webhook', { state: null, cursor: first.nextCursor, limit: 1 });
    expect([...first.notifications, ...second.notifications].map(({ orderId }) => orderId)).toEqual(ids);
  });
}

function lease(over: Partial<Parameters<typeof leaseNotifications>[2]>) {
  return { workerId: 'test', limit: 100, leaseMs: LEASE_MS, nowMs: LATER, ...over };
}

/** An order of a buyer with an address, as one event leaves it. */
async function applyChange(db: Ledger, change: OrderChangeType, over: Partial<Order>, audience?: Audience) {
  const { saleId } = await ledgerSale(db);
  const order = payingOrder({ saleId });
  await recordAttempt(db, { ...attemptRecord(order), customer: CUSTOMER });
  const state = change === 'order_paid' ? 'paid' : order.state;
  const events = numbered(saleId, [orderChange(change, { ...order, state, ...over })]);
  await applyEvents(db, saleId, events, audience ?? 'buyers_and_shop');
  return { order, events };
}

function applyChanges(db: Ledger, order: Order, changes: readonly OrderChangeType[], fromSeq: number) {
  const events = changes.map((change) => orderChange(change, order));
  return applyEvents(db, order.saleId, numbered(order.saleId, events, fromSeq), 'buyers_and_shop');
}

async function settleAll(db: Ledger, channel: Channel, notifications: readonly Notification[]): Promise<void> {
  for (const { notificationId } of notifications)
    await settleNotification(db, channel, { notificationId, state: 'delivered', nowMs: LATER });
}

async function one(due: Promise<Notification[]>): Promise<[Notification]> {
  const [only, ...others] = await due;
  if (!only || others.length > 0) throw new Error('one notification should be due');
  return [only];
}
