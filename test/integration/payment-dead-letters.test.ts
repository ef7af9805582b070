import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pageAudit } from '../../src/database/audit-log.ts';
import { type DeadLetter, pageDeadLetters } from '../../src/database/dead-letters.ts';
import { leaseAttempts, readAttemptsOfOrder } from '../../src/database/payments.ts';
import type { Order } from '../../src/domain/order.ts';
import { expireReservations } from '../../src/engine/expire-reservations.ts';
import { claimBatcher, moveBatcher } from '../../src/engine/payment-batches.ts';
import { PaymentWatch } from '../../src/engine/payment-watch.ts';
import { resolveLetter } from '../../src/engine/resolve-dead-letter.ts';
import { settlePayment } from '../../src/engine/settle-payment.ts';
import { tendDeadLetters } from '../../src/engine/tend-dead-letters.ts';
import { type PaymentProvider, PaymentRequestRejected } from '../../src/payment/payment-provider.ts';
import { recordAttempt } from '../support/ledger-fixtures.ts';
import { PaymentRig } from '../support/payment-rig.ts';

const TRIES = 3;
const OPERATOR = { actor: 'operator', correlationId: 'by-hand' };

let rig: PaymentRig;
beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());
/** What the test before has left behind comes to its end. */
beforeEach(async () => {
  await rig.behave({ outage: false });
  await workLater(1);
});

/** A payment of one unit, held and recorded. */
async function beginPayment(): Promise<Order> {
  const reserved = await rig.reserve(await rig.openSale(1));
  const attemptId = randomUUID();
  const begun = await rig.store.beginPayment(reserved, attemptId, 0);
  if (begun.code !== 'done') throw new Error(`the payment was refused: ${begun.code}`);
  const { order } = begun;
  const facts = {
    idempotencyKey: attemptId,
    paymentMethod: 'pm_ok',
    customer: null,
    correlationId: order.correlationId,
  };
  await recordAttempt(rig.database.db, { order, attemptId, ...facts, nowMs: rig.clock.read() });
  return order;
}

/** Carries out what is due, once each. */
async function work(provider: PaymentProvider = rig.provider): Promise<void> {
  const { store, events } = rig;
  const ledger = rig.database.db;
  const now = () => store.now();
  const batches = { claims: claimBatcher(ledger, now), moves: moveBatcher(ledger, 'buyers') };
  const retry = { attempts: TRIES, baseMs: 1_000 };
  const due = await leaseAttempts(ledger, { workerId: 'worker', limit: 10, leaseMs: 60_000, nowMs: await now() });
  for (const attempt of due) {
    await settlePayment(
      { store, ledger, events, provider, ...batches, retry, audience: 'buyers', paymentGraceMs: 0 },
      attempt,
    );
  }
}

/** So many tries, each when the pause before it is over. */
async function workLater(times: number, provider?: PaymentProvider): Promise<void> {
  for (let time = 0; time < times; time++) {
    rig.clock.advance(60_000);
    await work(provider);
  }
}

const tend = () => tendDeadLetters({ ...rig, ledger: rig.database.db });

async function letterOf(order: Order): Promise<DeadLetter | undefined> {
  const { letters } = await pageDeadLetters(rig.database.db, {
    state: null,
    kind: 'payment',
    cursor: null,
    limit: 200,
  });
  return letters.find(({ orderId }) => orderId === order.orderId);
}

function resolve(letter: DeadLetter | undefined, action: 'replay' | 'discard') {
  const watch = new PaymentWatch(rig.database.db, 1, () => {});
  const ports = { store: rig.store, ledger: rig.database.db, events: rig.events, watch, audience: 'buyers' as const };
  return resolveLetter(ports, OPERATOR, { deadLetterId: letter?.deadLetterId ?? '', action });
}

