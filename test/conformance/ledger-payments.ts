import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claim } from '../../src/database/claims.ts';
import { findOrder } from '../../src/database/orders.ts';
import { abandonAttempt } from '../../src/database/payment-records.ts';
import {
  leaseAttempts,
  postponeAttempt,
  readAttempts,
  readAttemptsOfOrder,
  startRefund,
} from '../../src/database/payments.ts';
import { readSale } from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import { PAYMENT_TRANSITIONS, type PaymentAction, type PaymentState } from '../../src/domain/payment.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { T0 } from '../support/clock.ts';
import {
  attemptRecord,
  ensureOrder,
  ledgerSale,
  moveAttempt,
  numbered,
  orderChange,
  payingOrder,
  recordAttempt,
} from '../support/ledger-fixtures.ts';

const LEASE_MS = 30_000;
/** What only `claim` and `undoClaim` may do, since units go with it. */
const UNDER_CLAIM: Readonly<Partial<Record<PaymentState, PaymentAction>>> = {
  authorised: 'claim',
  claimed: 'abandon',
  captured: 'refund',
};
const STATES = Object.keys(PAYMENT_TRANSITIONS) as PaymentState[];
const ACTIONS = [...new Set(STATES.flatMap((state) => Object.keys(PAYMENT_TRANSITIONS[state])))] as PaymentAction[];

