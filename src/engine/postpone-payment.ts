import { writeDeadLetter } from '../database/dead-letters.ts';
import { type PaymentAttempt, type Postponement, postponeAttempt } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import { deadLetterReason } from '../domain/dead-letter.ts';
import { backoffMs } from '../resilience/backoff.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

export interface PostponePorts {
  readonly store: Pick<Store, 'now'>;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
  readonly retry: { readonly attempts: number; readonly baseMs: number };
}

/** The pace at which a payment is repeated that nothing quicker has helped. */
const SLOWEST_MS = 60_000;

/** The provider has not decided yet: nothing failed. */
export async function lookAgainIn(delayMs: number, ports: PostponePorts, attempt: PaymentAttempt): Promise<void> {
  const nowMs = await ports.store.now();
  await postponeAttempt(ports.ledger, { ...nextTry(attempt, nowMs, delayMs), error: null });
}

/**
 * A step failed. It is repeated after a pause that grows, and for ever: what became of the money has to become known.
 * From the last of the quick tries on, and at once where a repeat cannot help, an operator sees it as a dead letter.
 *
 * @param failures failed tries of this step, this one included
 */
export async function postponeFailed(
  ports: PostponePorts,
  attempt: PaymentAttempt,
  error: unknown,
  failures = attempt.tries + 1,
): Promise<void> {
  const { store, ledger, events, retry } = ports;
  const nowMs = await store.now();
  const hopeless = isFinal(error);
  const delayMs = hopeless ? SLOWEST_MS : backoffMs(attempt.tries, { baseMs: retry.baseMs, maxMs: SLOWEST_MS });
  const postponement = { ...nextTry(attempt, nowMs, delayMs), error: codeOf(error) };
  events.paymentPostponed(attempt, error, delayMs);
  if (!hopeless && failures < retry.attempts) return postponeAttempt(ledger, postponement);
  const letter = await ledger.transaction().execute(async (tx) => {
    const written = await writeDeadLetter(tx, { ...failureOf(attempt, error), attempts: failures, nowMs });
    await postponeAttempt(tx, postponement);
    return written;
  });
  if (letter) events.deadLetterRaised(letter);
}

function nextTry({ attemptId }: PaymentAttempt, nowMs: number, delayMs: number): Omit<Postponement, 'error'> {
  return { attemptId, nextTryAtMs: Math.round(nowMs + delayMs), nowMs };
}

function failureOf(attempt: PaymentAttempt, error: unknown) {
  return {
    kind: 'payment',
    subject: attempt.attemptId,
    saleId: attempt.saleId,
    orderId: attempt.orderId,
    reason: deadLetterReason(error),
    correlationId: attempt.correlationId,
    payload: {
      attempt_id: attempt.attemptId,
      attempt_number: attempt.attemptNumber,
      state: attempt.state,
      amount_minor: attempt.amountMinor,
      currency: attempt.currency,
      provider_reference: attempt.providerReference,
      abandon_reason: attempt.abandonReason,
    },
  } as const;
}

function isFinal(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === false;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'internal';
}
