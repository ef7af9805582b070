import { type Static, Type } from 'typebox';
import { antiBot, antiBotDraft } from './anti-bot.ts';
import * as field from './fields.ts';
import { operation, optionalIdempotencyHeaders } from './operation.ts';
import { riskReview, riskReviewDraft } from './risk-review.ts';
import { phase, purchaseLimit, reservationSeconds, saleParams } from './sale.ts';
import { adminWaitingRoom, gateChange, room, waitingRoomDraft } from './waiting-room.ts';

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

const readinessReport = Type.Object({
  ready: Type.Boolean({ description: 'Every check passed that the start needs.' }),
  checks: Type.Array(
    Type.Object({
      name: Type.String({ examples: ['stock_loaded'] }),
      ok: Type.Boolean(),
      advisory: Type.Optional(Type.Boolean({ description: 'The sale can start without it.' })),
      detail: Type.String({ examples: ['1000 units of 1 item'] }),
    }),
  ),
});

export type ReadinessReport = Static<typeof readinessReport>;

const reconciliation = Type.Object({
  agrees: Type.Boolean({ description: 'Both have been compared at one place of the order log, and say the same.' }),
  store_position: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The last event of the store; null when it does not hold the sale.',
  }),
  ledger_position: Type.Integer({ description: 'The last event that the ledger has applied.' }),
  compared: Type.Object(
    { items: field.units, orders: field.units },
    { description: 'How many were looked at. Orders: 0 while the ledger is behind the store.' },
  ),
  differences: Type.Array(
    Type.Object({
      about: Type.Union([Type.Literal('order'), Type.Literal('item')]),
      id: Type.String({ description: 'The id of the order, or the SKU.' }),
      store: Type.Union([Type.String(), Type.Null()], { description: 'Null: the store does not know it.' }),
      ledger: Type.Union([Type.String(), Type.Null()], { description: 'Null: the ledger does not know it.' }),
    }),
  ),
  surplus: Type.Union(
    [
      Type.Object({
        backed: Type.Array(Type.String(), {
          description: 'Paid orders that units were left for: they are claimed now.',
        }),
        given_back: Type.Array(Type.String(), { description: 'Those that none were left for, the last first.' }),
      }),
      Type.Null(),
    ],
    { description: 'Null while the sale is on.' },
  ),
});

export type Reconciliation = Static<typeof reconciliation>;

const count = Type.Integer({ minimum: 0, examples: [12] });

/** What has happened in a sale since its gateways began to count, which only grows: rates are the reader's to make. */
const saleActivity = Type.Object({
  scope: field.codes(['all_gateways', 'this_gateway'], {
    description: 'Whose purchases, faults and times these are. `this_gateway`: the others cannot be asked now.',
  }),
  purchases: Type.Record(Type.String(), count, {
    description: 'Purchases answered, by outcome: `reserved`, or the code of the problem.',
    examples: [{ reserved: 120, sold_out: 80 }],
  }),
  faults: { ...count, description: 'Answers to buyers that are no decision but a failure of the server.' },
  seconds: Type.Object(
    {
      bounds: Type.Array(Type.Number(), { examples: [[0.01, 0.1]] }),
      counts: Type.Array(count, { examples: [[180, 20, 0]] }),
    },
    { description: 'Purchases by the time to their answer: up to each bound, and in the end the slower ones.' },
  ),
  ledger: Type.Union(
    [
      Type.Object({
        payments: Type.Record(Type.String(), count, {
          description: 'Payment attempts by their state at this moment.',
          examples: [{ confirmed: 100, declined: 3 }],
        }),
        dead_letters: { ...count, description: 'Those of the sale that are open.' },
      }),
      Type.Null(),
    ],
    { description: 'Of all processes, a few seconds old. Null: the ledger has not said yet.' },
  ),
});

/** A sale as operators watch it. */
export const liveSale = Type.Object({ ...adminSale.properties, now: field.time, activity: saleActivity });

export type LiveSale = Static<typeof liveSale>;

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

export const pauseSale = operation({
  id: 'pauseSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/pause',
  summary: 'Stop selling for now',
  description: 'Nobody buys or is let in. Reservations stand and can be paid; places in the queue are kept.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const resumeSale = operation({
  id: 'resumeSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/resume',
  summary: 'Sell on after a pause',
  description: 'The end of the sale is not moved.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const endSale = operation({
  id: 'endSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/end',
  summary: 'End a sale before its time',
  description: 'Reservations stand and can be paid. The queue is closed and cleared.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const cancelSale = operation({
  id: 'cancelSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/cancel',
  summary: 'Call a sale off',
  description: 'Unpaid reservations are cancelled, and the queue is cleared. Paid orders stay paid.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const restockSale = operation({
  id: 'restockSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/restock',
  summary: 'Add units of an item',
  description:
    'Raises `total_stock` and what is for sale, while the sale is active or paused. Before it, change its items.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  headers: optionalIdempotencyHeaders,
  body: Type.Object(
    {
      sku_id: field.skuId,
      quantity: { ...field.quantity, maximum: 10_000_000, description: 'Units to add.', examples: [100] },
    },
    { additionalProperties: false },
  ),
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'idempotency_key_reused', 'store_unavailable', 'recovering'],
  idempotencyKey: 'optional',
});

export const changeGate = operation({
  id: 'changeGate',
  method: 'PATCH',
  path: '/api/v1/admin/sales/:sale_id/gate',
  summary: 'Change how many are let in',
  description: 'Works from now on, also before the start. Whoever is inside stays inside; every place is kept.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  body: gateChange,
  responses: { 200: adminSale },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const prewarmSale = operation({
  id: 'prewarmSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/prewarm',
  summary: 'Is the sale ready for its start?',
  description:
    'Reports on each part that the start needs. Loads a scheduled sale that the store does not hold; changes nothing ' +
    "else, and nothing of a sale that has begun. Renders the sale's page, and has the content delivery network forget " +
    'the one that it has.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 200: readinessReport },
  problems: ['not_found', 'wrong_state', 'store_unavailable', 'recovering'],
  repeatable: true,
});

export const reconcileSale = operation({
  id: 'reconcileSale',
  method: 'POST',
  path: '/api/v1/admin/sales/:sale_id/reconcile',
  summary: 'Do store and ledger agree?',
  description:
    'Compares them at one place of the order log. Changes nothing of a sale that is on. Once it is over, paid orders ' +
    'that no units are left for are given back, the last first.',
  tags: ['admin: sales'],
  auth: 'operator',
  params: saleParams,
  responses: { 200: reconciliation },
  problems: ['not_found', 'store_unavailable'],
  repeatable: true,
});

export const streamAdminSale = operation({
  id: 'streamAdminSale',
  method: 'GET',
  path: '/api/v1/admin/sales/:sale_id/events',
  summary: 'The operations view, as it changes',
  description:
    'Server-sent events; the data of each is the operations view with what has happened since, the first at once, ' +
    'then at least one a second. ' +
    'A comment at least every 30 s tells that the connection is alive.',
  tags: ['admin: sales'],
  auth: 'viewer',
  params: saleParams,
  responses: { 200: liveSale },
  problems: ['not_found', 'store_unavailable'],
  stream: true,
});
