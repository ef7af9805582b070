import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';

const webhookType = field.codes(['order.paid', 'order.expired', 'order.cancelled', 'order.refunded'], {
  examples: ['order.paid'],
});
const webhookId = Type.String({
  format: 'uuid',
  description: 'The same at every try, also after a replay.',
  examples: ['0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70'],
});
const sequence = Type.Integer({
  minimum: 1,
  description: 'Grows: of two webhooks about one order the higher one tells what happened later.',
  examples: [42],
});

/** The body of a call to the shop's webhook: docs/integrate.md, "Webhooks". */
export const webhookEvent = Type.Object({
  id: webhookId,
  type: webhookType,
  created_at: field.time,
  sequence,
  data: Type.Object({
    order: Type.Object({
      order_id: field.orderId,
      sale_id: field.saleId,
      user_id: field.userId,
      status: field.codes(['paid', 'expired', 'cancelled', 'refunded'], { examples: ['paid'] }),
      reason: Type.Optional(Type.String({ description: 'Why it ended without goods.', examples: ['expired'] })),
      items: Type.Array(
        Type.Object({ sku_id: field.skuId, quantity: field.quantity, unit_price_minor: field.priceMinor }),
      ),
      total_minor: field.totalMinor,
      currency: field.currency,
      reserved_at: field.time,
    }),
  }),
});

export type WebhookEvent = Static<typeof webhookEvent>;

const deliveryStatus = field.codes(['pending', 'delivered', 'dropped', 'failed'], {
  description: '`failed`: refused, or not taken for a day; it stays so until it is replayed.',
  examples: ['delivered'],
});

/** How far a piece of news has come on its way. */
export const deliveryFields = {
  status: deliveryStatus,
  created_at: field.time,
  tries: Type.Integer({
    minimum: 0,
    description: 'Tries that failed, since it was replayed if it was.',
    examples: [0],
  }),
  last_error: field.nullable(Type.String(), { examples: [null] }),
  next_try_at: field.nullable(field.time, { description: 'Null when nothing is left to do.', examples: [null] }),
  settled_at: field.nullable(field.time, { description: 'Null while it is pending.' }),
};

const webhook = Type.Object({
  webhook_id: webhookId,
  type: webhookType,
  order_id: field.orderId,
  sequence,
  ...deliveryFields,
});

export type Webhook = Static<typeof webhook>;

export const listWebhooks = operation({
  id: 'listWebhooks',
  method: 'GET',
  path: '/api/v1/admin/webhooks',
  summary: 'What the shop was told, and is to be told',
  description: 'Newest first.',
  tags: ['admin: webhooks'],
  auth: 'viewer',
  query: Type.Object(
    {
      status: Type.Optional(deliveryStatus),
      order_id: Type.Optional(field.orderId),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ webhooks: Type.Array(webhook), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});

export const replayWebhook = operation({
  id: 'replayWebhook',
  method: 'POST',
  path: '/api/v1/admin/webhooks/:webhook_id/replay',
  summary: 'Tell the shop once more',
  description: 'Whatever became of it before. The call carries the same id and says the same.',
  tags: ['admin: webhooks'],
  auth: 'operator',
  params: Type.Object({ webhook_id: webhookId }),
  responses: { 200: webhook },
  problems: ['not_found', 'store_unavailable'],
  repeatable: true,
});
