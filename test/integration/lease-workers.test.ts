import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { releaseLeases, renewLeases } from '../../src/database/payment-schedule.ts';
import { leaseAttempts, type PaymentAttempt } from '../../src/database/payments.ts';
import { LeaseWorkers } from '../../src/processor/lease-workers.ts';
import { recordAttempt } from '../support/ledger-fixtures.ts';
import { PaymentRig } from '../support/payment-rig.ts';

const CONCURRENCY = 3;
const LEASE_MS = 60_000;

let rig: PaymentRig;
beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());

/** So many attempts that are due. */
async function recordAttempts(count: number): Promise<string[]> {
  const saleId = await rig.openSale(count);
  const attemptIds: string[] = [];
  for (let i = 0; i < count; i++) {
    const order = await rig.reserve(saleId);
    const attemptId = randomUUID();
    const facts = { idempotencyKey: attemptId, paymentMethod: 'pm_ok', customer: null, correlationId: 'test' };
    await recordAttempt(rig.database.db, { order, attemptId, ...facts, nowMs: rig.clock.read() });
    attemptIds.push(attemptId);
  }
  return attemptIds;
}

function paymentWorkers(workerId: string, concurrency: number, carryOut: (attempt: PaymentAttempt) => Promise<void>) {
  const { db } = rig.database;
  return new LeaseWorkers({
    concurrency,
    pollMs: 10,
    now: () => rig.store.now(),
    lease: (limit, nowMs) => leaseAttempts(db, { workerId, limit, leaseMs: LEASE_MS, nowMs }),
    releaseLeases: (busyWith) => releaseLeases(db, workerId, busyWith),
    idOf: ({ attemptId }) => attemptId,
    carryOut,
    onFailure: (error) => {
      throw error;
    },
  });
}

test('works on so many attempts at a time and no more, takes the next as one ends, and each once', async () => {
  const attemptIds = await recordAttempts(8);
  const underWay = new Map<string, () => void>();
  const taken: string[] = [];
  const workers = paymentWorkers('worker', CONCURRENCY, ({ attemptId }) => {
    taken.push(attemptId);
    return new Promise((resolve) => underWay.set(attemptId, resolve));
  });
  workers.start();
  for (let done = 0; done < attemptIds.length; done++) {
    const expected = Math.min(CONCURRENCY, attemptIds.length - done);
    await vi.waitFor(() => expect(underWay.size).toBe(expected), { timeout: 10_000 });
    const [attemptId = '', finish] = underWay.entries().next().value ?? [];
    underWay.delete(attemptId);
    finish?.();
  }
  await workers.stop();

  expect(taken.toSorted()).toEqual(attemptIds.toSorted());
});

test('stopping waits for what is under way', async () => {
  await recordAttempts(1);
  const settling = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const workers = paymentWorkers('other worker', 1, () => {
    started.resolve();
    return settling.promise;
  });
  workers.start();
  await started.promise;
  let stopped = false;
  const stopping = workers.stop().then(() => {
    stopped = true;
  });
  await rig.store.now();
  expect(stopped).toBe(false);

  settling.resolve();
  await stopping;
  expect(stopped).toBe(true);
});

test('keeps what it is busy with for itself, for as long as it takes', {
  timeout: 40_000,
}, async () => {
  const [attemptId] = await recordAttempts(1);
  const { db } = rig.database;
  const stuck = Promise.withResolvers<void>();
  const workerId = 'renewing';
  const leaseMs = 5_000;
  const workers = new LeaseWorkers<PaymentAttempt>({
    concurrency: 1,
    pollMs: 10,
    now: () => rig.store.now(),
    lease: (limit, nowMs) => leaseAttempts(db, { workerId, limit, leaseMs, nowMs }),
    renewLeases: (attemptIds, nowMs) => renewLeases(db, { workerId, attemptIds, leaseUntilMs: nowMs + leaseMs }),
    releaseLeases: (busyWith) => releaseLeases(db, workerId, busyWith),
    idOf: (attempt) => attempt.attemptId,
    carryOut: () => stuck.promise,
    onFailure: () => {},
  });
  workers.start();
  await vi.waitFor(async () => expect((await leaseOf(attemptId))?.leased_by).toBe(workerId), { timeout: 10_000 });
  rig.clock.advance(leaseMs);
  const renewed = async () =>
    expect((await leaseOf(attemptId))?.lease_until?.getTime()).toBe(rig.clock.read() + leaseMs);
  await vi.waitFor(renewed, { timeout: 20_000 });
  stuck.resolve();
  await workers.stop();
});

test('does not begin anew what it is still busy with, though its lease has ended', async () => {
  const [attemptId] = await recordAttempts(1);
  const stuck = Promise.withResolvers<void>();
  const taken: string[] = [];
  // Room for what earlier tests have left, too.
  const workers = paymentWorkers('slow', 100, (attempt) => {
    taken.push(attempt.attemptId);
    return stuck.promise;
  });
  workers.start();
  await vi.waitFor(() => expect(taken).toContain(attemptId), { timeout: 10_000 });
  rig.clock.advance(LEASE_MS + 1);
  const leasedAnew = async () =>
    expect((await leaseOf(attemptId))?.lease_until?.getTime()).toBe(rig.clock.read() + LEASE_MS);
  await vi.waitFor(leasedAnew, { timeout: 10_000 });
  stuck.resolve();
  await workers.stop();
  expect(taken.filter((id) => id === attemptId)).toHaveLength(1);
});

async function leaseOf(attemptId = '') {
  const { db } = rig.database;
  return db
    .selectFrom('payments')
    .select(['leased_by', 'lease_until'])
    .where('attempt_id', '=', attemptId)
    .executeTakeFirst();
}
