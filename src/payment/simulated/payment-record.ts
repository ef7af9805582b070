import type { AuthoriseBody, PaymentAction } from '../payment-protocol.ts';
import type { ProviderPayment } from '../payment-provider.ts';
import { type Behaviour, callbackCopies, type Scenario } from './behaviour.ts';

/** What the simulated provider knows of one attempt. */
export interface PaymentRecord extends ProviderPayment {
  /** Null when all that is known of the attempt is that it was voided. */
  readonly terms: PaymentTerms | null;
  /** When a pending payment becomes authorised; null unless it is pending. */
  readonly decidesAtMs: number | null;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  /** Callbacks that nobody has acknowledged yet. */
  readonly callbacksDue: number;
  readonly callbackUrl: string | null;
  readonly correlationId: string | null;
}

interface PaymentTerms {
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

export interface Opening {
  readonly body: AuthoriseBody;
  readonly scenario: Exclude<Scenario, 'unavailable'>;
  readonly behaviour: Behaviour;
  readonly callbackUrl: string | null;
  readonly correlationId: string | null;
  readonly nowMs: number;
}

const BLANK = { capturedMinor: 0, refundedMinor: 0, callbacksDue: 0, declineReason: null, decidesAtMs: null };

export function openPayment(opening: Opening): PaymentRecord {
  const { body, callbackUrl, correlationId } = opening;
  const record: PaymentRecord = {
    ...BLANK,
    attemptId: body.attempt_id,
    status: 'authorised',
    reference: `sim_${body.attempt_id}`,
    terms: termsOf(body),
    callbackUrl,
    correlationId,
  };
  switch (opening.scenario) {
    case 'approve':
      return body.payment_method === 'pm_duplicate' ? withCallback(record, opening.behaviour) : record;
    case 'decline':
      return { ...record, status: 'declined', declineReason: 'The card was declined.' };
    case 'hang':
    case 'pending':
      return { ...record, status: 'pending', decidesAtMs: opening.nowMs + opening.behaviour.settle_ms };
    case 'late':
      return { ...record, status: 'pending', decidesAtMs: opening.nowMs + opening.behaviour.late_ms };
  }
}

/** The trace of a void that came before its authorise: which then finds it, and holds nothing. */
export function voidUnheardOf(attemptId: string): PaymentRecord {
  return {
    ...BLANK,
    attemptId,
    status: 'voided',
    reference: null,
    terms: null,
    callbackUrl: null,
    correlationId: null,
  };
}

/** The record after an action; the same record where the action changes nothing. */
export function afterAction(record: PaymentRecord, action: PaymentAction): PaymentRecord {
  switch (action) {
    case 'capture':
      return record.status === 'authorised' ? captured(record) : record;
    case 'void':
      return record.status === 'authorised' || record.status === 'pending'
        ? { ...record, status: 'voided', decidesAtMs: null }
        : record;
    case 'refund':
      return record.status === 'captured'
        ? { ...record, status: 'refunded', refundedMinor: record.capturedMinor }
        : record;
  }
}

function captured(record: PaymentRecord): PaymentRecord {
  if (record.terms?.paymentMethod === 'pm_capture_fails') {
    return { ...record, status: 'capture_failed', declineReason: 'The bank no longer holds the amount.' };
  }
  return { ...record, status: 'captured', capturedMinor: record.terms?.amountMinor ?? 0 };
}

/** A pending payment is authorised, and a callback says so. */
export function afterDecision(record: PaymentRecord, behaviour: Behaviour): PaymentRecord {
  if (record.status !== 'pending') return record;
  return withCallback({ ...record, status: 'authorised', decidesAtMs: null }, behaviour);
}

function withCallback(record: PaymentRecord, behaviour: Behaviour): PaymentRecord {
  if (record.callbackUrl === null || record.terms === null) return record;
  return { ...record, callbacksDue: callbackCopies(record.terms.paymentMethod, record.attemptId, behaviour) };
}

/** Is this the call that opened the record, sent again? What was voided unheard of has no terms to compare. */
export function sameTerms(record: PaymentRecord, body: AuthoriseBody): boolean {
  if (record.terms === null) return true;
  const { orderId, amountMinor, currency, paymentMethod } = record.terms;
  return (
    orderId === body.order_id &&
    amountMinor === body.amount_minor &&
    currency === body.currency &&
    paymentMethod === body.payment_method
  );
}

function termsOf(body: AuthoriseBody): PaymentTerms {
  return {
    orderId: body.order_id,
    amountMinor: body.amount_minor,
    currency: body.currency,
    paymentMethod: body.payment_method,
  };
}
