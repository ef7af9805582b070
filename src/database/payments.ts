import type { Audience, OrderReport } from '../domain/order-news.ts';
import type { PaymentState } from '../domain/payment.ts';
import { announce } from './announcements.ts';
import { type PaymentAttempt, toAttempt } from './payment-rows.ts';
import { type AttemptMove, applyAction, applyActions, statesBeyondClaims } from './payment-transition.ts';
import { closeReview } from './reviews.ts';
import type { Ledger } from './schema.ts';

export type { PaymentAttempt } from './payment-rows.ts';
export type { AttemptMove, AttemptPatch } from './payment-transition.ts';

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

export interface RefundStart {
  readonly orderId: string;
  /** Who gives it back. */
  readonly by: string;
  /** For the buyer, in the timeline. */
  readonly note?: string | undefined;
  /** For operators, with the review; otherwise `note` is. */
  readonly reviewNote?: string | undefined;
  readonly onlyInReview?: boolean;
  readonly nowMs: number;
}

/**
 * Makes moves, each as if after the one before it, in one transaction and as many statements for a crowd as for one.
 * Returns the attempts as they are after them; null where the state of one did not allow it. An attempt that has its
 * claim does not give it up here: see `undoClaim`.
 */
export async function moveAttempts(
  db: Ledger,
  moves: readonly AttemptMove[],
  audience: Audience = 'buyers',
): Promise<(PaymentAttempt | null)[]> {
  return db.transaction().execute(async (tx) => {
    const refunds = moves.filter(({ action }) => action === 'settle_refund');
    if (refunds.length > 0) await lockOrdersOf(tx, refunds);
    const allowed = moves.map((move) => ({ ...move, from: statesBeyondClaims(move.action) }));
    const moved = await applyActions(tx, allowed);
    await announce(tx, await markRefunded(tx, moved), audience);
    return moved;
  });
}

/**
 * Begins to give back the money of a paid order. Its units stay sold: whether they can be sold again is for the shop
 * to know, and a restock says so. A risk review that is open is cancelled with it. Null when the order is not paid, or
 * its refund has begun, or it is in no open review and has to be.
 */
export async function startRefund(db: Ledger, refund: RefundStart): Promise<PaymentAttempt | null> {
  const { orderId, note, by, nowMs, onlyInReview = false } = refund;
  return db.transaction().execute(async (tx) => {
    const order = await tx
      .selectFrom('orders')
      .select(['state', 'review', 'current_attempt_id'])
      .where('order_id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (order?.state !== 'paid' || order.current_attempt_id === null) return null;
    if (onlyInReview && order.review !== 'open') return null;
    const move = { attemptId: order.current_attempt_id, action: 'refund', note, nowMs } as const;
    const refunding = await applyAction(tx, ['confirmed'], move);
    if (refunding) await closeReview(tx, 'cancelled', { orderId, by, note: refund.reviewNote ?? note, nowMs });
    return refunding;
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
          .orderBy('attempt_id')
          .limit(request.limit)
          .forUpdate()
          .skipLocked(),
    )
    .with('leased', (cte) =>
      cte
        .updateTable('payments')
        .from('due')
        .set({ leased_by: request.workerId, lease_until: new Date(request.nowMs + request.leaseMs) })
        .whereRef('payments.attempt_id', '=', 'due.attempt_id')
        .returningAll('payments'),
    )
    .selectFrom('leased')
    .selectAll()
    .orderBy('next_try_at')
    .orderBy('attempt_id')
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

/** Those of the attempts that are in one of the states, or have met an error. In no particular order. */
export async function readAttemptsWithNews(
  db: Ledger,
  attemptIds: readonly string[],
  states: readonly PaymentState[],
): Promise<PaymentAttempt[]> {
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where((eb) => eb('attempt_id', '=', eb.fn.any(eb.val(attemptIds))))
    .where((eb) => eb.or([eb('state', 'in', states), eb('last_error', 'is not', null)]))
    .execute();
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

/** In the order that everybody keeps: orders before attempts, and each sorted. */
async function lockOrdersOf(tx: Ledger, moves: readonly AttemptMove[]): Promise<void> {
  const attemptIds = moves.map(({ attemptId }) => attemptId);
  await tx
    .selectFrom('orders')
    .select('order_id')
    .where('order_id', 'in', (eb) => eb.selectFrom('payments').select('order_id').where('attempt_id', 'in', attemptIds))
    .orderBy('order_id')
    .forUpdate()
    .execute();
}

/** A late payment that goes back leaves its order as it is. Returns what there is to tell. */
async function markRefunded(tx: Ledger, moved: readonly (PaymentAttempt | null)[]): Promise<OrderReport[]> {
  const refunded = moved.flatMap((attempt) => (attempt?.state === 'refunded' ? [attempt] : []));
  if (refunded.length === 0) return [];
  const orderIds = refunded.map(({ orderId }) => orderId);
  const attemptIds = refunded.map(({ attemptId }) => attemptId);
  const orders = await tx
    .updateTable('orders')
    .set({ state: 'refunded' })
    .where('order_id', 'in', orderIds)
    .where('current_attempt_id', 'in', attemptIds)
    .where('state', '=', 'paid')
    .returning('current_attempt_id')
    .execute();
  const ofOrders = new Set(orders.map((order) => order.current_attempt_id));
  return refunded.map(({ attemptId, orderId, updatedAtMs, correlationId }) => ({
    orderId,
    news: ofOrders.has(attemptId) ? 'order_refunded' : 'payment_returned',
    reason: null,
    atMs: updatedAtMs,
    correlationId,
  }));
}
