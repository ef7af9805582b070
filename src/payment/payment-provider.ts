/**
 * What takes the money. Every call names an attempt by its key; the provider does a repeated call once and answers
 * it alike. A refusal is a value; a fault (`PaymentProviderUnavailable`) means that what happened is unknown. A call
 * that can never succeed as it stands throws `PaymentRequestRejected`: it changed nothing.
 */
export interface PaymentProvider {
  /** Holds the amount on the buyer's means of payment. */
  authorise(request: AuthoriseRequest, options?: RepeatOptions): Promise<ProviderPayment>;
  /** Takes money that is held. */
  capture(attemptId: string, options?: CallOptions): Promise<ProviderPayment>;
  /** Lets go of money that is held. */
  void(attemptId: string, options?: CallOptions): Promise<ProviderPayment>;
  /** Gives back money that was taken. */
  refund(attemptId: string, options?: CallOptions): Promise<ProviderPayment>;
  /** What became of an attempt; null if the provider has never heard of it. */
  lookUp(attemptId: string, options?: CallOptions): Promise<ProviderPayment | null>;
}

export interface RepeatOptions {
  /** How often the call is sent at most. The adapter's own setting if absent; 1 where a buyer waits for the answer. */
  readonly attempts?: number;
}

export interface CallOptions extends RepeatOptions {
  readonly correlationId?: string;
}

export interface AuthoriseRequest {
  readonly attemptId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** The token that stands for the buyer's means of payment: never a card number. */
  readonly paymentMethod: string;
  readonly correlationId: string;
}

export interface ProviderPayment {
  readonly attemptId: string;
  readonly status: ProviderStatus;
  /** The provider's own name for the payment. */
  readonly reference: string | null;
  /** Why it was declined, or could not be captured: for the buyer's eyes. */
  readonly declineReason: string | null;
}

/** `pending`: accepted and still undecided; a callback or a look-up tells later. */
type ProviderStatus = 'pending' | 'authorised' | 'declined' | 'captured' | 'voided' | 'refunded' | 'capture_failed';

/** No answer, an answer that makes no sense, or the breaker is open. What happened to the money is unknown. */
export class PaymentProviderUnavailable extends Error {
  readonly code = 'payment_provider_unavailable';
  readonly retryable = true;
}

/** The provider understood the call and refuses it for good. `reason` is its code: a repeat would be refused alike. */
export class PaymentRequestRejected extends Error {
  readonly code = 'payment_request_rejected';
  readonly retryable = false;
  readonly reason: string;

  constructor(reason: string, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
  }
}