export function paymentConformance(db: () => Ledger): void {
  test('an attempt is recorded once for its key, and its order with it', async () => {
    const order = payingOrder();
    const record = attemptRecord(order);
    const first = await recordAttempt(db(), record);
    expect(first).toMatchObject({
      code: 'recorded',
      attempt: {
        attemptId: record.attemptId,
        orderId: order.orderId,
        attemptNumber: 1,
        state: 'created',
        paymentMethod: 'pm_ok',
        amountMinor: order.totalMinor,
        nextTryAtMs: T0,
      },
    });
    expect(await recordAttempt(db(), record)).toMatchObject({
      code: 'exists',
      attempt: { attemptId: record.attemptId },
    });
    const repeated = await recordAttempt(db(), { ...record, attemptId: randomUUID() });
    expect(repeated).toMatchObject({ code: 'exists', attempt: { attemptId: record.attemptId } });
    const other = await recordAttempt(db(), { ...record, paymentMethod: 'pm_declined' });
    expect(other).toEqual({ code: 'idempotency_key_reused' });
    expect(await findOrder(db(), order.orderId)).toMatchObject({ ...order, latestAttempt: { attemptNumber: 1 } });
  });

  test('recorders of the same request that come at once make one attempt', async () => {
    const record = attemptRecord(payingOrder());
    await ensureOrder(db(), record.order);
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => recordAttempt(db(), { ...record, attemptId: randomUUID() })),
    );
    expect(outcomes.filter(({ code }) => code === 'recorded')).toHaveLength(1);
    expect(await readAttemptsOfOrder(db(), record.order.orderId)).toHaveLength(1);
  });

  test('attempts of an order are numbered, and keep what the first one told of the customer', async () => {
    const order = payingOrder();
    const customer = { name: 'Ann', email: 'ann@example.com', phone: null, address: null };
    await recordAttempt(db(), { ...attemptRecord(order), customer });
    await recordAttempt(db(), { ...attemptRecord(order), attemptId: randomUUID(), idempotencyKey: 'pay-2' });
    expect((await readAttemptsOfOrder(db(), order.orderId)).map((it) => it.attemptNumber)).toEqual([1, 2]);
    expect(await findOrder(db(), order.orderId)).toMatchObject({ customer, latestAttempt: { attemptNumber: 2 } });
  });

  test.each(STATES.flatMap((state) => ACTIONS.map((action) => ({ state, action }))))(
    '$state: $action',
    async ({ state, action }) => {
      const attemptId = await attemptIn(db(), state);
      const moved = await moveAttempt(db(), { attemptId, action, nowMs: T0 + 1 });
      const to = UNDER_CLAIM[state] === action ? undefined : PAYMENT_TRANSITIONS[state][action];
      expect(moved?.state).toBe(to);
      expect(await readAttempts(db(), [attemptId])).toMatchObject([{ state: to ?? state }]);
    },
  );

  test('a move keeps what the provider said, and tells the timeline', async () => {
    const order = payingOrder();
    await recordAttempt(db(), attemptRecord(order));
    const attemptId = order.attemptId ?? '';
    await moveAttempt(db(), { attemptId, action: 'authorise', patch: { providerReference: 'ref-1' }, nowMs: T0 + 1 });
    await moveAttempt(db(), { attemptId, action: 'abandon', patch: { abandonReason: 'expired' }, nowMs: T0 + 2 });
    const found = await findOrder(db(), order.orderId);
    expect(found?.latestAttempt).toMatchObject({ providerReference: 'ref-1', abandonReason: 'expired' });
    expect(found?.timeline).toMatchObject([
      { type: 'payment_authorised', atMs: T0 + 1 },
      { type: 'payment_abandoned', atMs: T0 + 2, detail: { reason: 'expired' } },
    ]);
  });

  test('a leased attempt is nobody else’s until its lease ends', async () => {
    const attemptId = await attemptIn(db(), 'created');
    expect(await leased(db(), 'one', T0)).toContain(attemptId);
    expect(await leased(db(), 'two', T0 + LEASE_MS - 1)).not.toContain(attemptId);
    expect(await leased(db(), 'two', T0 + LEASE_MS)).toContain(attemptId);
  });

  test('attempts are handed out longest due first, those of one moment by id', async () => {
    const attemptIds = await Promise.all(Array.from({ length: 6 }, () => attemptIn(db(), 'created')));
    const dueAtMs = (index: number) => T0 + (index % 3) * 10;
    for (const [index, attemptId] of attemptIds.entries()) {
      await postponeAttempt(db(), { attemptId, error: null, nextTryAtMs: dueAtMs(index), nowMs: T0 });
    }
    const expected = [0, 1, 2].flatMap((moment) => attemptIds.filter((_, index) => index % 3 === moment).toSorted());
    const handedOut = await leased(db(), 'one', T0 + 100);
    expect(handedOut.filter((id) => attemptIds.includes(id))).toEqual(expected);
  });

  test('workers that lease at once share the attempts out', async () => {
    const attemptIds = await Promise.all(Array.from({ length: 12 }, () => attemptIn(db(), 'created')));
    const workers = ['one', 'two', 'three', 'four'];
    const shares = await Promise.all(workers.map((workerId) => leased(db(), workerId, T0)));
    const mine = shares.flat().filter((id) => attemptIds.includes(id));
    expect(mine.toSorted()).toEqual(attemptIds.toSorted());
  });

  test('a postponed attempt waits for its time, and counts its tries', async () => {
    const attemptId = await attemptIn(db(), 'authorised');
    await leased(db(), 'one', T0 + 10);
    const nextTryAtMs = T0 + 5_000;
    await postponeAttempt(db(), { attemptId, error: 'timeout', nextTryAtMs, nowMs: T0 + 10 });
    expect(await leased(db(), 'two', T0 + 4_999)).not.toContain(attemptId);
    expect(await leased(db(), 'two', T0 + 5_000)).toContain(attemptId);
    expect(await readAttempts(db(), [attemptId])).toMatchObject([{ tries: 1, lastError: 'timeout' }]);
  });

  test('waiting for a provider that has not decided is no failed try', async () => {
    const attemptId = await attemptIn(db(), 'created');
    await postponeAttempt(db(), { attemptId, error: null, nextTryAtMs: T0, nowMs: T0 });
    expect(await readAttempts(db(), [attemptId])).toMatchObject([{ tries: 0, lastError: null }]);
  });

  test('a settled attempt is leased by nobody', async () => {
    for (const state of ['confirmed', 'declined', 'voided', 'refunded'] as const) {
      const attemptId = await attemptIn(db(), state);
      await postponeAttempt(db(), { attemptId, error: 'late', nextTryAtMs: T0, nowMs: T0 });
      expect(await leased(db(), 'one', T0 + 3_600_000)).not.toContain(attemptId);
    }
  });

  test('an attempt that is abandoned before it is recorded can never be started', async () => {
    const order = payingOrder();
    const attemptId = order.attemptId ?? '';
    expect(await abandonAttempt(db(), { order, attemptId, reason: 'expired', nowMs: T0 })).toBe('abandoned');
    const late = await recordAttempt(db(), attemptRecord(order));
    expect(late).toMatchObject({ code: 'exists', attempt: { state: 'abandoned', abandonReason: 'expired' } });
    expect(await leased(db(), 'one', T0)).toContain(attemptId);
  });

  test.each<[PaymentState, 'abandoned' | 'too_late']>([
    ['created', 'abandoned'],
    ['authorised', 'abandoned'],
    ['abandoned', 'abandoned'],
    ['claimed', 'too_late'],
    ['captured', 'too_late'],
    ['confirmed', 'too_late'],
    ['declined', 'too_late'],
    ['voided', 'too_late'],
    ['refunding', 'too_late'],
    ['refunded', 'too_late'],
  ])('abandoning what is %s: %s', async (state, outcome) => {
    const order = payingOrder({ saleId: (await ledgerSale(db())).saleId });
    const attemptId = await attemptIn(db(), state, order);
    expect(await abandonAttempt(db(), { order, attemptId, reason: 'expired', nowMs: T0 })).toBe(outcome);
    const expected = outcome === 'abandoned' ? 'abandoned' : state;
    expect(await readAttempts(db(), [attemptId])).toMatchObject([{ state: expected }]);
  });

  test('recording and abandoning at once leave one abandoned attempt', async () => {
    const order = payingOrder();
    await ensureOrder(db(), order);
    const attemptId = order.attemptId ?? '';
    const [recorded, abandoned] = await Promise.all([
      recordAttempt(db(), attemptRecord(order)),
      abandonAttempt(db(), { order, attemptId, reason: 'expired', nowMs: T0 }),
    ]);
    expect(abandoned).toBe('abandoned');
    expect(['recorded', 'exists']).toContain(recorded.code);
    expect(await readAttemptsOfOrder(db(), order.orderId)).toMatchObject([{ attemptId, state: 'abandoned' }]);
  });

  test('an authorised attempt is either claimed or abandoned, never both', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    const attemptId = await attemptIn(db(), 'authorised', order);
    const [claims, abandoned] = await Promise.all([
      claim(db(), [attemptId], T0),
      abandonAttempt(db(), { order, attemptId, reason: 'expired', nowMs: T0 }),
    ]);
    const claimed = claims.get(attemptId) === 'claimed';
    expect(abandoned).toBe(claimed ? 'too_late' : 'abandoned');
    expect(await readSale(db(), saleId)).toMatchObject({ items: [{ sold: claimed ? 1 : 0 }] });
  });

  test('a refund begins once for a paid order, and its units stay sold', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    const attemptId = await attemptIn(db(), 'authorised', order);
    await claim(db(), [attemptId], T0);
    for (const action of ['capture', 'confirm'] as const) await moveAttempt(db(), { attemptId, action, nowMs: T0 });
    expect(await startRefund(db(), { orderId: order.orderId, by: 'operator', nowMs: T0 })).toBeNull();
    await applyEvents(db(), saleId, numbered(saleId, [orderChange('order_paid', { ...order, state: 'paid' })]));
    const refund = await startRefund(db(), { orderId: order.orderId, by: 'operator', nowMs: T0 + 9 });
    expect(refund).toMatchObject({ attemptId, state: 'refunding', nextTryAtMs: T0 + 9 });
    expect(await startRefund(db(), { orderId: order.orderId, by: 'operator', nowMs: T0 + 9 })).toBeNull();
    await moveAttempt(db(), { attemptId, action: 'settle_refund', nowMs: T0 + 10 });
    expect(await findOrder(db(), order.orderId)).toMatchObject({
      state: 'refunded',
      latestAttempt: { state: 'refunded' },
    });
    expect(await readSale(db(), saleId)).toMatchObject({ items: [{ sold: 1 }] });
  });

  test('money that comes back for an expired order leaves it expired', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId, state: 'expired', payingUntilMs: null });
    const attemptId = await attemptIn(db(), 'refunding', order);
    await moveAttempt(db(), { attemptId, action: 'settle_refund', nowMs: T0 });
    expect(await findOrder(db(), order.orderId)).toMatchObject({
      state: 'expired',
      latestAttempt: { state: 'refunded' },
    });
  });
}

