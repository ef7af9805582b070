import { sql } from 'kysely';
import { PAYMENT_TRANSITIONS, type PaymentAction, type PaymentState } from '../domain/payment.ts';
import { attemptRow, type PaymentAttempt, toAttempt } from './payment-rows.ts';
import type { Ledger } from './schema.ts';
import { type OrderTimelineEntry, writeTimeline } from './timeline.ts';

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

/** A move that may be made out of these states and no others. */
export interface AllowedMove extends AttemptMove {
  readonly from: readonly PaymentState[];
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

/** The transition out of one of `from`; otherwise as `applyActions`. */
export async function applyAction(
  tx: Ledger,
  from: readonly PaymentState[],
  move: AttemptMove,
): Promise<PaymentAttempt | null> {
  const [moved] = await applyActions(tx, [{ ...move, from }]);
  return moved ?? null;
}

/**
 * Makes moves one after the other, in a transaction of the caller's, with their lines on the timeline. Returns what
 * each made of its attempt: null where nothing is known of the attempt, or its state did not allow the move. Locks the
 * attempts in the order of their ids.
 */
export async function applyActions(tx: Ledger, moves: readonly AllowedMove[]): Promise<(PaymentAttempt | null)[]> {
  if (moves.length === 0) return [];
  const made = makeMoves(await lockAttempts(tx, moves), moves);
  await writeMoved(tx, made);
  await writeTimeline(
    tx,
    moves.flatMap((move, index) => entryOf(move, made[index] ?? null)),
  );
  return made;
}

async function lockAttempts(tx: Ledger, moves: readonly AllowedMove[]): Promise<PaymentAttempt[]> {
  const attemptIds = [...new Set(moves.map(({ attemptId }) => attemptId))];
  const rows = await tx
    .selectFrom('payments')
    .selectAll()
    .where('attempt_id', 'in', attemptIds)
    .orderBy('attempt_id')
    .forUpdate()
    .execute();
  return rows.map(toAttempt);
}

function makeMoves(attempts: readonly PaymentAttempt[], moves: readonly AllowedMove[]): (PaymentAttempt | null)[] {
  const current = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  return moves.map((move) => {
    const attempt = current.get(move.attemptId);
    if (attempt === undefined || !move.from.includes(attempt.state)) return null;
    const moved = afterMove(attempt, move);
    current.set(moved.attemptId, moved);
    return moved;
  });
}

function afterMove(attempt: PaymentAttempt, { action, patch, nowMs }: AttemptMove): PaymentAttempt {
  const state = stateAfter(action);
  return {
    ...attempt,
    ...patch,
    state,
    tries: 0,
    lastError: null,
    nextTryAtMs: SETTLED.includes(state) ? null : nowMs,
    updatedAtMs: nowMs,
  };
}

/** A settled attempt is leased by nobody. */
async function writeMoved(tx: Ledger, made: readonly (PaymentAttempt | null)[]): Promise<void> {
  const last = new Map(made.flatMap((attempt) => (attempt === null ? [] : [[attempt.attemptId, attempt] as const])));
  if (last.size === 0) return;
  await sql`
    update payments set
      state = moved.state,
      provider_reference = moved.provider_reference,
      decline_reason = moved.decline_reason,
      abandon_reason = moved.abandon_reason,
      tries = moved.tries,
      last_error = moved.last_error,
      next_try_at = moved.next_try_at,
      updated_at = moved.updated_at,
      leased_by = case when moved.next_try_at is not null then payments.leased_by end,
      lease_until = case when moved.next_try_at is not null then payments.lease_until end
    from json_populate_recordset(null::payments, ${JSON.stringify([...last.values()].map(attemptRow))}::json) as moved
    where payments.attempt_id = moved.attempt_id`.execute(tx);
}

function entryOf(move: AttemptMove, moved: PaymentAttempt | null): OrderTimelineEntry[] {
  const type = ACTIONS_ON_TIMELINE[move.action];
  if (moved === null || type === undefined) return [];
  const { attemptId, orderId, correlationId } = moved;
  const reason = move.patch?.declineReason ?? move.patch?.abandonReason;
  const detail = { attempt_id: attemptId, reason, note: move.note };
  return [{ orderId, type, atMs: move.nowMs, correlationId, detail }];
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
