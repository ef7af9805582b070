import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { ProblemCode } from './problem.ts';

/**
 * Whose token a route asks for: `user_or_reservation` also takes the reservation token of the order in question,
 * `queue` the queue token of the sale in the path and nothing else, `admission_or_user` also takes an admission token
 * of that sale, `viewer` also takes the operator's.
 */
export type Auth = 'none' | 'user' | 'user_or_reservation' | 'queue' | 'admission_or_user' | 'operator' | 'viewer';

/** One route of the API: what the server validates and documents, and what the client's types come from. */
export interface Operation {
  /** The client's method name and the OpenAPI operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path parameters as `:name`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly auth: Auth;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly headers?: TObject;
  readonly body?: TSchema;
  /** Answers by status. Null stands for an empty body. With `stream`, 200 is the data of each event. */
  readonly responses: Readonly<Record<number, TSchema>>;
  readonly problems: readonly ProblemCode[];
  /** `optional`: without a key, every request counts as a new one. */
  readonly idempotencyKey?: 'required' | 'optional';
  /** Doing it twice leaves everything as doing it once did, without an idempotency key. */
  readonly repeatable?: true;
  /** Server-sent events instead of a JSON document. */
  readonly stream?: true;
  /** The body is handed on as the bytes that came in: a signature covers them. */
  readonly rawBody?: true;
  /** Not counted against the limit by address: one sender, who proves who it is, speaks for all buyers. */
  readonly unmetered?: true;
}

/** Adds the problems that any such route can answer with. */
export function operation<const Definition extends Operation>(definition: Definition): Definition {
  return { ...definition, problems: [...new Set([...definition.problems, ...generalProblems(definition)])] };
}

function generalProblems({ params, query, headers, body, auth, unmetered }: Operation): ProblemCode[] {
  return [
    ...(params || query || headers || body ? (['validation_failed'] as const) : []),
    ...(auth === 'none' ? [] : (['unauthenticated', 'token_expired', 'forbidden'] as const)),
    ...(unmetered ? [] : (['rate_limited'] as const)),
    'internal',
    'overloaded',
  ];
}

const idempotencyKey = Type.String({
  pattern: '^[!-~]{1,200}$',
  description:
    'Made by the caller, one for each thing it wants done. A repeat with the same key gets the original answer; ' +
    'another body under the same key is refused.',
  examples: ['5f1c2a1e-checkout-1'],
});

/** Headers of an operation with `idempotencyKey: 'required'`. */
export const idempotencyHeaders = Type.Object({ 'idempotency-key': idempotencyKey });

/** Headers of an operation with `idempotencyKey: 'optional'`. */
export const optionalIdempotencyHeaders = Type.Object({ 'idempotency-key': Type.Optional(idempotencyKey) });

type StaticOf<Schema> = Schema extends TSchema ? Static<Schema> : unknown;

/** Path parameters, query and body of an operation in one object, under the names of the wire. */
export type RequestOf<Op extends Operation> = StaticOf<Op['params']> & StaticOf<Op['query']> & StaticOf<Op['body']>;

/** Any of the operation's answers. */
export type AnswerOf<Op extends Operation> = Static<Op['responses'][keyof Op['responses'] & number]>;
