import type { Order } from '../domain/order.ts';
import type { PaymentState } from '../domain/payment.ts';
import { ensureOrder } from './orders.ts';
import { claimPaymentMethod } from './payment-method-claims.ts';
import { type PaymentAttempt, toAttempt } from './payment-rows.ts';
import { type AttemptMove, applyAction, statesBeyondClaims } from './payment-transition.ts';
import type { Customer, Ledger } from './schema.ts';

export type { PaymentAttempt } from './payment-rows.ts';
export type { AttemptMove, AttemptPatch } from './payment-transition.ts';

export interface AttemptRecord {
  readonly order: Order;
  readonly attemptId: string;
  readonly idempotencyKey: string;
  readonly paymentMethod: string;
  /** Null keeps what an earlier attempt told. */
  readonly customer: Customer | null;
  readonly correlationId: string;
  readonly nowMs: number;
}

export type RecordOutcome =
  | { readonly code: 'recorded' | 'exists'; readonly attempt: PaymentAttempt }
  | { readonly code: 'idempotency_key_reused' | 'payment_method_limit_exceeded' };

export interface Abandonment {
  readonly order: Order;
  readonly attemptId: string;
  readonly reason: string;
  readonly nowMs: number;
}

export interface LeaseRequest {
  readonly workerId: string;
  readonly limit: number;
  readonly leaseMs: number;
  readonly nowMs: number;
}

export interface Postponement {
  readonly attemptId: string;
  /** Null: nothing went wrong, the provider has not decided yet. */
  readonly error: string | null;
  readonly nextTryAtMs: number;
  readonly nowMs: number;
}

type NewAttempt = Omit<AttemptRecord, 'paymentMethod'> & {
  readonly state: PaymentState;
  readonly paymentMethod: string | null;
  readonly abandonReason: string | null;
};

/**
 * Records an attempt before anything is said to the provider, and makes it the one of its order that may be claimed.
 * `exists`: the same request came before; its attempt may have been abandoned since, and then must not be started.
 * `payment_method_limit_exceeded`: the means of payment is another order's, and nothing was recorded.
 */
export async function recordAttempt(db: Ledger, record: AttemptRecord): Promise<RecordOutcome> {
  return db.transaction().execute(async (tx) => {
    await ensureOrder(tx, record.order);
    await lockOrder(tx, record.order.orderId);
    const earlier = await earlierAttempt(tx, record);
    if (earlier !== undefined) return repeated(earlier, record);
    const { orderId, saleId } = record.order;
    if (!(await claimPaymentMethod(tx, { ...record, orderId, saleId })))
      return { code: 'payment_method_limit_exceeded' };
    const attempt = await insertAttempt(tx, { ...record, state: 'created', abandonReason: null });
    return { code: 'recorded', attempt };
  });
}

/**
 * Returns the attempt as it is after the action; null when its state does not allow it. An attempt that has its claim
 * does not give it up here: see `undoClaim`.
 */
export async function moveAttempt(db: Ledger, move: AttemptMove): Promise<PaymentAttempt | null> {
  return db.transaction().execute(async (tx) => {
    if (move.action === 'settle_refund') await markRefunded(tx, move.attemptId);
    return applyAction(tx, statesBeyondClaims(move.action), move);
  });
}

/**
 * Ends an attempt for good, so that its order can be released: one that was never recorded is recorded as abandoned,
 * so that a recorder that was held up cannot start it any more. `too_late`: it is claimed, or beyond, or settled.
 */
export async function abandonAttempt(db: Ledger, abandonment: Abandonment): Promise<'abandoned' | 'too_late'> {
  const { order, attemptId, reason, nowMs } = abandonment;
  return db.transaction().execute(async (tx) => {
    await ensureOrder(tx, order);
    await lockOrder(tx, order.orderId);
    const found = await lockAttempt(tx, attemptId);
    if (found === undefined) {
      await insertAttempt(tx, neverRecorded(abandonment));
      return 'abandoned';
    }
    if (found.state === 'abandoned') return 'abandoned';
    const move = { attemptId, action: 'abandon', patch: { abandonReason: reason }, nowMs } as const;
    const moved = await applyAction(tx, statesBeyondClaims('abandon'), move);
    return moved === null ? 'too_late' : 'abandoned';
  });
}

/**
 * Begins to give back the money of a paid order. Its units stay sold: whether they can be sold again is for the shop
 * to know, and a restock says so. Null when the order is not paid, or its refund has begun.
 */
export async function startRefund(
  db: Ledger,
  { orderId, note, nowMs }: { readonly orderId: string; readonly note?: string | undefined; readonly nowMs: number },
): Promise<PaymentAttempt | null> {
  return db.transaction().execute(async (tx) => {
    const order = await lockOrder(tx, orderId);
    if (order?.state !== 'paid' || order.current_attempt_id === null) return null;
    return applyAction(tx, ['confirmed'], { attemptId: order.current_attempt_id, action: 'refund', note, nowMs });
  });
}

