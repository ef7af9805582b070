import { type Static, Type } from 'typebox';
import { codes, correlationId } from './fields.ts';

/** Every problem code and its HTTP status. */
export const PROBLEM_CODES = {
  validation_failed: 400,
  unauthenticated: 401,
  token_expired: 401,
  payment_declined: 402,
  not_admitted: 403,
  forbidden: 403,
  challenge_failed: 403,
  account_too_young: 403,
  bot_suspected: 403,
  not_found: 404,
  sold_out: 409,
  sale_not_started: 409,
  sale_ended: 409,
  not_your_turn: 409,
  wrong_state: 409,
  reservation_expired: 410,
  limit_exceeded: 422,
  device_limit_exceeded: 422,
  payment_method_limit_exceeded: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  payment_provider_unavailable: 502,
  sale_paused: 503,
  recovering: 503,
  overloaded: 503,
  store_unavailable: 503,
  switched_off: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Every code of this table. */
export const problemCodes = Object.keys(PROBLEM_CODES) as ProblemCode[];

/** Is `value` a code of this table? A newer server may know more. */
export function isProblemCode(value: unknown): value is ProblemCode {
  return typeof value === 'string' && Object.hasOwn(PROBLEM_CODES, value);
}

export const fieldProblem = Type.Object({
  field: Type.String({ description: 'Path of the field, dot-separated.', examples: ['items.0.quantity'] }),
  message: Type.String({ examples: ['must be >= 1'] }),
});

export type FieldProblem = Static<typeof fieldProblem>;

/** RFC 9457 problem document (`application/problem+json`): the body of every answer that is not the one asked for. */
export const problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', examples: ['/problems/sold_out'] }),
    title: Type.String({ description: 'The same for every problem of this code.', examples: ['Sold out'] }),
    status: Type.Integer({ minimum: 400, maximum: 599, examples: [409] }),
    code: codes(problemCodes, { description: 'What programs decide by.', examples: ['sold_out'] }),
    detail: Type.String({ description: 'This occurrence, for people.', examples: ['No unit of SNEAKER-42 is left.'] }),
    correlation_id: correlationId,
    errors: Type.Optional(
      Type.Array(fieldProblem, { description: 'With `validation_failed`: each field that is wrong.' }),
    ),
    sku_id: Type.Optional(Type.String({ description: 'With `sold_out` and `limit_exceeded`: the item.' })),
    remaining_stock: Type.Optional(
      Type.Integer({ minimum: 0, description: 'With `sold_out`: units of the item still for sale.' }),
    ),
    limit: Type.Optional(Type.Integer({ description: 'With `limit_exceeded`: units a buyer may have of the item.' })),
    held: Type.Optional(Type.Integer({ description: 'With `limit_exceeded`: units the buyer has already.' })),
  },
  { description: 'RFC 9457 problem document.' },
);

export type Problem = Static<typeof problem>;
