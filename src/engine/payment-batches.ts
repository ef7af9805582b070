import { type ClaimOutcome, claim } from '../database/claims.ts';
import { type AttemptRecord, type RecordOutcome, recordAttempts } from '../database/payment-records.ts';
import { type AttemptMove, moveAttempts, type PaymentAttempt, readAttempts } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import type { Audience } from '../domain/order-news.ts';
import { Batcher } from './batcher.ts';

interface ClaimAnswer {
  readonly outcome: ClaimOutcome;
  /** As it is now. Null when it is gone from the ledger. */
  readonly attempt: PaymentAttempt | null;
}

/** Attempts to be recorded. */
export type RecordBatcher = Batcher<AttemptRecord, RecordOutcome>;
/** Moves to be made; null for one that the state of its attempt does not allow. */
export type MoveBatcher = Batcher<AttemptMove, PaymentAttempt | null>;
/** Claims, by attempt id. */
export type ClaimBatcher = Batcher<string, ClaimAnswer>;

export function recordBatcher(ledger: Ledger): RecordBatcher {
  return new Batcher(ledger, recordAttempts);
}

export function moveBatcher(ledger: Ledger, audience: Audience = 'buyers'): MoveBatcher {
  return new Batcher(ledger, (connection, moves) => moveAttempts(connection, moves, audience));
}

/** Claims that are ready at the same time share a transaction: an item's row is locked once. */
export function claimBatcher(ledger: Ledger, now: () => Promise<number>): ClaimBatcher {
  return new Batcher(ledger, async (connection, attemptIds) => {
    const outcomes = await claim(connection, attemptIds, await now());
    const attempts = new Map(
      (await readAttempts(connection, attemptIds)).map((attempt) => [attempt.attemptId, attempt]),
    );
    return attemptIds.map((attemptId) => ({
      outcome: outcomes.get(attemptId) ?? 'not_current',
      attempt: attempts.get(attemptId) ?? null,
    }));
  });
}
