import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOfAddress } from '../../anti-bot/client-address.ts';
import type { Quota, Tallies } from '../../anti-bot/tallies.ts';
import type { RateVerdict } from '../../domain/gcra.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { type Refusal, refuse } from '../errors.ts';

export interface RateLimitOptions {
  /** Requests a window; 0 turns the limit off. */
  readonly perIp: number;
  /** Requests a window; 0 turns the limit off. */
  readonly perUser: number;
  readonly windowMs: number;
}

interface RateLimitPorts {
  readonly tallies: Tallies;
  readonly events: EngineEvents;
}

/** Limits requests by address, and by user where one is known. */
export class RateLimits {
  readonly #options: RateLimitOptions;
  readonly #ports: RateLimitPorts;

  constructor(options: RateLimitOptions, ports: RateLimitPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Counts a request whose caller is as known as it will be. Null: it may pass. */
  check(request: FastifyRequest, reply: FastifyReply): Refusal | null | Promise<Refusal | null> {
    const quotas = this.#quotasOf(request);
    if (quotas.length === 0) return null;
    const verdicts = this.#ports.tallies.take(quotas);
    if (!(verdicts instanceof Promise)) return this.#conclude(quotas, verdicts, reply);
    return verdicts.then((late) => this.#conclude(quotas, late, reply));
  }

  #quotasOf({ ip, caller }: FastifyRequest): Quota[] {
    const { perIp, perUser, windowMs } = this.#options;
    const quotas: Quota[] = [];
    if (perIp > 0) {
      quotas.push({ scope: 'ip', key: clientOfAddress(ip), limit: { requests: perIp, windowMs } });
    }
    if (perUser > 0 && caller && 'userId' in caller) {
      quotas.push({ scope: 'user', key: caller.userId, limit: { requests: perUser, windowMs } });
    }
    return quotas;
  }

  #conclude(quotas: readonly Quota[], verdicts: readonly RateVerdict[], reply: FastifyReply): Refusal | null {
    for (const [index, { scope, limit }] of quotas.entries()) {
      const verdict = verdicts[index];
      if (!verdict) break;
      tellQuota(reply, limit.requests, verdict);
      if (verdict.allowed) continue;
      this.#ports.events.rateLimited(scope);
      return refuse('rate_limited', { retryAfterSeconds: Math.ceil(verdict.retryAfterMs / 1000) });
    }
    return null;
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
