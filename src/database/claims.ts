import type { PaymentAttempt } from './payments.ts';
import type { Ledger } from './schema.ts';

export type ClaimOutcome = 'claimed' | 'not_current' | 'oversold' | 'limit_exceeded';

export async function claim(
  _db: Ledger,
  _attemptIds: readonly string[],
  _nowMs: number,
): Promise<Map<string, ClaimOutcome>> {
  throw new Error('not written yet');
}
/** Null when the attempt has no claim to undo. */
export async function undoClaim(
  _db: Ledger,
  _undo: {
    readonly attemptId: string;
    readonly to: 'abandoned' | 'refunding';
    readonly reason: string;
    readonly nowMs: number;
  },
): Promise<PaymentAttempt | null> {
  throw new Error('not written yet');
}
