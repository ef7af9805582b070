import type { DeadLetter } from '../database/dead-letters.ts';

/** A dead letter as others see it: the API and those who follow the topic. */
export function deadLetterDocument(letter: DeadLetter) {
  return {
    dead_letter_id: letter.deadLetterId,
    kind: letter.kind,
    subject: letter.subject,
    reason: letter.reason,
    state: letter.state,
    sale_id: letter.saleId,
    order_id: letter.orderId,
    attempts: letter.attempts,
    correlation_id: letter.correlationId,
    first_failed_at: isoTime(letter.firstFailedAtMs),
    last_failed_at: isoTime(letter.lastFailedAtMs),
    resolved_at: letter.resolvedAtMs === null ? null : isoTime(letter.resolvedAtMs),
    resolved_by: letter.resolvedBy,
    payload: letter.payload,
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
