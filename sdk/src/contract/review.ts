import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { adminOrder, orderParams } from './order.ts';

const reviewStatus = field.codes(['open', 'cleared', 'cancelled'], {
  description: '`open`: the order waits for an operator. `cancelled`: its money goes back, or has gone.',
  examples: ['open'],
});

const finding = Type.Object({
  rule: field.codes(
    [
      'accounts_per_address',
      'accounts_per_payment_method',
      'accounts_per_device',
      'units_per_address',
      'orders_per_ten_minutes',
      'sales_at_limit',
    ],
    { examples: ['accounts_per_address'] },
  ),
  trait: field.codes(['account', 'address', 'payment_method', 'device'], {
    description: 'What the orders have in common.',
    examples: ['address'],
  }),
  figure: Type.Integer({ description: 'What was counted.', examples: [20] }),
  allowed: Type.Integer({ description: 'How much of it the sale lets pass.', examples: [3] }),
  explanation: Type.String({ examples: ['20 accounts bought to one delivery address.'] }),
  order_ids: Type.Array(field.orderId, { description: 'Orders that were counted together: the first 20 of many.' }),
});

/** A paid order that the rules found, and what became of it. */
const review = Type.Object({
  order_id: field.orderId,
  sale_id: field.saleId,
  status: reviewStatus,
  findings: Type.Array(finding),
  opened_at: field.time,
  decided_at: field.nullable(field.time),
  decided_by: field.nullable(Type.String(), { examples: ['operator'] }),
  detail: field.nullable(Type.String(), { description: 'What the operator said about it.' }),
});

export type Review = Static<typeof review>;

const reviewWithOrder = Type.Object({ ...review.properties, order: adminOrder });

export type ReviewWithOrder = Static<typeof reviewWithOrder>;

export const listReviews = operation({
  id: 'listReviews',
  method: 'GET',
  path: '/api/v1/admin/reviews',
  summary: 'Orders held back for risk review',
  description: 'Oldest first. Only of sales with `risk_review`.',
  tags: ['admin: reviews'],
  auth: 'viewer',
  query: Type.Object(
    {
      status: Type.Optional(reviewStatus),
      sale_id: Type.Optional(field.saleId),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ reviews: Type.Array(review), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});

export const readReview = operation({
  id: 'readReview',
  method: 'GET',
  path: '/api/v1/admin/reviews/:order_id',
  summary: 'One review, with its order',
  description: 'What the rules found, and what became of it.',
  tags: ['admin: reviews'],
  auth: 'viewer',
  params: orderParams,
  responses: { 200: reviewWithOrder },
  problems: ['not_found', 'store_unavailable'],
});

const decisionBody = Type.Object(
  { detail: Type.Optional({ ...field.note, description: 'Why. For operators.', examples: ['Called the buyer'] }) },
  { additionalProperties: false },
);

export const clearReview = operation({
  id: 'clearReview',
  method: 'POST',
  path: '/api/v1/admin/reviews/:order_id/clear',
  summary: 'Let the order go on',
  description: 'For good: the rules do not hold it back again.',
  tags: ['admin: reviews'],
  auth: 'operator',
  params: orderParams,
  body: decisionBody,
  responses: { 200: review },
  problems: ['not_found', 'wrong_state', 'store_unavailable'],
  repeatable: true,
});

export const cancelReview = operation({
  id: 'cancelReview',
  method: 'POST',
  path: '/api/v1/admin/reviews/:order_id/cancel',
  summary: 'Cancel the order and give its money back',
  description: 'The provider may settle the refund later. The units stay sold: a restock sells them again.',
  tags: ['admin: reviews'],
  auth: 'operator',
  params: orderParams,
  body: decisionBody,
  responses: { 200: review },
  problems: ['not_found', 'wrong_state', 'store_unavailable'],
  repeatable: true,
});
