import { type Static, Type } from 'typebox';
import { adminSale } from './admin-sale.ts';
import * as field from './fields.ts';
import { operation, optionalIdempotencyHeaders } from './operation.ts';
import { saleParams } from './sale.ts';
import { gateChange } from './waiting-room.ts';

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
