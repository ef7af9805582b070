import { writeAudit } from '../database/audit-log.ts';
import { startRefund } from '../database/payments.ts';
import { clearReview, findReview, type ReviewDecision } from '../database/reviews.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { Operator } from './operator.ts';
import type { PaymentWatch } from './payment-watch.ts';

export interface ReviewPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly watch: PaymentWatch;
  readonly events: EngineEvents;
}

export type DecideOutcome = 'decided' | 'unchanged' | 'not_found' | 'wrong_state';

/** Lets an order that the rules held back go on, for good. */
export async function clearFlaggedOrder(
  ports: ReviewPorts,
  operator: Operator,
  orderId: string,
  note: string | undefined,
): Promise<DecideOutcome> {
  const decision = { orderId, by: operator.actor, note, nowMs: await ports.store.now() };
  const outcome = await clearReview(ports.ledger, decision);
  if (outcome !== 'cleared') return outcome;
  await recordDecision(ports, operator, 'cleared', decision);
  return 'decided';
}

/** Gives the money of an order that the rules held back to its buyer. `wrong_state`: cleared, or its payment is not settled yet. */
export async function cancelFlaggedOrder(
  ports: ReviewPorts,
  operator: Operator,
  orderId: string,
  note: string | undefined,
): Promise<DecideOutcome> {
  const decision = { orderId, by: operator.actor, note, nowMs: await ports.store.now() };
  const { by, nowMs } = decision;
  const started = await startRefund(ports.ledger, { orderId, by, reviewNote: note, onlyInReview: true, nowMs });
  if (!started) return withoutRefund(ports.ledger, orderId);
  await recordDecision(ports, operator, 'cancelled', decision);
  ports.watch.nudge();
  return 'decided';
}

async function withoutRefund(ledger: Ledger, orderId: string): Promise<DecideOutcome> {
  const review = await findReview(ledger, orderId);
  if (!review) return 'not_found';
  return review.state === 'cancelled' ? 'unchanged' : 'wrong_state';
}

async function recordDecision(
  { ledger, events }: ReviewPorts,
  operator: Operator,
  outcome: 'cleared' | 'cancelled',
  { orderId, note, nowMs }: ReviewDecision,
): Promise<void> {
  const detail = note === undefined ? {} : { note };
  await writeAudit(ledger, { atMs: nowMs, ...operator, action: `review_${outcome}`, target: orderId, detail });
  events.reviewDecided(orderId, outcome, operator.actor, operator.correlationId);
}
