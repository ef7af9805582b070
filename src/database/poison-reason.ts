import pg from 'pg';
import type { DeadLetterReason } from '../domain/dead-letter.ts';

/** Classes of SQLSTATE that are about the values of a statement, and not about the server or the schema. */
const VERDICTS: Readonly<Record<string, DeadLetterReason>> = { '22': 'invalid_data', '23': 'constraint_violated' };

/**
 * Why an event can never be projected as it is: the ledger refuses its values, or it has not the shape of an event.
 * Null for every other fault, which says nothing about the event: the ledger is away, or its schema is not ours.
 */
export function poisonReason(error: unknown): DeadLetterReason | null {
  if (error instanceof TypeError || error instanceof RangeError) return 'malformed_event';
  if (!(error instanceof pg.DatabaseError)) return null;
  return VERDICTS[error.code?.slice(0, 2) ?? ''] ?? null;
}
