import { decideRate, type RateLimit, type RateVerdict } from '../../domain/gcra.ts';
import { RecentMap } from './recent-map.ts';

/** Counts by key, in memory that is bounded: a key that was not seen for a whole window has its whole quota back. */
export class RateLimiter {
  readonly limit: RateLimit;
  readonly #fullAtMs: RecentMap<number>;

  constructor(limit: RateLimit, maxKeys: number) {
    this.limit = limit;
    this.#fullAtMs = new RecentMap({ maxKeys, keepMs: limit.windowMs });
  }

  /** @param nowMs of a clock that never runs backwards */
  take(key: string, nowMs: number): RateVerdict {
    const verdict = decideRate(this.limit, this.#fullAtMs.get(key) ?? Number.NEGATIVE_INFINITY, nowMs);
    this.#fullAtMs.set(key, verdict.fullAtMs, nowMs);
    return verdict;
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#fullAtMs.size;
  }
}
