import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { idempotencyHeaders, operation } from './operation.ts';
import { saleParams } from './sale.ts';

const requestedLine = Type.Object({ sku_id: field.skuId, quantity: field.quantity }, { additionalProperties: false });

export type RequestedLine = Static<typeof requestedLine>;

interface OneLine extends RequestedLine {
  items?: never;
}

interface Basket {
  sku_id?: never;
  quantity?: never;
  items: RequestedLine[];
}

/** One item, or a basket that is reserved whole or not at all. */
export type PurchaseBody = (OneLine | Basket) & { device_fingerprint?: string };

/** One object and a `oneOf` of what is required, not a union of objects: a wrong field then yields one error, its own. */
const purchaseBody = Type.Unsafe<PurchaseBody>(
  Type.Object(
    {
      sku_id: Type.Optional(field.skuId),
      quantity: Type.Optional(field.quantity),
      items: Type.Optional(Type.Array(requestedLine, { minItems: 1, maxItems: 50, description: 'A basket.' })),
      device_fingerprint: Type.Optional(field.deviceFingerprint),
    },
    {
      additionalProperties: false,
      oneOf: [
        { required: ['sku_id', 'quantity'], not: { required: ['items'] } },
        { required: ['items'], not: { anyOf: [{ required: ['sku_id'] }, { required: ['quantity'] }] } },
      ],
      description: 'One item (`sku_id` and `quantity`) or a basket (`items`), which is reserved whole or not at all.',
      examples: [
        { sku_id: 'SNEAKER-42', quantity: 1 },
        {
          items: [
            { sku_id: 'SNEAKER-42', quantity: 1 },
            { sku_id: 'SOCKS', quantity: 2 },
          ],
        },
      ],
    },
  ),
);

const reservation = Type.Object({
  status: Type.Literal('reserved'),
  order_id: field.orderId,
  reservation_token: Type.String({
    description: 'Bearer token for this order alone: to read, pay and cancel it.',
    examples: ['eyJhbGciOiJIUzI1NiJ9.e30.c2ln'],
  }),
  payment_deadline: field.time,
  remaining_stock: {
    ...field.units,
    description: 'Units left for sale right after this purchase; of a basket, the smallest of its lines.',
  },
  total_minor: field.totalMinor,
  currency: field.currency,
  items: Type.Array(
    Type.Object({
      sku_id: field.skuId,
      quantity: field.quantity,
      unit_price_minor: field.priceMinor,
      remaining_stock: field.units,
    }),
  ),
});

export type Reservation = Static<typeof reservation>;

export const purchase = operation({
  id: 'purchase',
  method: 'POST',
  path: '/api/v1/flash-sale/:sale_id/purchase',
  summary: 'Reserve units',
  description:
    'Takes the units out of stock until the payment deadline. Lines of the same item count as one. ' +
    'A repeat under the same key gets the original answer, also after sold-out, pause or end. In a sale with a waiting ' +
    'room it takes an admission token: `token_expired` when the admission has run out, `not_admitted` when it is over ' +
    'or was never given. An admission is over with the last order that was made with it.',
  tags: ['orders'],
  auth: 'admission_or_user',
  params: saleParams,
  headers: idempotencyHeaders,
  body: purchaseBody,
  responses: { 200: reservation },
  problems: [
    'not_found',
    'sold_out',
    'sale_not_started',
    'sale_ended',
    'token_expired',
    'not_admitted',
    'limit_exceeded',
    'device_limit_exceeded',
    'idempotency_key_reused',
    'sale_paused',
    'recovering',
    'store_unavailable',
    'switched_off',
  ],
  idempotencyKey: 'required',
});
