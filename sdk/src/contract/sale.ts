import { type Static, Type } from 'typebox';
import { antiBotDemands } from './anti-bot.ts';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { poll } from './poll.ts';
import { waitingRoom } from './waiting-room.ts';

/** What a visitor sees of a sale. */
export const phase = field.codes(
  ['upcoming', 'queueing', 'live', 'sold_out', 'paused', 'recovering', 'ended', 'cancelled'],
  {
    description:
      'What a visitor sees. `sold_out` while reservations are open may still become `live` again: see `stock_may_return`.',
    examples: ['live'],
  },
);

export const purchaseLimit = Type.Integer({
  minimum: 1,
  maximum: 1000,
  default: 2,
  description: 'Units per buyer and item.',
  examples: [2],
});

export const reservationSeconds = Type.Integer({
  minimum: 1,
  maximum: 86_400,
  default: 600,
  description: 'How long a reservation is held for its payment.',
  examples: [600],
});

const saleItem = Type.Object({
  sku_id: field.skuId,
  name: field.name,
  description: field.nullable(field.description),
  image_url: field.nullable(field.imageUrl),
  flash_price_minor: field.priceMinor,
  original_price_minor: field.priceMinor,
  total_stock: field.stock,
  remaining: field.units,
});

const revision = Type.String({
  description: 'Names what stays the same while a sale runs: its rules, and its items once they are revealed.',
  examples: ['Zc2n9T4mB1xQ0a7LrU5w3Q'],
});

/** A sale with live stock. */
export const sale = Type.Object({
  sale_id: field.saleId,
  revision,
  name: field.name,
  phase,
  stock_may_return: Type.Boolean({ description: 'Open reservations may lapse and bring units back.' }),
  starts_at: field.time,
  ends_at: field.time,
  reveal_at: field.nullable(field.time),
  currency: field.currency,
  purchase_limit: purchaseLimit,
  reservation_seconds: reservationSeconds,
  items: Type.Array(saleItem, { description: 'Empty before `reveal_at`.' }),
  waiting_room: waitingRoom,
  anti_bot: antiBotDemands,
});

export type Sale = Static<typeof sale>;

type SaleItem = Sale['items'][number];

/** What of a sale stays the same while it runs. */
export interface SaleDetails extends Omit<Sale, 'phase' | 'stock_may_return' | 'items'> {
  readonly items: readonly Omit<SaleItem, 'total_stock' | 'remaining'>[];
}

const count = Type.Integer({ minimum: 0 });

const drawHash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  examples: ['8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3'],
});

/** The shared status: the same bytes for everybody. */
export const saleStatus = Type.Object({
  sale_id: field.saleId,
  revision: {
    ...revision,
    description: "The sale's, as it is now: whoever has read another one reads the sale again.",
  },
  phase,
  stock_may_return: Type.Boolean({ description: 'Open reservations may lapse and bring units back.' }),
  now: field.time,
  starts_at: field.time,
  ends_at: field.time,
  items: Type.Array(Type.Object({ sku_id: field.skuId, total_stock: field.stock, remaining: field.units }), {
    description: 'Empty before `reveal_at`.',
  }),
  queue: field.nullable(
    Type.Object({
      waiting: { ...count, description: 'Those who have not been called.', examples: [118_000] },
      now_serving: { ...count, description: 'Everyone up to this position has been called.', examples: [2_000] },
      called_per_second: field.nullable(Type.Number({ minimum: 0 }), {
        description: 'How fast `now_serving` has moved lately. Null: it stands still.',
        examples: [100],
      }),
    }),
    { description: 'Null: nobody queues.' },
  ),
  draw: Type.Optional(
    Type.Object(
      {
        entrants: field.nullable(count, {
          description: 'Tickets 1 to this one take part. Null until the list is closed.',
          examples: [120_000],
        }),
        list_hash: field.nullable(drawHash, { description: 'SHA-256 over all entries. Null until the draw is made.' }),
        seed: field.nullable(drawHash, {
          description: 'With `entrants`, every position follows from it. Null until the draw is made.',
        }),
      },
      { description: 'Only in sales with a draw. `GET …/draw` says all that it takes to check it.' },
    ),
  ),
  poll,
});

export type SaleStatus = Static<typeof saleStatus>;

export const saleParams = Type.Object({ sale_id: field.saleId });

export const listSales = operation({
  id: 'listSales',
  method: 'GET',
  path: '/api/v1/flash-sale',
  summary: 'Sales with live stock',
  description: 'Live sales first, then upcoming, then past. Cancelled sales are left out.',
  tags: ['sales'],
  auth: 'none',
  query: Type.Object(
    {
      when: Type.Optional(
        Type.String({
          pattern: '^(live|upcoming|past)(,(live|upcoming|past)){0,2}$',
          default: 'live,upcoming',
          description: 'Any of `live`, `upcoming` and `past`, separated by commas.',
          examples: ['live,upcoming'],
        }),
      ),
      query: Type.Optional({ ...field.searchText, description: 'Part of the name of a sale or a revealed item.' }),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ sales: Type.Array(sale), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});

export const readSale = operation({
  id: 'readSale',
  method: 'GET',
  path: '/api/v1/flash-sale/:sale_id',
  summary: 'One sale',
  description: 'Items stay empty until `reveal_at`.',
  tags: ['sales'],
  auth: 'none',
  params: saleParams,
  responses: { 200: sale },
  problems: ['not_found', 'store_unavailable'],
});

export const readSaleStatus = operation({
  id: 'readSaleStatus',
  method: 'GET',
  path: '/api/v1/flash-sale/:sale_id/status',
  summary: 'The shared status of a sale',
  description:
    'Cacheable for a second, with an ETag; the same bytes for everybody. `poll` grows with the number of those who ' +
    'wait, so that the crowd asks no more often than one server can answer.',
  tags: ['sales'],
  auth: 'none',
  params: saleParams,
  responses: { 200: saleStatus },
  problems: ['not_found', 'store_unavailable'],
});

export const streamSaleStatus = operation({
  id: 'streamSaleStatus',
  method: 'GET',
  path: '/api/v1/flash-sale/:sale_id/events',
  summary: 'The shared status of a sale, as it changes',
  description:
    'Server-sent events; the data of each is a status document, the first at once. A slow reader gets only the newest. ' +
    'A comment at least every 30 s tells that the connection is alive.',
  tags: ['sales'],
  auth: 'none',
  params: saleParams,
  responses: { 200: saleStatus },
  problems: ['not_found', 'store_unavailable'],
  stream: true,
});
