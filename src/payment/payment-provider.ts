/**
 * What takes the money. Every call names an attempt by its key; the provider does a repeated call once and answers
 * it alike. A refusal is a value; a fault (`PaymentProviderUnavailable`) means that what happened is unknown.
 */
export interface PaymentProvider {
  /** Holds the amount on the buyer's means of payment. */
  authorise(request: AuthoriseRequest): Promise<ProviderPayment>;
  /** Takes money that is held. */
  capture(attemptId: string): Promise<ProviderPayment>;
  /** Lets go of money that is held. */
  void(attemptId: string): Promise<ProviderPayment>;
  /** Gives back money that was taken. */
  refund(attemptId: string): Promise<ProviderPayment>;
  /** What became of an attempt; null if the provider has never heard of it. */
  lookUp(attemptId: string): Promise<ProviderPayment | null>;
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
export type ProviderStatus =
  | 'pending'
  | 'authorised'
  | 'declined'
  | 'captured'
  | 'voided'
  | 'refunded'
  | 'capture_failed';

/** No answer, an answer that makes no sense, or the breaker is open. What happened to the money is unknown. */
export class PaymentProviderUnavailable extends Error {
  readonly code = 'payment_provider_unavailable';
  readonly retryable = true;
}
