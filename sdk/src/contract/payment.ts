import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { idempotencyHeaders, operation } from './operation.ts';
import { order, orderParams } from './order.ts';

const payBody = Type.Object(
  { payment_method: field.paymentMethod, customer: Type.Optional(field.customer) },
  { additionalProperties: false },
);

export type PayBody = Static<typeof payBody>;

export const pay = operation({
  id: 'pay',
  method: 'POST',
  path: '/api/v1/orders/:order_id/pay',
  summary: 'Pay an order',
  description:
    'Answers 202 when the provider takes longer than a request should: read the order until it is settled. ' +
    'After 402 the reservation stands, and another method may be tried, until the payment deadline.',
  tags: ['orders'],
  auth: 'user_or_reservation',
  params: orderParams,
  headers: idempotencyHeaders,
  body: payBody,
  responses: {
    200: Type.Object({ status: Type.Literal('paid'), order }),
    202: Type.Object({ status: Type.Literal('working'), order }),
  },
  problems: [
    'payment_declined',
    'not_found',
    'wrong_state',
    'sold_out',
    'limit_exceeded',
    'reservation_expired',
    'payment_method_limit_exceeded',
    'idempotency_key_reused',
    'payment_provider_unavailable',
    'recovering',
    'store_unavailable',
    'switched_off',
  ],
  idempotencyKey: 'required',
});

/** Called by the payment provider, which signs the body; no method of the client. */
export const receivePaymentCallback = operation({
  id: 'receivePaymentCallback',
  method: 'POST',
  path: '/api/v1/payment-callbacks',
  summary: 'What became of a payment',
  description: "The provider's word on an attempt that it had left open. The signature covers the bytes of the body.",
  tags: ['payment provider'],
  auth: 'none',
  responses: { 204: Type.Null({ description: 'Noted, now or already.' }) },
  problems: ['validation_failed', 'unauthenticated', 'not_found', 'store_unavailable'],
  rawBody: true,
  unmetered: true,
});
