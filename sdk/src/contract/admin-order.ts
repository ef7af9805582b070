import { Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { adminOrder, orderParams, orderStatus } from './order.ts';
import { saleParams } from './sale.ts';

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
      query: Type.Optional({ ...field.searchText, description: 'An order id, user id, name or e-mail address.' }),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ orders: Type.Array(adminOrder), next_cursor: field.nextCursor }) },
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
