import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';

export const orderStatus = field.codes(['reserved', 'paying', 'paid', 'cancelled', 'expired', 'refunded'], {
  examples: ['reserved'],
});

export const paymentStatus = field.codes([
  'created',
  'authorised',
  'claimed',
  'captured',
  'confirmed',
  'abandoned',
  'declined',
  'voided',
  'refunding',
  'refunded',
]);

const orderFields = {
  order_id: field.orderId,
  sale_id: field.saleId,
  status: orderStatus,
  fulfilment: field.nullableCodes(['processing', 'shipped', 'out_for_delivery', 'delivered'], {
    description: "A paid order's way to the buyer; null unless it was paid.",
    examples: [null],
  }),
  total_minor: field.totalMinor,
  currency: field.currency,
  items: Type.Array(Type.Object({ sku_id: field.skuId, quantity: field.quantity, unit_price_minor: field.priceMinor })),
  reserved_at: field.time,
  payment_deadline: field.time,
  reason: Type.Optional(
    field.codes(
      [
        'expired',
        'cancelled_by_buyer',
        'payment_failed',
        'claim_refused',
        'sale_cancelled',
        'lost_in_recovery',
        'refused_in_review',
        'refunded_by_shop',
      ],
      {
        description: 'Why it ended, or ends, without goods.',
        examples: ['cancelled_by_buyer'],
      },
    ),
  ),
  payment: field.nullable(
    Type.Object({
      attempt_number: Type.Integer({ minimum: 1, examples: [1] }),
      status: paymentStatus,
      message: field.nullable(Type.String(), { description: 'For the buyer, for example why it was declined.' }),
    }),
    { description: 'The newest payment attempt; null before the first.' },
  ),
  timeline: Type.Array(
    Type.Object({
      type: Type.String({ description: 'A snake_case code; there may be new ones.', examples: ['order_reserved'] }),
      at: field.time,
      detail: Type.Optional(Type.String()),
    }),
    { description: 'What happened to the order, oldest first.' },
  ),
};

export const order = Type.Object(orderFields);

export type Order = Static<typeof order>;

/** An order as operators see it. */
export const adminOrder = Type.Object({
  ...orderFields,
  user_id: field.userId,
  customer: field.nullable(field.customer, {
    description: 'Null before payment, after erasure, and for viewers.',
  }),
  review: field.nullableCodes(['pending', 'passed', 'open', 'cleared', 'cancelled'], {
    description:
      'Risk review of a paid order. Hand nothing over while it is `pending` or `open`. Null where the sale asks for ' +
      'none, and until the order is paid.',
    examples: [null],
  }),
  correlation_id: field.correlationId,
});

export type AdminOrder = Static<typeof adminOrder>;

export const orderParams = Type.Object({ order_id: field.orderId });

export const listOrders = operation({
  id: 'listOrders',
  method: 'GET',
  path: '/api/v1/orders',
  summary: "The caller's orders",
  description: 'Newest first.',
  tags: ['orders'],
  auth: 'user',
  query: Type.Object(
    {
      sale_id: Type.Optional(field.saleId),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ orders: Type.Array(order), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});

export const readOrder = operation({
  id: 'readOrder',
  method: 'GET',
  path: '/api/v1/orders/:order_id',
  summary: 'One order',
  description: "For its owner, or whoever holds its reservation token. Anybody else's order is not found.",
  tags: ['orders'],
  auth: 'user_or_reservation',
  params: orderParams,
  responses: { 200: order },
  problems: ['not_found', 'recovering', 'store_unavailable'],
});

export const cancelOrder = operation({
  id: 'cancelOrder',
  method: 'POST',
  path: '/api/v1/orders/:order_id/cancel',
  summary: 'Give the units back',
  description: 'Ends a reservation that is not being paid. Cancelling again is answered alike.',
  tags: ['orders'],
  auth: 'user_or_reservation',
  params: orderParams,
  responses: { 200: order },
  problems: ['not_found', 'wrong_state', 'reservation_expired', 'recovering', 'store_unavailable'],
  repeatable: true,
});
