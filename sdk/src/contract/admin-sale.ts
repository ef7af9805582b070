import { type Static, Type } from 'typebox';
import { antiBot, antiBotDraft } from './anti-bot.ts';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { riskReview, riskReviewDraft } from './risk-review.ts';
import { phase, purchaseLimit, reservationSeconds, saleParams } from './sale.ts';
import { adminWaitingRoom, room, waitingRoomDraft } from './waiting-room.ts';

const saleState = field.codes(['scheduled', 'active', 'paused', 'ended', 'cancelled'], { examples: ['scheduled'] });

const itemDraft = Type.Object(
  {
    sku_id: field.skuId,
    name: field.name,
    description: Type.Optional(field.nullable(field.description)),
    image_url: Type.Optional(field.nullable(field.imageUrl)),
    flash_price_minor: field.priceMinor,
    original_price_minor: field.priceMinor,
    total_stock: field.stock,
    safety_buffer: Type.Optional({
      ...field.stock,
      default: 0,
      description: 'Units of `total_stock` that are held back from sale.',
      examples: [10],
    }),
  },
  { additionalProperties: false },
);

const saleDraftFields = {
  name: field.name,
  starts_at: { ...field.time, description: 'ISO 8601, UTC. In the past: live at once.' },
  ends_at: { ...field.time, examples: ['2030-11-29T21:00:00.000Z'] },
  reveal_at: Type.Optional(
    field.nullable(field.time, { description: 'Before this moment nobody outside learns which items are sold.' }),
  ),
  currency: field.currency,
  purchase_limit: Type.Optional(purchaseLimit),
  reservation_seconds: Type.Optional(reservationSeconds),
  items: Type.Array(itemDraft, { minItems: 1, maxItems: 500 }),
  waiting_room: Type.Optional(waitingRoomDraft),
  anti_bot: Type.Optional(antiBotDraft),
  risk_review: Type.Optional(riskReviewDraft),
};

/** What a sale is created from. */
export const saleDraft = Type.Object(saleDraftFields, {
  additionalProperties: false,
  examples: [
    {
      name: 'Black Friday',
      starts_at: '2030-11-29T09:00:00.000Z',
      ends_at: '2030-11-29T21:00:00.000Z',
      currency: 'EUR',
      items: [
        {
          sku_id: 'SNEAKER-42',
          name: 'Trail Runner 42',
          flash_price_minor: 9900,
          original_price_minor: 19_900,
          total_stock: 1000,
        },
      ],
      waiting_room: { opens_at: '2030-11-29T08:55:00.000Z', order: 'fifo', rate_per_second: 100, max_active: 2_000 },
      anti_bot: { proof_of_work: true, min_account_age_hours: 24 },
    },
  ],
});

export type SaleDraft = Static<typeof saleDraft>;

const saleChange = Type.Partial(saleDraft, {
  additionalProperties: false,
  minProperties: 1,
  description:
    'The fields to change. `items` replaces all items; of `waiting_room`, what is not named stays as it is, and an ' +
    'opening that is still to come moves with `starts_at`.',
  examples: [{ name: 'Black Friday, extended' }],
});

export type SaleChange = Static<typeof saleChange>;

const adminItem = Type.Object({
  sku_id: field.skuId,
  name: field.name,
  description: field.nullable(field.description),
  image_url: field.nullable(field.imageUrl),
  flash_price_minor: field.priceMinor,
  original_price_minor: field.priceMinor,
  total_stock: field.stock,
  safety_buffer: field.stock,
  stock: field.nullable(
    Type.Object({
      available: field.units,
      reserved: field.units,
      paying: field.units,
      sold: field.units,
      buffer: field.units,
    }),
    { description: 'Sums up to `total_stock`. Null while the store does not hold the sale.' },
  ),
});

/** A sale as operators see it. */
export const adminSale = Type.Object({
  sale_id: field.saleId,
  name: field.name,
  state: saleState,
  phase,
  starts_at: field.time,
  ends_at: field.time,
  reveal_at: field.nullable(field.time),
  currency: field.currency,
  purchase_limit: purchaseLimit,
  reservation_seconds: reservationSeconds,
  items: Type.Array(adminItem),
  waiting_room: adminWaitingRoom,
  room,
  anti_bot: antiBot,
  risk_review: riskReview,
  outbox_events: Type.Integer({ minimum: 0, description: 'Events that the ledger has yet to apply.', examples: [0] }),
});

export type AdminSale = Static<typeof adminSale>;

export const createSale = operation({
  id: 'createSale',
  method: 'POST',
  path: '/api/v1/admin/sales',
  summary: 'Schedule a sale',
  description: 'Goes live at `starts_at` by itself; at once if that lies in the past.',
  tags: ['admin: sales'],
  auth: 'operator',
  body: saleDraft,
  responses: { 201: adminSale },
  problems: ['store_unavailable'],
});

export const listAdminSales = operation({
  id: 'listAdminSales',
  method: 'GET',
  path: '/api/v1/admin/sales',
  summary: 'All sales',
  description: 'Newest start first.',
  tags: ['admin: sales'],
  auth: 'viewer',
  query: Type.Object(
    {
      state: Type.Optional(saleState),
      query: Type.Optional({ ...field.searchText, description: 'Part of the name.' }),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ sales: Type.Array(adminSale), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});

export const readAdminSale = operation({
  id: 'readAdminSale',
  method: 'GET',
  path: '/api/v1/admin/sales/:sale_id',
  summary: 'One sale, with every unit accounted for',
  description: 'The operations view.',
  tags: ['admin: sales'],
  auth: 'viewer',
  params: saleParams,
  responses: { 200: adminSale },
  problems: ['not_found', 'store_unavailable'],
});

export const changeSale = operation({
  id: 'changeSale',
  method: 'PATCH',
  path: '/api/v1/admin/sales/:sale_id',
  summary: 'Change a scheduled sale',
  description: 'Refused from the start on.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  body: saleChange,
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const deleteSale = operation({
  id: 'deleteSale',
  method: 'DELETE',
  path: '/api/v1/admin/sales/:sale_id',
  summary: 'Delete a sale that is over or never began',
  description: 'Frees all that the store kept of it. Orders stay in the ledger.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 204: Type.Null({ description: 'Deleted.' }) },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
});
