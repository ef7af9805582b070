import { PAYMENT_TRANSITIONS, type PaymentAction, type PaymentState } from '../domain/payment.ts';
import { type PaymentAttempt, toAttempt } from './payment-rows.ts';
import type { Ledger } from './schema.ts';
import { writeTimeline } from './timeline.ts';

export interface AttemptMove {
  readonly attemptId: string;
  readonly action: PaymentAction;
  readonly patch?: AttemptPatch;
  /** For the buyer, in the timeline. */
  readonly note?: string | undefined;
  readonly nowMs: number;
}

/** What is left out stays as it is. */
export interface AttemptPatch {
  readonly providerReference?: string;
  readonly declineReason?: string;
  readonly abandonReason?: string;
}

const ACTIONS_ON_TIMELINE: Readonly<Partial<Record<PaymentAction, string>>> = {
  authorise: 'payment_authorised',
  decline: 'payment_refused',
  capture: 'payment_captured',
  abandon: 'payment_abandoned',
  revive: 'payment_revived',
  void: 'payment_voided',
  refund: 'refund_started',
  settle_refund: 'refunded',
};

/** Nothing is left to do for a worker. A confirmed payment may still be refunded. */
const SETTLED: readonly PaymentState[] = ['confirmed', 'declined', 'voided', 'refunded'];

/** These change what is sold: `claim` and `undoClaim` make them, together with the count of units, and nobody else. */
const CHANGES_CLAIM: Readonly<Partial<Record<PaymentState, PaymentAction>>> = {
  authorised: 'claim',
  claimed: 'abandon',
  captured: 'refund',
};

/** The states in which an action may be taken without a thought for the units. */
export function statesBeyondClaims(action: PaymentAction): PaymentState[] {
  return statesAllowing(action).filter((state) => CHANGES_CLAIM[state] !== action);
}

/** The transition out of one of `from`, in a transaction of the caller's, with its line on the timeline. */
export async function applyAction(
  tx: Ledger,
  from: readonly PaymentState[],
  move: AttemptMove,
): Promise<PaymentAttempt | null> {
  if (from.length === 0) return null;
  const row = await tx
    .updateTable('payments')
    .set(changes(move))
    .where('attempt_id', '=', move.attemptId)
    .where('state', 'in', from)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  const attempt = toAttempt(row);
  await writeAction(tx, attempt, move);
  return attempt;
}

function changes({ action, patch = {}, nowMs }: AttemptMove) {
  const state = stateAfter(action);
  const settled = SETTLED.includes(state);
  return {
    state,
    tries: 0,
    last_error: null,
    next_try_at: settled ? null : new Date(nowMs),
    updated_at: new Date(nowMs),
    ...(settled && { leased_by: null, lease_until: null }),
    ...(patch.providerReference !== undefined && { provider_reference: patch.providerReference }),
    ...(patch.declineReason !== undefined && { decline_reason: patch.declineReason }),
    ...(patch.abandonReason !== undefined && { abandon_reason: patch.abandonReason }),
  };
}

function statesAllowing(action: PaymentAction): PaymentState[] {
  const states = Object.keys(PAYMENT_TRANSITIONS) as PaymentState[];
  return states.filter((state) => PAYMENT_TRANSITIONS[state][action] !== undefined);
}

/** An action leads to one state, wherever it is allowed. */
function stateAfter(action: PaymentAction): PaymentState {
  const after = Object.values(PAYMENT_TRANSITIONS).find((actions) => actions[action] !== undefined)?.[action];
  if (after === undefined) throw new TypeError(`no state allows ${action}`);
  return after;
}

async function writeAction(
  tx: Ledger,
  attempt: PaymentAttempt,
  { action, patch = {}, note, nowMs }: AttemptMove,
): Promise<void> {
  const type = ACTIONS_ON_TIMELINE[action];
  if (type === undefined) return;
  const reason = patch.declineReason ?? patch.abandonReason;
  const detail = { attempt_id: attempt.attemptId, reason, note };
  await writeTimeline(tx, attempt.orderId, { type, atMs: nowMs, correlationId: attempt.correlationId, detail });
}
