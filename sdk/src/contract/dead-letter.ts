import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';

const EXAMPLE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

const deadLetterId = Type.String({ format: 'uuid', description: 'The dead letter.', examples: [EXAMPLE_ID] });

const kind = field.codes(['event', 'payment', 'notification', 'undecodable'], {
  description:
    'What failed: an event of the order log that the ledger refuses, a payment that does not get through, a message ' +
    'to a buyer or to the shop, or an entry of the order log that is no event.',
  examples: ['event'],
});

const state = field.codes(['open', 'replayed', 'discarded'], {
  description:
    '`open`: it waits for an operator. `replayed`: it was done again, or came to its end by itself; it opens again if ' +
    'it fails again. `discarded`: it was given up, and can still be replayed.',
  examples: ['open'],
});

const reason = field.codes(
  [
    'invalid_data',
    'constraint_violated',
    'malformed_event',
    'undecodable',
    'payment_provider_unavailable',
    'payment_request_rejected',
    'unexpected_payment_status',
    'order_not_in_store',
    'attempt_not_in_ledger',
    'store_unavailable',
    'recovering',
    'ledger_unavailable',
    'mail_unavailable',
    'mail_rejected',
    'webhook_unavailable',
    'webhook_rejected',
    'internal',
  ],
  { description: 'Why.', examples: ['constraint_violated'] },
);

const deadLetter = Type.Object({
  dead_letter_id: deadLetterId,
  kind,
  subject: Type.String({
    description: 'What failed: the number of an event, the id of a payment attempt or of a notification.',
    examples: [`${EXAMPLE_ID}/1-4711`],
  }),
  reason,
  state,
  sale_id: field.nullable(Type.String(), { examples: [EXAMPLE_ID] }),
  order_id: field.nullable(Type.String(), { examples: [EXAMPLE_ID] }),
  attempts: Type.Integer({ minimum: 1, description: 'Failed tries.', examples: [3] }),
  correlation_id: field.correlationId,
  first_failed_at: field.time,
  last_failed_at: field.time,
  resolved_at: field.nullable(field.time),
  resolved_by: field.nullable(Type.String(), {
    description: '`processor`: it came to its end by itself.',
    examples: ['operator'],
  }),
  payload: Type.Unknown({ description: 'What a replay works with.', examples: [{ type: 'order_paid' }] }),
});

export type DeadLetter = Static<typeof deadLetter>;

const deadLetterParams = Type.Object({ dead_letter_id: deadLetterId });

export const listDeadLetters = operation({
  id: 'listDeadLetters',
  method: 'GET',
  path: '/api/v1/admin/dead-letters',
  summary: 'What could not be processed',
  description: 'Newest first.',
  tags: ['admin: dead letters'],
  auth: 'viewer',
  query: Type.Object(
    {
      state: Type.Optional(state),
      kind: Type.Optional(kind),
      order_id: Type.Optional(field.orderId),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ dead_letters: Type.Array(deadLetter), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});

export const readDeadLetter = operation({
  id: 'readDeadLetter',
  method: 'GET',
  path: '/api/v1/admin/dead-letters/:dead_letter_id',
  summary: 'One dead letter',
  description: 'With what a replay works with.',
  tags: ['admin: dead letters'],
  auth: 'viewer',
  params: deadLetterParams,
  responses: { 200: deadLetter },
  problems: ['not_found', 'store_unavailable'],
});

export const replayDeadLetter = operation({
  id: 'replayDeadLetter',
  method: 'POST',
  path: '/api/v1/admin/dead-letters/:dead_letter_id/replay',
  summary: 'Do once more what failed',
  description:
    'An event is applied, unless the ledger knows something newer of its order; a payment or a notification is tried ' +
    'again at once. `wrong_state`: it cannot be done, or failed as before; `detail` says which.',
  tags: ['admin: dead letters'],
  auth: 'operator',
  params: deadLetterParams,
  responses: { 200: deadLetter },
  problems: ['not_found', 'wrong_state', 'store_unavailable'],
  repeatable: true,
});

export const discardDeadLetter = operation({
  id: 'discardDeadLetter',
  method: 'POST',
  path: '/api/v1/admin/dead-letters/:dead_letter_id/discard',
  summary: 'Give up what failed',
  description: 'It is counted and shown as open no longer. A payment goes on being tried: money is never given up.',
  tags: ['admin: dead letters'],
  auth: 'operator',
  params: deadLetterParams,
  responses: { 200: deadLetter },
  problems: ['not_found', 'wrong_state', 'store_unavailable'],
  repeatable: true,
});
