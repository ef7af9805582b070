import type { Order } from '../domain/order.ts';
import type { PaymentAction, PaymentState } from '../domain/payment.ts';
import type { Customer, Ledger } from './schema.ts';

export interface PaymentAttempt {
  readonly attemptId: string;
  readonly orderId: string;
  readonly saleId: string;
  readonly attemptNumber: number;
  readonly idempotencyKey: string;
  readonly state: PaymentState;
  readonly paymentMethod: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly providerReference: string | null;
  readonly declineReason: string | null;
  readonly abandonReason: string | null;
  readonly correlationId: string;
  readonly tries: number;
  readonly lastError: string | null;
  readonly nextTryAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
export interface AttemptRecord {
  readonly order: Order;
  readonly attemptId: string;
  readonly idempotencyKey: string;
  readonly paymentMethod: string;
  readonly customer: Customer | null;
  readonly correlationId: string;
  readonly nowMs: number;
}
export type RecordOutcome =
  | { readonly code: 'recorded' | 'exists'; readonly attempt: PaymentAttempt }
  | { readonly code: 'idempotency_key_reused' };
export interface AttemptPatch {
  readonly providerReference?: string;
  readonly declineReason?: string;
  readonly abandonReason?: string;
}

export async function recordAttempt(_db: Ledger, _record: AttemptRecord): Promise<RecordOutcome> {
  throw new Error('not written yet');
}
export async function leaseAttempts(
  _db: Ledger,
  _request: { readonly workerId: string; readonly limit: number; readonly leaseMs: number; readonly nowMs: number },
): Promise<PaymentAttempt[]> {
  throw new Error('not written yet');
}
/** Null when the attempt's state does not allow the action. */
export async function moveAttempt(
  _db: Ledger,
  _move: {
    readonly attemptId: string;
    readonly action: PaymentAction;
    readonly patch?: AttemptPatch;
    readonly nowMs: number;
  },
): Promise<PaymentAttempt | null> {
  throw new Error('not written yet');
}
export async function postponeAttempt(
  _db: Ledger,
  _postponement: {
    readonly attemptId: string;
    readonly error: string | null;
    readonly nextTryAtMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  throw new Error('not written yet');
}
export async function abandonAttempt(
  _db: Ledger,
  _abandonment: { readonly order: Order; readonly attemptId: string; readonly reason: string; readonly nowMs: number },
): Promise<'abandoned' | 'too_late'> {
  throw new Error('not written yet');
}
export async function startRefund(
  _db: Ledger,
  _refund: { readonly orderId: string; readonly nowMs: number },
): Promise<PaymentAttempt | null> {
  throw new Error('not written yet');
}
export async function readAttempts(_db: Ledger, _attemptIds: readonly string[]): Promise<PaymentAttempt[]> {
  throw new Error('not written yet');
}
/** In the order in which they were made. */
export async function readAttemptsOfOrder(_db: Ledger, _orderId: string): Promise<PaymentAttempt[]> {
  throw new Error('not written yet');
}
