import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOrder } from '../../src/database/orders.ts';
import { hastenAttempt, releaseLeases } from '../../src/database/payment-schedule.ts';
import { leaseAttempts, readAttemptsOfOrder } from '../../src/database/payments.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import { endDuePayments } from '../../src/engine/end-due-payments.ts';
import { KillSwitches } from '../../src/engine/kill-switches.ts';
import { attemptIdFor, type PayOutcome, pay } from '../../src/engine/pay.ts';
import { claimBatcher, moveBatcher, recordBatcher } from '../../src/engine/payment-batches.ts';
import { PaymentWatch } from '../../src/engine/payment-watch.ts';
import { settlePayment } from '../../src/engine/settle-payment.ts';
import type { PaymentProvider } from '../../src/payment/payment-provider.ts';
import type { Store } from '../../src/store/store.ts';
import { CrashPoint } from '../support/crash-point.ts';
import { PaymentRig } from '../support/payment-rig.ts';

const WORKER = 'the only worker';
const GRACE_MS = 10_000;

let rig: PaymentRig;
beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());

interface Ports {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly provider: PaymentProvider;
}

function realPorts(): Ports {
  return { store: rig.store, ledger: rig.database.db, provider: rig.provider };
}

async function askToPay(
  order: Order,
  paymentMethod: string,
  key: string = randomUUID(),
  ports = realPorts(),
): Promise<PayOutcome> {
  const switches = new KillSwitches(ports.ledger, { refreshMs: 60_000, onFailure: () => {} });
  const watch = new PaymentWatch(ports.ledger, 1, () => {});
  const request = { order, idempotencyKey: key, paymentMethod, customer: null, correlationId: 'test', waitMs: 0 };
  const records = recordBatcher(ports.ledger);
  return pay({ ...ports, records, switches, watch, paymentGraceMs: GRACE_MS }, request);
}

/** Carries out what is due in the ledger, as far as it goes. */
async function work(ports = realPorts()): Promise<void> {
  const now = () => ports.store.now();
  const settle = {
    ...ports,
    events: rig.events,
    claims: claimBatcher(ports.ledger, now),
    moves: moveBatcher(ports.ledger),
    retry: { attempts: 3, baseMs: 1_000 },
    paymentGraceMs: GRACE_MS,
    audience: 'buyers' as const,
  };
  for (;;) {
    const attempts = await leaseAttempts(ports.ledger, {
      workerId: WORKER,
      limit: 10,
      leaseMs: 60_000,
      nowMs: await now(),
    });
    if (attempts.length === 0) return;
    await Promise.all(attempts.map((attempt) => settlePayment(settle, attempt)));
  }
}

async function payAndWork(order: Order, paymentMethod: string, key: string = randomUUID()): Promise<PayOutcome> {
  await askToPay(order, paymentMethod, key);
  await work();
  return askToPay(order, paymentMethod, key);
}

async function stateOf(order: Order) {
  await rig.project(order.saleId);
  const stored = await rig.store.readOrder(order);
  const known = await findOrder(rig.database.db, order.orderId);
  const attempts = await readAttemptsOfOrder(rig.database.db, order.orderId);
  return { store: stored?.state, ledger: known?.state, attempts: attempts.map(({ state }) => state) };
}

async function capturedMinor(order: Order): Promise<number> {
  const payments = await rig.statement(order.orderId);
  return payments.reduce((sum, payment) => sum + payment.captured_minor - payment.refunded_minor, 0);
}

async function heldAttempts(order: Order): Promise<string[]> {
  const payments = await rig.statement(order.orderId);
  return payments
    .filter(({ status }) => status === 'authorised' || status === 'pending')
    .map(({ attempt_id }) => attempt_id);
}

test('a payment that goes well: units sold, claimed once, money taken once', async () => {
  const saleId = await rig.openSale(3);
  const order = await rig.reserve(saleId);

  expect(await payAndWork(order, 'pm_ok')).toEqual({ code: 'paid' });

  expect(await stateOf(order)).toEqual({ store: 'paid', ledger: 'paid', attempts: ['confirmed'] });
  expect(await rig.soldInLedger(saleId)).toBe(1);
  expect(await capturedMinor(order)).toBe(order.totalMinor);
});