/** The shortest way from `created` to each state. */
const WAY: Readonly<Record<PaymentState, readonly PaymentAction[]>> = {
  created: [],
  authorised: ['authorise'],
  claimed: ['authorise', 'claim'],
  captured: ['authorise', 'claim', 'capture'],
  confirmed: ['authorise', 'claim', 'capture', 'confirm'],
  abandoned: ['abandon'],
  declined: ['decline'],
  voided: ['abandon', 'void'],
  refunding: ['authorise', 'claim', 'capture', 'confirm', 'refund'],
  refunded: ['authorise', 'claim', 'capture', 'confirm', 'refund', 'settle_refund'],
};

/** The id of an attempt that has come so far; to pay an order of its own, if none is given. */
export async function attemptIn(db: Ledger, state: PaymentState, paying?: Order): Promise<string> {
  const record = attemptRecord(paying ?? payingOrder({ saleId: (await ledgerSale(db)).saleId }));
  const { attemptId } = record;
  await recordAttempt(db, record);
  for (const action of WAY[state]) {
    if (action === 'claim') await claim(db, [attemptId], T0);
    else await moveAttempt(db, { attemptId, action, nowMs: T0 });
  }
  expect(await readAttempts(db, [attemptId])).toMatchObject([{ state }]);
  return attemptId;
}

async function leased(db: Ledger, workerId: string, nowMs: number): Promise<string[]> {
  const attempts = await leaseAttempts(db, { workerId, limit: 1_000, leaseMs: LEASE_MS, nowMs });
  return attempts.map(({ attemptId }) => attemptId);
}
