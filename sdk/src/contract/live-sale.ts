import { type Static, Type } from 'typebox';
import { adminSale } from './admin-sale.ts';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { saleParams } from './sale.ts';

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