test('a declined card leaves the reservation open for a second one', async () => {
  const order = await rig.reserve(await rig.openSale(3));

  expect(await payAndWork(order, 'pm_declined')).toMatchObject({ code: 'payment_declined' });
  expect(await stateOf(order)).toMatchObject({ store: 'reserved', ledger: 'reserved' });
  expect(await payAndWork(order, 'pm_ok')).toEqual({ code: 'paid' });

  expect(await stateOf(order)).toEqual({ store: 'paid', ledger: 'paid', attempts: ['declined', 'confirmed'] });
  expect(await capturedMinor(order)).toBe(order.totalMinor);
});

test('a repeated pay under one key is one attempt; with another card it is refused', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  const key = randomUUID();

  await Promise.all([askToPay(order, 'pm_ok', key), askToPay(order, 'pm_ok', key), askToPay(order, 'pm_ok', key)]);
  await work();

  expect(await askToPay(order, 'pm_ok', key)).toEqual({ code: 'paid' });
  expect(await askToPay(order, 'pm_declined', key)).toEqual({ code: 'idempotency_key_reused' });
  expect((await stateOf(order)).attempts).toEqual(['confirmed']);
});

test('a repeat of a declined payment gets the decline again, and the reservation stays open', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  const key = randomUUID();
  await payAndWork(order, 'pm_declined', key);

  expect(await askToPay(order, 'pm_declined', key)).toMatchObject({ code: 'payment_declined' });
  expect(await askToPay(order, 'pm_ok', key)).toEqual({ code: 'idempotency_key_reused' });
  expect((await rig.store.readOrder(order))?.state).toBe('reserved');
});

test('a hold that a failed attempt left behind ends when its time is over', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  const key = randomUUID();
  await payAndWork(order, 'pm_declined', key);
  await rig.store.beginPayment(order, attemptIdFor(order.orderId, key), GRACE_MS);
  rig.clock.advance(700_000);

  await endDuePayments({ store: rig.store, ledger: rig.database.db }, order.saleId, 10);

  expect((await rig.store.readOrder(order))?.state).toBe('expired');
});

test('a second payment of the same order is refused while the first is under way, and after it', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  await askToPay(order, 'pm_ok');

  expect(await askToPay(order, 'pm_ok')).toMatchObject({ code: 'wrong_state' });
  await work();
  expect(await askToPay(order, 'pm_ok')).toMatchObject({ code: 'wrong_state' });
  expect(await capturedMinor(order)).toBe(order.totalMinor);
});

test('a time-out at the provider: the buyer is told to poll, and is charged once', async () => {
  await rig.behave({ settle_ms: 100 });
  const order = await rig.reserve(await rig.openSale(3));

  expect(await payAndWork(order, 'pm_timeout')).toEqual({ code: 'payment_provider_unavailable' });
  for (let round = 0; (await stateOf(order)).store !== 'paid' && round < 50; round++) {
    await sleep(50);
    rig.clock.advance(5_000);
    await work();
  }

  expect(await stateOf(order)).toEqual({ store: 'paid', ledger: 'paid', attempts: ['confirmed'] });
  expect(await capturedMinor(order)).toBe(order.totalMinor);
});

test('a buyer waits no longer than promised, also for a ledger that does not answer', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  await askToPay(order, 'pm_ok');
  const [attempt] = await readAttemptsOfOrder(rig.database.db, order.orderId);
  if (!attempt) throw new Error('no attempt');
  const busy = Promise.withResolvers<void>();
  const occupied = rig.database.db.transaction().execute(() => busy.promise);

  const watch = new PaymentWatch(rig.database.db, 1, () => {});
  expect(await watch.settled(attempt, 20)).toEqual(attempt);

  busy.resolve();
  await occupied;
  await work();
});

test('a provider that is down: the order is free for another try, and nothing stays held', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  await rig.behave({ outage: true });
  await askToPay(order, 'pm_ok');
  for (let round = 0; round < 3; round++) {
    await work();
    rig.clock.advance(10_000);
  }
  expect((await stateOf(order)).store).toBe('reserved');

  await rig.behave({ outage: false });
  rig.clock.advance(60_000);
  expect(await payAndWork(order, 'pm_ok')).toEqual({ code: 'paid' });

  expect((await stateOf(order)).attempts).toEqual(['voided', 'confirmed']);
  expect(await heldAttempts(order)).toEqual([]);
  expect(await capturedMinor(order)).toBe(order.totalMinor);
});

