import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

const switches = Type.Object(
  {
    joins: Type.Boolean({ description: 'Off: nobody new may queue (`switched_off`), in every sale; places are kept.' }),
    purchases: Type.Boolean({
      description:
        'Off: purchases are refused with `switched_off`, in every sale, and nobody who queues is called or let in.',
    }),
    payments: Type.Boolean({ description: 'Off: payments are refused with `switched_off`; reservations run on.' }),
    notifications: Type.Boolean({ description: 'Off: mails and webhooks wait, and go out once it is on again.' }),
  },
  { examples: [{ joins: true, purchases: true, payments: true, notifications: true }] },
);

export type Switches = Static<typeof switches>;

export const readSwitches = operation({
  id: 'readSwitches',
  method: 'GET',
  path: '/api/v1/admin/switches',
  summary: 'The kill switches',
  description: 'True: it works. False: an operator has switched it off.',
  tags: ['admin: switches'],
  auth: 'viewer',
  responses: { 200: switches },
  problems: ['store_unavailable'],
});

export const changeSwitches = operation({
  id: 'changeSwitches',
  method: 'PATCH',
  path: '/api/v1/admin/switches',
  summary: 'Throw a kill switch',
  description: 'Switches that are not named stay as they are.',
  tags: ['admin: switches'],
  auth: 'operator',
  body: Type.Partial(switches, {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ purchases: false }],
  }),
  responses: { 200: switches },
  problems: ['store_unavailable'],
  repeatable: true,
});
