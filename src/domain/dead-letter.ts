/**
 * What failed: `event`: an entry of the order log that the ledger refuses as it is. `payment`: an attempt to pay that
 * cannot be carried out for now. `notification`: a message to a buyer or to the shop. `undecodable`: an entry of the
 * log that is no event at all.
 */
export type DeadLetterKind = 'event' | 'payment' | 'notification' | 'undecodable';

export type DeadLetterState = 'open' | 'replayed' | 'discarded';

export type DeadLetterAction = 'replay' | 'discard' | 'fail';

/**
 * `fail`: what the letter is about failed once more. What an operator has discarded may go on failing unseen, and may
 * still be replayed.
 */
export const DEAD_LETTER_TRANSITIONS: Readonly<
  Record<DeadLetterState, Readonly<Partial<Record<DeadLetterAction, DeadLetterState>>>>
> = {
  open: { replay: 'replayed', discard: 'discarded', fail: 'open' },
  replayed: { fail: 'open' },
  discarded: { replay: 'replayed', fail: 'discarded' },
};

/** Why something became a dead letter: a closed list, since it labels metrics. */
export const DEAD_LETTER_REASONS = [
  'invalid_data',
  'constraint_violated',
  'malformed_event',
  'undecodable',
  'payment_provider_unavailable',
  'payment_request_rejected',
  'unexpected_payment_status',
  'order_not_in_store',
  'attempt_not_in_ledger',
  'store_unavailable',
  'recovering',
  'ledger_unavailable',
  'mail_unavailable',
  'mail_rejected',
  'webhook_unavailable',
  'webhook_rejected',
  'internal',
] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** The code of the error; `internal` for one that nobody has foreseen. */
export function deadLetterReason(error: unknown): DeadLetterReason {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return DEAD_LETTER_REASONS.find((reason) => reason === code) ?? 'internal';
}