test('a repeat of a payment that was given up does not hold the order', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  const key = randomUUID();
  await rig.behave({ outage: true });
  await askToPay(order, 'pm_ok', key);
  for (let round = 0; round < 3; round++) {
    await work();
    rig.clock.advance(10_000);
  }

  expect(await askToPay(order, 'pm_ok', key)).toEqual({ code: 'payment_provider_unavailable' });

  expect((await stateOf(order)).attempts).toEqual(['abandoned']);
  expect((await rig.store.readOrder(order))?.state).toBe('reserved');
  await rig.behave({ outage: false });
});

test('money that the provider still holds after a void is not taken for let go', async () => {
  const order = await rig.reserve(await rig.openSale(3));
  await rig.behave({ outage: true });
  await askToPay(order, 'pm_ok');
  for (let round = 0; round < 3; round++) {
    await work();
    rig.clock.advance(10_000);
  }
  await rig.behave({ outage: false });
  const undecided = { status: 'pending', reference: null, declineReason: null } as const;
  const hesitant: PaymentProvider = Object.assign(Object.create(rig.provider), {
    void: async (attemptId: string) => ({ attemptId, ...undecided }),
  });

  await work({ ...realPorts(), provider: hesitant });
  expect((await stateOf(order)).attempts).toEqual(['abandoned']);

  rig.clock.advance(60_000);
  await work();
  expect((await stateOf(order)).attempts).toEqual(['voided']);
});

/** Lets an order expire while the provider has not decided about its payment. */
async function expireWhilePending(order: Order): Promise<void> {
  await rig.behave({ late_ms: 60_000 });
  await askToPay(order, 'pm_late');
  await work();
  rig.clock.advance(700_000);
  await endDuePayments({ store: rig.store, ledger: rig.database.db }, order.saleId, 10);
}

describe('paid too late', () => {
  test('with stock left the order is reserved again and paid', async () => {
    const order = await rig.reserve(await rig.openSale(1));
    await rig.behave({ settle_ms: 0 });
    await askToPay(order, 'pm_pending');
    await work();
    await sleep(100);
    rig.clock.advance(700_000);
    await endDuePayments({ store: rig.store, ledger: rig.database.db }, order.saleId, 10);
    expect((await rig.store.readOrder(order))?.state).toBe('expired');

    await work();

    expect(await stateOf(order)).toEqual({ store: 'paid', ledger: 'paid', attempts: ['confirmed'] });
    expect(await capturedMinor(order)).toBe(order.totalMinor);
  });

  test('when the unit is gone the money is let go, with a message', async () => {
    const saleId = await rig.openSale(1);
    const order = await rig.reserve(saleId);
    const key = randomUUID();
    await rig.behave({ settle_ms: 0 });
    await askToPay(order, 'pm_pending', key);
    await work();
    await sleep(100);
    rig.clock.advance(700_000);
    await endDuePayments({ store: rig.store, ledger: rig.database.db }, saleId, 10);
    const other = await rig.reserve(saleId);
    expect(await askToPay(order, 'pm_pending', key)).toEqual({ code: 'working' });

    await work();

    expect(await askToPay(order, 'pm_pending', key)).toMatchObject({
      code: 'reservation_expired',
      message: expect.stringContaining('Nothing was charged'),
    });
    expect(await stateOf(order)).toEqual({ store: 'expired', ledger: 'expired', attempts: ['voided'] });
    expect(await capturedMinor(order)).toBe(0);
    expect(await heldAttempts(order)).toEqual([]);
    expect(await payAndWork(other, 'pm_ok')).toEqual({ code: 'paid' });
  });

  test('an authorisation that comes after the attempt was ended holds nothing', async () => {
    const order = await rig.reserve(await rig.openSale(1));
    await expireWhilePending(order);

    await work();

    expect(await stateOf(order)).toEqual({ store: 'expired', ledger: 'expired', attempts: ['voided'] });
    expect(await heldAttempts(order)).toEqual([]);
  });

  test('paying an expired reservation charges nothing', async () => {
    const order = await rig.reserve(await rig.openSale(1));
    rig.clock.advance(600_000);

    expect(await askToPay(order, 'pm_ok')).toMatchObject({ code: 'reservation_expired' });
    expect(await rig.statement(order.orderId)).toEqual([]);
  });
});