/** The value under the reason, or without one. */
async function measured(name: string, reason?: string): Promise<number> {
  const metric = await rig.metrics.registry.getSingleMetric(name)?.get();
  return metric?.values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

test('a payment that fails gives its units back and becomes a dead letter, which closes when the money is known to be free', async () => {
  const order = await beginPayment();
  await rig.behave({ outage: true });
  await work();
  await workLater(TRIES - 2);
  expect(await letterOf(order)).toBeUndefined();

  await workLater(1);
  expect(await letterOf(order)).toMatchObject({
    state: 'open',
    reason: 'payment_provider_unavailable',
    attempts: TRIES,
    correlationId: order.correlationId,
    payload: { attempt_id: order.attemptId, state: 'abandoned', amount_minor: order.totalMinor },
  });
  rig.clock.advance(600_000);
  await expireReservations(rig, order.saleId, 10);
  expect((await rig.store.readSale(order.saleId))?.stock).toMatchObject([{ available: 1, reserved: 0, paying: 0 }]);

  await rig.behave({ outage: false });
  await work();
  await tend();
  expect(await readAttemptsOfOrder(rig.database.db, order.orderId)).toMatchObject([{ state: 'voided' }]);
  expect(await letterOf(order)).toMatchObject({ state: 'replayed', resolvedBy: 'processor' });
});

test('a payment whose outcome is unknown is asked for again and again, slowly, and an operator can hasten it', async () => {
  const order = await beginPayment();
  await rig.behave({ outage: true });
  await work();
  await workLater(12);
  const letter = await letterOf(order);
  expect(letter).toMatchObject({ state: 'open', attempts: 12 });
  const nextTryInMs = async () => {
    const [attempt] = await readAttemptsOfOrder(rig.database.db, order.orderId);
    return (attempt?.nextTryAtMs ?? Number.NaN) - rig.clock.read();
  };
  expect(await nextTryInMs()).toBeGreaterThan(29_000);

  await rig.behave({ outage: false });
  await work();
  expect(await nextTryInMs()).toBeGreaterThan(29_000);
  expect(await resolve(letter, 'replay')).toMatchObject({ code: 'resolved', letter: { state: 'replayed' } });
  await work();
  expect(await readAttemptsOfOrder(rig.database.db, order.orderId)).toMatchObject([{ state: 'voided' }]);
});

test('a replay that fails opens the letter again; one that is discarded stays away, and the payment goes on', async () => {
  const order = await beginPayment();
  await rig.behave({ outage: true });
  await work();
  await workLater(5);
  await resolve(await letterOf(order), 'replay');
  await work();
  expect(await letterOf(order)).toMatchObject({ state: 'open', resolvedBy: null });

  await resolve(await letterOf(order), 'discard');
  await workLater(2);
  expect(await letterOf(order)).toMatchObject({ state: 'discarded', resolvedBy: 'operator' });
  await rig.behave({ outage: false });
  await workLater(1);
  expect(await readAttemptsOfOrder(rig.database.db, order.orderId)).toMatchObject([{ state: 'voided' }]);
});

test('a fault that no repeat mends is a dead letter at once', async () => {
  const order = await beginPayment();
  const { provider } = rig;
  const strict: PaymentProvider = {
    authorise: (...call) => provider.authorise(...call),
    capture: (...call) => provider.capture(...call),
    void: (...call) => provider.void(...call),
    lookUp: (...call) => provider.lookUp(...call),
    refund: () => Promise.reject(new PaymentRequestRejected('not_found', 'never heard of it')),
  };
  await rig.store.release(order, 'expired', order.attemptId);
  rig.clock.advance(1_000);
  await rig.reserve(order.saleId);
  await work(strict);
  expect(await letterOf(order)).toMatchObject({
    state: 'open',
    attempts: 1,
    reason: 'payment_request_rejected',
    payload: { state: 'refunding' },
  });
  await work();
  await workLater(1);
  await tend();
  expect(await letterOf(order)).toMatchObject({ state: 'replayed' });
});

test('commands are done once and written down once; what is over cannot be undone', async () => {
  const order = await beginPayment();
  await rig.behave({ outage: true });
  await work();
  await workLater(3);
  const letter = await letterOf(order);
  expect(await resolve(letter, 'replay')).toMatchObject({ code: 'resolved' });
  expect(await resolve(letter, 'replay')).toMatchObject({ code: 'resolved', letter: { resolvedBy: 'operator' } });
  expect(await resolve(letter, 'discard')).toEqual({ code: 'wrong_state', detail: 'The letter is replayed.' });
  expect(await resolve(undefined, 'discard')).toEqual({ code: 'not_found' });
  const { entries } = await pageAudit(rig.database.db, { cursor: null, limit: 200 });
  const written = entries.filter(({ target }) => target === letter?.deadLetterId);
  expect(written).toMatchObject([
    { action: 'dead_letter_replayed', actor: 'operator', detail: { kind: 'payment', subject: order.attemptId } },
  ]);
});

test('open letters, their reasons and the age of the oldest are measured, and new ones told once', async () => {
  const reason = 'payment_provider_unavailable';
  const told: string[] = [];
  const ports = {
    ...rig,
    ledger: rig.database.db,
    announceDeadLetters: async (letters: readonly DeadLetter[]) =>
      void told.push(...letters.map(({ deadLetterId }) => deadLetterId)),
  };
  await tendDeadLetters(ports);
  const raisedBefore = await measured('tidegate_dead_letters_total', reason);
  const openBefore = await measured('tidegate_dead_letters', reason);
  const order = await beginPayment();
  await rig.behave({ outage: true });
  await work();
  await workLater(3);
  told.length = 0;

  rig.clock.advance(90_000);
  await tendDeadLetters(ports);
  await tendDeadLetters(ports);

  expect(await measured('tidegate_dead_letters_total', reason)).toBe(raisedBefore + 1);
  expect(await measured('tidegate_dead_letters', reason)).toBe(openBefore + 1);
  expect(await measured('tidegate_dead_letter_oldest_age_seconds')).toBeGreaterThanOrEqual(90);
  expect(told).toEqual([(await letterOf(order))?.deadLetterId]);
});
