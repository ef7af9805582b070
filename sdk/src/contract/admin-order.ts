import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { adminOrder, orderParams, orderStatus, paymentStatus } from './order.ts';
import { saleParams } from './sale.ts';
import { deliveryFields } from './webhook.ts';

export const listSaleOrders = operation({
  id: 'listSaleOrders',
  method: 'GET',
  path: '/api/v1/admin/sales/:sale_id/orders',
  summary: 'The orders of a sale',
  description: 'Newest first, from the ledger.',
  tags: ['admin: orders'],
  auth: 'viewer',
  params: saleParams,
  query: Type.Object(
    {
      status: Type.Optional(orderStatus),
      query: Type.Optional({
        ...field.searchText,
        description: "An order id or user id; for operators also a part of the buyer's name or e-mail address.",
      }),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ orders: Type.Array(adminOrder), next_cursor: field.nextCursor }) },
  problems: ['not_found', 'store_unavailable'],
});

const paymentAttempt = Type.Object({
  attempt_id: Type.String({ examples: ['0198f3c2-6f1e-8b54-9a63-2d1c5e8f4a70'] }),
  attempt_number: Type.Integer({ minimum: 1, examples: [1] }),
  status: paymentStatus,
  amount_minor: field.totalMinor,
  currency: field.currency,
  provider_reference: field.nullable(Type.String(), { description: "The provider's name for it.", examples: [null] }),
  message: field.nullable(Type.String(), { description: 'Why it was declined or given up.', examples: [null] }),
  tries: Type.Integer({ minimum: 0, description: 'Failed tries since it last moved.', examples: [0] }),
  last_error: field.nullable(Type.String(), { examples: [null] }),
  correlation_id: field.correlationId,
  created_at: field.time,
  updated_at: field.time,
});

const orderNotification = Type.Object({
  notification_id: Type.String({ format: 'uuid', description: 'The same at every try.' }),
  channel: field.codes(['mail', 'webhook'], { description: 'To the buyer, or to the shop.', examples: ['mail'] }),
  news: field.codes(['order_paid', 'order_expired', 'order_cancelled', 'order_refunded', 'payment_returned'], {
    examples: ['order_paid'],
  }),
  ...deliveryFields,
});

const adminOrderDetails = Type.Object({
  ...adminOrder.properties,
  payments: Type.Array(paymentAttempt, { description: 'Every attempt to pay it, the first one first.' }),
  notifications: Type.Array(orderNotification, { description: 'Whom it was told to, the oldest news first.' }),
});

export type AdminOrderDetails = Static<typeof adminOrderDetails>;

export const readAdminOrder = operation({
  id: 'readAdminOrder',
  method: 'GET',
  path: '/api/v1/admin/orders/:order_id',
  summary: 'One order, with all that belongs to it',
  description: 'From the ledger: every payment attempt, and what buyer and shop were told.',
  tags: ['admin: orders'],
  auth: 'viewer',
  params: orderParams,
  responses: { 200: adminOrderDetails },
  problems: ['not_found', 'store_unavailable'],
});

export const followOrders = operation({
  id: 'followOrders',
  method: 'GET',
  path: '/api/v1/admin/orders',
  summary: 'Orders as they change, to follow',
  description:
    'Orders that changed after `after`, in the order of change. Ask again with `next_after`; ' +
    'an empty page means that nothing has changed since.',
  tags: ['admin: orders'],
  auth: 'viewer',
  query: Type.Object(
    {
      after: Type.Optional({ ...field.cursor, description: '`next_after` of the page before. Opaque.' }),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: {
    200: Type.Object({
      orders: Type.Array(adminOrder),
      next_after: field.nullable(Type.String(), { description: 'Null only while there is no order at all.' }),
    }),
  },
  problems: ['store_unavailable'],
});

export const recordFulfilment = operation({
  id: 'recordFulfilment',
  method: 'POST',
  path: '/api/v1/admin/orders/:order_id/fulfilment',
  summary: 'Record the next step of delivery',
  description: 'From `processing` to `shipped`, `out_for_delivery` and `delivered`, one step after the other.',
  tags: ['admin: orders'],
  auth: 'operator',
  params: orderParams,
  body: Type.Object(
    {
      fulfilment: field.codes(['shipped', 'out_for_delivery', 'delivered'], { examples: ['shipped'] }),
      detail: Type.Optional({ ...field.note, description: 'Shown in the timeline.' }),
    },
    { additionalProperties: false },
  ),
  responses: { 200: adminOrder },
  problems: ['not_found', 'wrong_state', 'store_unavailable'],
  repeatable: true,
});

export const refundOrder = operation({
  id: 'refundOrder',
  method: 'POST',
  path: '/api/v1/admin/orders/:order_id/refund',
  summary: 'Give the money of a paid order back',
  description: 'The provider may settle it later: `payment.status` is `refunding` until then. Units stay sold.',
  tags: ['admin: orders'],
  auth: 'operator',
  params: orderParams,
  body: Type.Object(
    { detail: Type.Optional({ ...field.note, description: 'Why; shown in the timeline.', examples: ['Damaged'] }) },
    { additionalProperties: false },
  ),
  responses: { 200: adminOrder },
  problems: ['not_found', 'wrong_state', 'payment_provider_unavailable', 'store_unavailable'],
  repeatable: true,
});