test('a store that lies cannot oversell: the ledger refuses the claim, the buyer is told, nothing is charged', async () => {
  const saleId = await rig.openSale(2);
  await sql`update sale_items set sold = total_stock where sale_id = ${saleId}`.execute(rig.database.db);
  const order = await rig.reserve(saleId);

  expect(await payAndWork(order, 'pm_ok')).toMatchObject({ code: 'sold_out' });

  expect(await stateOf(order)).toEqual({ store: 'cancelled', ledger: 'cancelled', attempts: ['voided'] });
  expect((await rig.store.readOrder(order))?.releaseReason).toBe('claim_refused');
  expect(await capturedMinor(order)).toBe(0);
});

test('a capture that cannot succeed undoes the claim and frees the units', async () => {
  const saleId = await rig.openSale(2);
  const order = await rig.reserve(saleId);

  expect(await payAndWork(order, 'pm_capture_fails')).toMatchObject({ code: 'payment_declined' });

  expect((await stateOf(order)).store).toBe('cancelled');
  expect(await rig.soldInLedger(saleId)).toBe(0);
  expect((await rig.store.readSale(saleId))?.stock[0]).toMatchObject({ available: 2, sold: 0 });
});

test('a callback that comes three times charges once', async () => {
  const order = await rig.reserve(await rig.openSale(2));
  await askToPay(order, 'pm_duplicate');
  const [attempt] = await readAttemptsOfOrder(rig.database.db, order.orderId);
  const nudge = { attemptId: attempt?.attemptId ?? '', nowMs: rig.clock.read() };

  for (let copy = 0; copy < 3; copy++) {
    await hastenAttempt(rig.database.db, nudge);
    await work();
  }

  expect(await stateOf(order)).toEqual({ store: 'paid', ledger: 'paid', attempts: ['confirmed'] });
  expect(await capturedMinor(order)).toBe(order.totalMinor);
});

/** Pays through ports that die at the given moment. Returns whether they did. */
async function payUntilCrash(order: Order, key: string, moment: number): Promise<boolean> {
  const crash = new CrashPoint(moment);
  const ports = {
    store: crash.wrap<Store>(rig.store),
    ledger: crash.wrapDatabase(rig.database.db),
    provider: crash.wrap<PaymentProvider>(rig.provider),
  };
  await askToPay(order, 'pm_ok', key, ports)
    .then(() => work(ports))
    .catch((error: unknown) => {
      if (!crash.reached) throw error;
    });
  await releaseLeases(rig.database.db, WORKER);
  return crash.reached;
}

describe('a crash between any two steps of a payment', () => {
  test('the buyer asks again: paid and charged once', { timeout: 120_000 }, async () => {
    let moments = 0;
    for (let crashed = true; crashed; moments++) {
      const saleId = await rig.openSale(1);
      const order = await rig.reserve(saleId);
      const key = randomUUID();
      crashed = await payUntilCrash(order, key, moments);

      expect(await payAndWork(order, 'pm_ok', key), `died at moment ${moments}`).toEqual({ code: 'paid' });

      expect(await stateOf(order)).toEqual({ store: 'paid', ledger: 'paid', attempts: ['confirmed'] });
      expect(await rig.soldInLedger(saleId)).toBe(1);
      expect(await capturedMinor(order)).toBe(order.totalMinor);
    }
    expect(moments).toBeGreaterThan(20);
  });

  test('the buyer never comes back: paid and charged, or neither, and no unit is lost', {
    timeout: 120_000,
  }, async () => {
    let moments = 0;
    for (let crashed = true; crashed; moments++) {
      const saleId = await rig.openSale(1);
      const order = await rig.reserve(saleId);
      crashed = await payUntilCrash(order, randomUUID(), moments);

      rig.clock.advance(700_000);
      await endDuePayments({ store: rig.store, ledger: rig.database.db }, saleId, 10);
      await work();
      await rig.store.expireDue(saleId, 10);

      const { store, ledger } = await stateOf(order);
      const paid = store === 'paid';
      expect(store, `died at moment ${moments}`).toBe(paid ? 'paid' : 'expired');
      expect(ledger).toBe(store);
      expect(await capturedMinor(order)).toBe(paid ? order.totalMinor : 0);
      expect(await heldAttempts(order)).toEqual([]);
      expect(await rig.soldInLedger(saleId)).toBe(paid ? 1 : 0);
      expect((await rig.store.readSale(saleId))?.stock[0]).toMatchObject({
        available: paid ? 0 : 1,
        sold: paid ? 1 : 0,
      });
    }
    expect(moments).toBeGreaterThan(20);
  });
});
