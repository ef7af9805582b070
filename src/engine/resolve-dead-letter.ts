import { writeAudit } from '../database/audit-log.ts';
import { type DeadLetter, lockDeadLetter, resolveDeadLetter, writeDeadLetter } from '../database/dead-letters.ts';
import { holdEpoch } from '../database/log-positions.ts';
import { replayNotification } from '../database/notifications.ts';
import { hastenAttempt } from '../database/payment-schedule.ts';
import { readAttempts } from '../database/payments.ts';
import { poisonReason } from '../database/poison-reason.ts';
import { insertOrderEvents, type Numbered, projectEvents } from '../database/projection.ts';
import type { Ledger } from '../database/schema.ts';
import { DEAD_LETTER_TRANSITIONS, type DeadLetterKind } from '../domain/dead-letter.ts';
import type { OrderChange, OrderEvent } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { NotificationLetter } from './deliver-notification.ts';
import type { Operator } from './operator.ts';
import type { PaymentWatch } from './payment-watch.ts';

export interface ResolvePorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly watch: PaymentWatch;
  readonly events: EngineEvents;
  /** Who is told what becomes of orders. */
  readonly audience: Audience;
}

/** An operator's word on a dead letter. */
export interface DeadLetterCommand {
  readonly deadLetterId: string;
  readonly action: 'replay' | 'discard';
}

export type ResolveOutcome =
  | { readonly code: 'resolved'; readonly letter: DeadLetter }
  | { readonly code: 'not_found' }
  | { readonly code: 'wrong_state'; readonly detail: string };

const RESOLVED = { replay: 'replayed', discard: 'discarded' } as const;

/** Does what failed once more. Returns why it cannot be done, for the operator; null when it is done. */
type Replay = (tx: Ledger, letter: DeadLetter, context: ReplayContext) => Promise<string | null>;

interface ReplayContext {
  readonly audience: Audience;
  readonly nowMs: number;
}

const REPLAYS: Readonly<Record<DeadLetterKind, Replay>> = {
  event: replayEvent,
  payment: replayPayment,
  notification: sendAgain,
  undecodable: async () => 'There is nothing in it that could be done: look at it, and discard it.',
};

/**
 * Replays a dead letter, or gives it up. Whoever asks again for what has been done gets the same answer, and nothing
 * happens twice. What fails once more stays open, counted.
 */
export async function resolveLetter(
  ports: ResolvePorts,
  operator: Operator,
  command: DeadLetterCommand,
): Promise<ResolveOutcome> {
  const { store, ledger, events, watch, audience } = ports;
  const nowMs = await store.now();
  try {
    const outcome = await ledger
      .transaction()
      .execute((tx) => resolveLocked(tx, operator, command, { audience, nowMs }));
    if (outcome.code !== 'resolved') return outcome;
    events.deadLetterResolved(outcome.letter, command.action, operator.actor, operator.correlationId);
    watch.nudge();
    return outcome;
  } catch (error) {
    if (error instanceof ReplayFailed) return countFailure(ledger, error, nowMs);
    throw error;
  }
}

async function resolveLocked(
  tx: Ledger,
  operator: Operator,
  { deadLetterId, action }: DeadLetterCommand,
  context: ReplayContext,
): Promise<ResolveOutcome> {
  const letter = await lockDeadLetter(tx, deadLetterId);
  if (!letter) return { code: 'not_found' };
  const state = RESOLVED[action];
  if (letter.state === state) return { code: 'resolved', letter };
  if (!DEAD_LETTER_TRANSITIONS[letter.state][action]) {
    return { code: 'wrong_state', detail: `The letter is ${letter.state}.` };
  }
  const obstacle = action === 'replay' ? await REPLAYS[letter.kind](tx, letter, context) : null;
  if (obstacle !== null) return { code: 'wrong_state', detail: obstacle };
  const { nowMs } = context;
  const resolution = { deadLetterId, state, resolvedBy: operator.actor, nowMs };
  await resolveDeadLetter(tx, resolution);
  const { kind, subject, reason } = letter;
  const entry = { action: `dead_letter_${state}`, target: deadLetterId, detail: { kind, subject, reason } };
  await writeAudit(tx, { atMs: nowMs, ...operator, ...entry });
  return { code: 'resolved', letter: { ...letter, ...resolution, resolvedAtMs: nowMs } };
}

/** Of an order that has moved on, the event only fills its timeline: nobody is told now what is over. */
async function replayEvent(tx: Ledger, letter: DeadLetter, { audience }: ReplayContext): Promise<string | null> {
  const event = letter.payload as OrderEvent;
  const epoch = await holdEpoch(tx, event.saleId);
  if (event.epoch < epoch) return 'The sale has been recovered since: what the event says is over. Discard it.';
  try {
    if ('order' in event && (await hasMovedOn(tx, event))) await insertOrderEvents(tx, [event]);
    else await projectEvents(tx, event.saleId, [event], audience);
    return null;
  } catch (error) {
    throw poisonReason(error) === null ? error : new ReplayFailed(letter, error);
  }
}

async function hasMovedOn(tx: Ledger, { order, epoch, seq }: Numbered<OrderChange>): Promise<boolean> {
  const newer = await tx
    .selectFrom('orders')
    .select('order_id')
    .where('order_id', '=', order.orderId)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('epoch', 'last_seq'), '>', tuple(epoch, seq)))
    .forUpdate()
    .executeTakeFirst();
  return newer !== undefined;
}

/** The payment workers have it at once, and not at the end of its pause. */
async function replayPayment(
  tx: Ledger,
  { subject: attemptId }: DeadLetter,
  { nowMs }: ReplayContext,
): Promise<string | null> {
  const [attempt] = await readAttempts(tx, [attemptId]);
  if (!attempt) return 'The ledger does not know the payment any more.';
  await hastenAttempt(tx, { attemptId, nowMs });
  return null;
}

async function sendAgain(
  tx: Ledger,
  { subject, payload }: DeadLetter,
  { nowMs }: ReplayContext,
): Promise<string | null> {
  const { channel } = payload as NotificationLetter;
  const replayed = await replayNotification(tx, channel, { notificationId: subject, nowMs });
  return replayed ? null : 'The ledger does not know the notification any more.';
}

/** Ends the transaction in which the ledger refused an event again. */
class ReplayFailed extends Error {
  readonly code = 'replay_failed';
  readonly retryable = false;
  readonly letter: DeadLetter;

  constructor(letter: DeadLetter, cause: unknown) {
    super(`dead letter ${letter.deadLetterId} failed again`, { cause });
    this.letter = letter;
  }
}

async function countFailure(ledger: Ledger, { letter, cause }: ReplayFailed, nowMs: number): Promise<ResolveOutcome> {
  const reason = poisonReason(cause) ?? letter.reason;
  await writeDeadLetter(ledger, { ...letter, reason, nowMs });
  return { code: 'wrong_state', detail: `The ledger refuses it as before: ${reason}.` };
}
