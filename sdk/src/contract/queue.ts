import { type Static, Type } from 'typebox';
import { captchaToken, challengeSolution } from './challenge.ts';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { poll } from './poll.ts';
import { saleParams } from './sale.ts';

const bearerToken = (description: string) => Type.String({ description, examples: ['eyJhbGciOiJIUzI1NiJ9.e30.c2ln'] });

const placeFields = {
  ticket: Type.Integer({
    minimum: 1,
    description:
      'The number of the place as it was given out. It opens nothing; with `draw` of the status, the position follows ' +
      'from it.',
    examples: [4711],
  }),
  state: field.codes(['waiting', 'ready', 'admitted', 'done', 'sold_out'], {
    description:
      '`ready`: called, and may ask for an admission, now or later. `done`: used up at the purchase limit; joining ' +
      'again gives a new last place. `sold_out`: nothing is left, and nothing can come back.',
    examples: ['waiting'],
  }),
  queue_position: field.nullable(Type.Integer({ minimum: 1 }), {
    description: '1 is called first. Null until the draw is made.',
    examples: [4711],
  }),
  ahead: field.nullable(Type.Integer({ minimum: 0 }), {
    description: 'Places before this one that have not been called. Null until the draw is made.',
    examples: [4210],
  }),
  estimated_wait_seconds: field.nullable(Type.Integer({ minimum: 0 }), {
    description:
      'Until it is called, by the pace of the last minute, if stock lasts. Null while nothing honest can be said.',
    examples: [42],
  }),
  admission: field.nullable(Type.Object({ expires_at: field.time }), {
    description: 'The admission that is in force, if there is one.',
    examples: [null],
  }),
  poll,
};

const place = Type.Object(placeFields);

export type Place = Static<typeof place>;

const entrance = Type.Object(
  {
    captcha_token: Type.Optional(captchaToken),
    challenge_solution: Type.Optional(challengeSolution),
    device_fingerprint: Type.Optional(field.deviceFingerprint),
    queue_token: Type.Optional(
      bearerToken(
        'The token of the place that the buyer had, if the page still has it. After a loss of the store it brings ' +
          'that place back; otherwise it changes nothing.',
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'What the sale asks for at its entrance (see `anti_bot` of the sale), and the place that one had.',
    examples: [{}, { device_fingerprint: 'fp-4be0643f1d98' }],
  },
);

export const enterQueue = operation({
  id: 'enterQueue',
  method: 'POST',
  path: '/api/v1/flash-sale/:sale_id/enter-queue',
  summary: 'Take a place in the waiting room',
  description:
    'From `opens_at` of the waiting room until the end of the sale; the answer has the queue token, which the other ' +
    'requests of the queue take. Joining again changes nothing, asks for nothing, ' +
    'and gives the same place.',
  tags: ['queue'],
  auth: 'user',
  params: saleParams,
  body: entrance,
  responses: {
    200: Type.Object({
      ...placeFields,
      queue_token: bearerToken(
        'Bearer token of the place: whoever has it has the place. Good for 24 h after the sale.',
      ),
    }),
  },
  problems: [
    'challenge_failed',
    'account_too_young',
    'bot_suspected',
    'not_found',
    'sale_not_started',
    'sold_out',
    'sale_ended',
    'wrong_state',
    'rate_limited',
    'recovering',
    'store_unavailable',
    'switched_off',
  ],
  repeatable: true,
});

export const readPlace = operation({
  id: 'readPlace',
  method: 'GET',
  path: '/api/v1/flash-sale/:sale_id/queue',
  summary: "The caller's own place",
  description:
    'By the queue token. Far from the front, the shared status says enough: what is ahead is the position less `queue.now_serving`, less ' +
    'one. `poll` says when to ask here: at half the estimated wait, so that whoever is near the front asks often, and ' +
    'everybody only a few times. As soon as `now_serving` reaches the position, ask for an admission. A place that ' +
    'was given up is not found.',
  tags: ['queue'],
  auth: 'queue',
  params: saleParams,
  responses: { 200: place },
  problems: ['not_found', 'sale_ended', 'recovering', 'store_unavailable'],
});

export const leaveQueue = operation({
  id: 'leaveQueue',
  method: 'DELETE',
  path: '/api/v1/flash-sale/:sale_id/queue',
  summary: 'Give the place up',
  description:
    'By the queue token; and the slot inside with it, unless an order is still open. Leaving again is answered alike.',
  tags: ['queue'],
  auth: 'queue',
  params: saleParams,
  responses: { 204: Type.Null({ description: 'Given up.' }) },
  problems: ['not_found', 'recovering', 'store_unavailable'],
});

export const requestAdmission = operation({
  id: 'requestAdmission',
  method: 'POST',
  path: '/api/v1/flash-sale/:sale_id/admission',
  summary: 'Ask to be let in',
  description:
    'By the queue token of whoever has been called. A turn does not lapse, an admission does: asked again, it is the same one until ' +
    'then, and a new one after that, as long as the place is not used up. `not_your_turn` says in `Retry-After` when ' +
    'to ask again.',
  tags: ['queue'],
  auth: 'queue',
  params: saleParams,
  responses: {
    200: Type.Object({
      admission_token: bearerToken('Bearer token for purchases of this buyer in this sale.'),
      expires_at: field.time,
    }),
  },
  problems: [
    'not_found',
    'not_your_turn',
    'wrong_state',
    'sold_out',
    'sale_not_started',
    'sale_ended',
    'sale_paused',
    'recovering',
    'store_unavailable',
    'switched_off',
  ],
  repeatable: true,
});
