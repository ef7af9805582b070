import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ProviderPayment } from './payment-provider.ts';

/** The bodies of the published protocol, docs/payment-protocol.md. Unknown fields are allowed and ignored. */

const AttemptId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' });

export const AttemptParams = Type.Object({ attempt_id: AttemptId });

export const AuthoriseBody = Type.Object({
  action: Type.Literal('authorise'),
  attempt_id: AttemptId,
  order_id: Type.String({ minLength: 1, maxLength: 100 }),
  amount_minor: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  payment_method: Type.String({ minLength: 1, maxLength: 200 }),
  callback_url: Type.Optional(Type.String({ maxLength: 2000 })),
});
export type AuthoriseBody = Static<typeof AuthoriseBody>;

export type PaymentAction = 'capture' | 'void' | 'refund';

/** The signature covers the body and not the path: so the body says what is asked for, and of which attempt. */
export const ActionBody = Type.Object({
  action: Type.Union([Type.Literal('capture'), Type.Literal('void'), Type.Literal('refund')]),
  attempt_id: AttemptId,
});
export type ActionBody = Static<typeof ActionBody>;

export const PaymentAnswer = Type.Object({
  attempt_id: AttemptId,
  status: Type.Union([
    Type.Literal('pending'),
    Type.Literal('authorised'),
    Type.Literal('declined'),
    Type.Literal('captured'),
    Type.Literal('voided'),
    Type.Literal('refunded'),
    Type.Literal('capture_failed'),
  ]),
  reference: Type.Union([Type.String(), Type.Null()]),
  decline_reason: Type.Union([Type.String(), Type.Null()]),
});
export type PaymentAnswer = Static<typeof PaymentAnswer>;

export const RefusalAnswer = Type.Object({ code: Type.String(), detail: Type.String() });
export type RefusalAnswer = Static<typeof RefusalAnswer>;

const paymentAnswer = Compile(PaymentAnswer);
const refusalAnswer = Compile(RefusalAnswer);

export function isPaymentAnswer(body: unknown): body is PaymentAnswer {
  return paymentAnswer.Check(body);
}

export function isRefusalAnswer(body: unknown): body is RefusalAnswer {
  return refusalAnswer.Check(body);
}

export function toProviderPayment(answer: PaymentAnswer): ProviderPayment {
  return {
    attemptId: answer.attempt_id,
    status: answer.status,
    reference: answer.reference,
    declineReason: answer.decline_reason,
  };
}

export function toPaymentAnswer(payment: ProviderPayment): PaymentAnswer {
  return {
    attempt_id: payment.attemptId,
    status: payment.status,
    reference: payment.reference,
    decline_reason: payment.declineReason,
  };
}
