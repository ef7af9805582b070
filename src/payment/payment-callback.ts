import { type ReceivedHeaders, verifySignature } from '../signing/signature.ts';
import { isPaymentAnswer, toProviderPayment } from './payment-protocol.ts';
import type { ProviderPayment } from './payment-provider.ts';

export type PaymentCallback =
  | { readonly code: 'changed'; readonly payment: ProviderPayment }
  | { readonly code: 'unauthenticated' | 'validation_failed' };

/**
 * Reads what a payment service posts to `/api/v1/payment-callbacks`. It comes at least once, late and in any order:
 * a hint to look the attempt up, never the news itself.
 * @param body the exact text that was received
 */
export function readPaymentCallback(
  secret: string,
  headers: ReceivedHeaders,
  body: string,
  nowMs: number,
): PaymentCallback {
  if (verifySignature(secret, headers, body, nowMs) !== 'valid') return { code: 'unauthenticated' };
  const answer = parse(body);
  if (!isPaymentAnswer(answer)) return { code: 'validation_failed' };
  return { code: 'changed', payment: toProviderPayment(answer) };
}

/** Undefined for what is no JSON. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