/** Hands out attempts that have something left to do, longest due first, each to one worker until its lease ends. */
export async function leaseAttempts(db: Ledger, request: LeaseRequest): Promise<PaymentAttempt[]> {
  const now = new Date(request.nowMs);
  const rows = await db
    // Materialized: a plan that ran the limited, locking query more than once would lease too many.
    .with(
      (cte) => cte('due').materialized(),
      (due) =>
        due
          .selectFrom('payments')
          .select('attempt_id')
          .where('next_try_at', '<=', now)
          .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
          .orderBy('next_try_at')
          .limit(request.limit)
          .forUpdate()
          .skipLocked(),
    )
    .updateTable('payments')
    .from('due')
    .set({ leased_by: request.workerId, lease_until: new Date(request.nowMs + request.leaseMs) })
    .whereRef('payments.attempt_id', '=', 'due.attempt_id')
    .returningAll('payments')
    .execute();
  return rows.map(toAttempt);
}

/** Gives the lease back, and counts a try that failed. Does nothing to an attempt that is settled. */
export async function postponeAttempt(db: Ledger, postponement: Postponement): Promise<void> {
  const { attemptId, error, nextTryAtMs, nowMs } = postponement;
  await db
    .updateTable('payments')
    .set((eb) => ({
      next_try_at: new Date(nextTryAtMs),
      ...(error !== null && { tries: eb('tries', '+', 1) }),
      last_error: error,
      leased_by: null,
      lease_until: null,
      updated_at: new Date(nowMs),
    }))
    .where('attempt_id', '=', attemptId)
    .where('next_try_at', 'is not', null)
    .execute();
}

/** In no particular order; without those that are unknown. */
export async function readAttempts(db: Ledger, attemptIds: readonly string[]): Promise<PaymentAttempt[]> {
  if (attemptIds.length === 0) return [];
  const rows = await db.selectFrom('payments').selectAll().where('attempt_id', 'in', attemptIds).execute();
  return rows.map(toAttempt);
}

/** In the order in which they were made. */
export async function readAttemptsOfOrder(db: Ledger, orderId: string): Promise<PaymentAttempt[]> {
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('order_id', '=', orderId)
    .orderBy('attempt_number')
    .execute();
  return rows.map(toAttempt);
}

/** Locks in the order that everybody keeps, order before attempt. A late payment that goes back leaves its order as it is. */
async function markRefunded(tx: Ledger, attemptId: string): Promise<void> {
  await tx
    .updateTable('orders')
    .set({ state: 'refunded' })
    .where('current_attempt_id', '=', attemptId)
    .where('order_id', '=', (eb) => eb.selectFrom('payments').select('order_id').where('attempt_id', '=', attemptId))
    .where('state', '=', 'paid')
    .execute();
}

function lockOrder(tx: Ledger, orderId: string) {
  return tx
    .selectFrom('orders')
    .select(['state', 'current_attempt_id'])
    .where('order_id', '=', orderId)
    .forUpdate()
    .executeTakeFirst();
}

function lockAttempt(tx: Ledger, attemptId: string) {
  return tx.selectFrom('payments').select('state').where('attempt_id', '=', attemptId).forUpdate().executeTakeFirst();
}

function repeated(earlier: PaymentAttempt, { paymentMethod }: AttemptRecord): RecordOutcome {
  const same = earlier.paymentMethod === null || earlier.paymentMethod === paymentMethod;
  return same ? { code: 'exists', attempt: earlier } : { code: 'idempotency_key_reused' };
}

async function earlierAttempt(tx: Ledger, record: AttemptRecord): Promise<PaymentAttempt | undefined> {
  const row = await tx
    .selectFrom('payments')
    .selectAll()
    .where('order_id', '=', record.order.orderId)
    .where((eb) => eb.or([eb('attempt_id', '=', record.attemptId), eb('idempotency_key', '=', record.idempotencyKey)]))
    .orderBy('attempt_number', 'desc')
    .executeTakeFirst();
  return row && toAttempt(row);
}

/** With the order locked: attempts are numbered one by one, and the newest is the one that may be claimed. */
async function insertAttempt(tx: Ledger, attempt: NewAttempt): Promise<PaymentAttempt> {
  const { order, attemptId, customer, nowMs } = attempt;
  const row = await tx
    .insertInto('payments')
    .values((eb) => ({
      attempt_id: attemptId,
      order_id: order.orderId,
      sale_id: order.saleId,
      attempt_number: eb
        .selectFrom('payments')
        .select((count) => count(count.fn.countAll<number>(), '+', 1).as('next'))
        .where('order_id', '=', order.orderId),
      idempotency_key: attempt.idempotencyKey,
      state: attempt.state,
      payment_method: attempt.paymentMethod,
      abandon_reason: attempt.abandonReason,
      amount_minor: order.totalMinor,
      currency: order.currency,
      correlation_id: attempt.correlationId,
      next_try_at: new Date(nowMs),
      created_at: new Date(nowMs),
      updated_at: new Date(nowMs),
    }))
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('orders')
    .set({ current_attempt_id: attemptId, ...(customer && { customer: JSON.stringify(customer) }) })
    .where('order_id', '=', order.orderId)
    .execute();
  return toAttempt(row);
}

/** Nobody knows its idempotency key: its own id keeps the place, and meets the recorder that comes late. */
function neverRecorded({ order, attemptId, reason, nowMs }: Abandonment): NewAttempt {
  return {
    order,
    attemptId,
    idempotencyKey: attemptId,
    state: 'abandoned',
    paymentMethod: null,
    abandonReason: reason,
    customer: null,
    correlationId: order.correlationId,
    nowMs,
  };
}
