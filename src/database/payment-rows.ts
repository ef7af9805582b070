import type { Selectable } from 'kysely';
import type { PaymentState } from '../domain/payment.ts';
import type { PaymentsTable } from './schema.ts';

/** One attempt to pay an order. Amounts in minor units. */
export interface PaymentAttempt {
  readonly attemptId: string;
  readonly orderId: string;
  readonly saleId: string;
  /** Counts the order's attempts from 1. */
  readonly attemptNumber: number;
  readonly idempotencyKey: string;
  readonly state: PaymentState;
  /** The provider's token. Null once erased, or when the attempt was abandoned before it was recorded. */
  readonly paymentMethod: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly providerReference: string | null;
  readonly declineReason: string | null;
  readonly abandonReason: string | null;
  readonly correlationId: string;
  /** The W3C trace context that it belongs to. Null unless that is traced. */
  readonly traceparent: string | null;
  /** Failed tries since it last moved. */
  readonly tries: number;
  readonly lastError: string | null;
  /** When a worker should look at it; null when nothing is left to do. */
  readonly nextTryAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export function toAttempt(row: Selectable<PaymentsTable>): PaymentAttempt {
  return {
    attemptId: row.attempt_id,
    orderId: row.order_id,
    saleId: row.sale_id,
    attemptNumber: row.attempt_number,
    idempotencyKey: row.idempotency_key,
    state: row.state,
    paymentMethod: row.payment_method,
    amountMinor: row.amount_minor,
    currency: row.currency,
    providerReference: row.provider_reference,
    declineReason: row.decline_reason,
    abandonReason: row.abandon_reason,
    correlationId: row.correlation_id,
    traceparent: row.traceparent,
    tries: row.tries,
    lastError: row.last_error,
    nextTryAtMs: row.next_try_at?.getTime() ?? null,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
  };
}

/** The attempt as it is written; leases are their own matter. */
export function attemptRow(attempt: PaymentAttempt): Omit<Selectable<PaymentsTable>, 'lease_until' | 'leased_by'> {
  return {
    attempt_id: attempt.attemptId,
    order_id: attempt.orderId,
    sale_id: attempt.saleId,
    attempt_number: attempt.attemptNumber,
    idempotency_key: attempt.idempotencyKey,
    state: attempt.state,
    payment_method: attempt.paymentMethod,
    amount_minor: attempt.amountMinor,
    currency: attempt.currency,
    provider_reference: attempt.providerReference,
    decline_reason: attempt.declineReason,
    abandon_reason: attempt.abandonReason,
    correlation_id: attempt.correlationId,
    traceparent: attempt.traceparent,
    tries: attempt.tries,
    last_error: attempt.lastError,
    next_try_at: attempt.nextTryAtMs === null ? null : new Date(attempt.nextTryAtMs),
    created_at: new Date(attempt.createdAtMs),
    updated_at: new Date(attempt.updatedAtMs),
  };
}
