import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { clientOfAddress } from '../../anti-bot/client-address.ts';
import { RateLimiter } from '../../anti-bot/rate-limiter.ts';
import type { RateVerdict } from '../../domain/gcra.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { refuse, sendProblem } from '../errors.ts';

export interface RateLimitOptions {
  /** Requests a window; 0 turns the limit off. */
  readonly perIp: number;
  /** Requests a window; 0 turns the limit off. */
  readonly perUser: number;
  readonly windowMs: number;
}

/** About 100 bytes each: 20 MB at most. */
const MAX_KEYS = 200_000;

type Scope = 'ip' | 'user';

/** Limits requests by address, and by user on routes that know one. */
export class RateLimits {
  readonly #events: EngineEvents;
  readonly #byIp: RateLimiter | null;
  readonly #byUser: RateLimiter | null;

  constructor({ perIp, perUser, windowMs }: RateLimitOptions, events: EngineEvents) {
    const limiter = (requests: number) => (requests > 0 ? new RateLimiter({ requests, windowMs }, MAX_KEYS) : null);
    this.#events = events;
    this.#byIp = limiter(perIp);
    this.#byUser = limiter(perUser);
  }

  /** Null when the limit is off. */
  byIp(): onRequestHookHandler | null {
    const limiter = this.#byIp;
    return limiter && this.#hook(limiter, 'ip', (request) => clientOfAddress(request.ip));
  }

  /** Runs once the caller is known. Null when the limit is off. */
  byUser(): onRequestHookHandler | null {
    const limiter = this.#byUser;
    return (
      limiter && this.#hook(limiter, 'user', ({ caller }) => (caller && 'userId' in caller ? caller.userId : null))
    );
  }

  #hook(limiter: RateLimiter, scope: Scope, keyOf: (request: FastifyRequest) => string | null): onRequestHookHandler {
    return (request, reply, done) => {
      const key = keyOf(request);
      if (key === null) return done();
      const verdict = limiter.take(key, performance.now());
      tellQuota(reply, limiter.limit.requests, verdict);
      if (verdict.allowed) return done();
      this.#events.rateLimited(scope);
      sendProblem(reply, refuse('rate_limited', { retryAfterSeconds: Math.ceil(verdict.retryAfterMs / 1000) }));
    };
  }
}

/** Of two limits, the client is told of the one that is nearer. */
function tellQuota(reply: FastifyReply, limit: number, { allowed, remaining, resetMs }: RateVerdict): void {
  const told = reply.getHeader('ratelimit-remaining');
  if (allowed && typeof told === 'number' && told <= remaining) return;
  reply.header('ratelimit-limit', limit);
  reply.header('ratelimit-remaining', remaining);
  reply.header('ratelimit-reset', Math.ceil(resetMs / 1000));
}
