import type { FastifyReply } from 'fastify';
import { PROBLEM_CODES, type Problem, type ProblemCode } from '#sdk/contract/problem.ts';
import { CaptchaUnavailable } from '../anti-bot/captcha.ts';
import { BeaconInvalid, BeaconUnavailable } from '../beacon/beacon.ts';
import { InvalidCursor } from '../database/cursor.ts';
import { LedgerUnavailable } from '../database/ledger-unavailable.ts';
import { SaleRecovering, StoreUnavailable } from '../store/store.ts';
import { IdentityProviderUnavailable } from './identity.ts';
import { fieldProblems, isValidationError } from './validation.ts';

interface Words {
  readonly title: string;
  /** What is said when nothing more exact is known. */
  readonly detail: string;
  /** When it may be worth to ask again. */
  readonly retryAfterSeconds?: number;
}

const WORDS: Readonly<Record<ProblemCode, Words>> = {
  validation_failed: { title: 'Invalid request', detail: 'The request is not what this operation takes.' },
  unauthenticated: { title: 'Not authenticated', detail: 'A valid bearer token is needed.' },
  token_expired: { title: 'Token expired', detail: 'The token was valid and has expired.' },
  payment_declined: { title: 'Payment declined', detail: 'The payment was declined.' },
  not_admitted: { title: 'Not admitted', detail: 'This sale lets in only who has been admitted.' },
  forbidden: { title: 'Forbidden', detail: 'This token does not allow that.' },
  challenge_failed: { title: 'Challenge failed', detail: 'The challenge was not solved.' },
  account_too_young: { title: 'Account too young', detail: 'The account is too young for this sale.' },
  bot_suspected: { title: 'Bot suspected', detail: 'The request looks automated.' },
  not_found: { title: 'Not found', detail: 'There is nothing here.' },
  sold_out: { title: 'Sold out', detail: 'There are not enough units left.' },
  sale_not_started: { title: 'Sale not started', detail: 'The sale has not started.' },
  sale_ended: { title: 'Sale ended', detail: 'The sale is over.' },
  not_your_turn: { title: 'Not your turn', detail: 'Others are before you.' },
  wrong_state: { title: 'Wrong state', detail: 'As things stand, this cannot be done.' },
  reservation_expired: {
    title: 'Reservation expired',
    detail: 'The time to pay is over. The units went back on sale.',
  },
  limit_exceeded: { title: 'Purchase limit exceeded', detail: 'That is more than one buyer may have.' },
  device_limit_exceeded: { title: 'Device limit exceeded', detail: 'This device has bought already.' },
  payment_method_limit_exceeded: { title: 'Payment method limit exceeded', detail: 'Another order was paid with it.' },
  idempotency_key_reused: {
    title: 'Idempotency key reused',
    detail: 'This idempotency key stands for another request.',
  },
  rate_limited: { title: 'Too many requests', detail: 'Slow down.', retryAfterSeconds: 1 },
  internal: { title: 'Internal error', detail: 'Something went wrong here. The correlation id names what.' },
  payment_provider_unavailable: {
    title: 'Payment provider unavailable',
    detail: 'The payment provider does not answer. The order is safe: read it until it is settled.',
  },
  sale_paused: { title: 'Sale paused', detail: 'The sale is paused.', retryAfterSeconds: 5 },
  recovering: { title: 'Sale recovering', detail: 'The sale is being recovered.', retryAfterSeconds: 2 },
  overloaded: { title: 'Overloaded', detail: 'There is more to do than can be done.', retryAfterSeconds: 2 },
  store_unavailable: { title: 'Temporarily unavailable', detail: 'Try again in a moment.', retryAfterSeconds: 2 },
  switched_off: { title: 'Switched off', detail: 'An operator has switched this off.', retryAfterSeconds: 30 },
};

/** What a refusal may say beyond its code. */
export interface RefusalFacts
  extends Partial<Pick<Problem, 'detail' | 'errors' | 'sku_id' | 'remaining_stock' | 'limit' | 'held'>> {
  readonly retryAfterSeconds?: number;
}

declare module 'fastify' {
  interface FastifyReply {
    /** Of the problem document that it is. Null for the answer asked for. */
    problem: ProblemCode | null;
  }
}

/** An answer that is not the one asked for. */
export class Refusal<Code extends ProblemCode = ProblemCode> {
  readonly code: Code;
  readonly facts: RefusalFacts;

  constructor(code: Code, facts: RefusalFacts = {}) {
    this.code = code;
    this.facts = facts;
  }
}

export function refuse<Code extends ProblemCode>(code: Code, facts?: RefusalFacts): Refusal<Code> {
  return new Refusal(code, facts);
}

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { code, facts } = refusal;
  reply.problem = code;
  const retryAfterSeconds = facts.retryAfterSeconds ?? WORDS[code].retryAfterSeconds;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (code === 'token_expired') reply.header('www-authenticate', 'Bearer error="invalid_token"');
  return reply
    .code(PROBLEM_CODES[code])
    .header('content-type', 'application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(refusal, reply.request.id));
}

export function problemOf({ code, facts }: Refusal, correlationId: string): Problem {
  const { retryAfterSeconds: _, detail, ...rest } = facts;
  return {
    type: `/problems/${code}`,
    title: WORDS[code].title,
    status: PROBLEM_CODES[code],
    code,
    detail: detail ?? WORDS[code].detail,
    correlation_id: correlationId,
    ...rest,
  };
}

/** What the framework refuses by itself, by its error code: the request could not even be read. */
const UNREADABLE: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The content type must be application/json.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its content length says.',
};

/** What a fault is answered with. Nothing of an unknown one is told. */
export function refusalOfError(error: unknown): Refusal {
  if (isValidationError(error)) return refuse('validation_failed', { errors: fieldProblems(error) });
  if (error instanceof InvalidCursor) return refuse('validation_failed', { detail: 'The cursor is not one of ours.' });
  if (error instanceof StoreUnavailable || error instanceof LedgerUnavailable) return refuse('store_unavailable');
  if (error instanceof SaleRecovering) return refuse('recovering');
  if (error instanceof IdentityProviderUnavailable) return refuse('overloaded', { detail: error.message });
  if (error instanceof CaptchaUnavailable)
    return refuse('overloaded', { detail: 'The CAPTCHA cannot be checked now.' });
  if (error instanceof BeaconUnavailable || error instanceof BeaconInvalid) {
    return refuse('overloaded', { detail: `The draw cannot be bound to its beacon: ${error.message}.` });
  }
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (statusCode >= 400 && statusCode < 500) {
    return refuse('validation_failed', { detail: UNREADABLE[code] ?? 'The request could not be read.' });
  }
  return refuse('internal');
}
