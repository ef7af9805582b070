import { decideRate, type RateLimit, type RateVerdict } from '../domain/gcra.ts';

/**
 * Counts by key, in memory that is bounded. A key that was not seen for a whole window has its whole quota back, so
 * two generations are enough: what was not touched since the last turn but one is forgotten. A turn comes each window,
 * or as soon as a generation is full: a flood of new keys then costs the least recently seen their count, never memory.
 */
export class RateLimiter {
  readonly limit: RateLimit;
  readonly #maxKeys: number;
  #current = new Map<string, number>();
  #previous = new Map<string, number>();
  #turnedAtMs = Number.NEGATIVE_INFINITY;

  constructor(limit: RateLimit, maxKeys: number) {
    this.limit = limit;
    this.#maxKeys = maxKeys;
  }

  /** @param nowMs of a clock that never runs backwards */
  take(key: string, nowMs: number): RateVerdict {
    if (nowMs - this.#turnedAtMs >= this.limit.windowMs || this.#current.size >= this.#maxKeys / 2) this.#turn(nowMs);
    const fullAtMs = this.#current.get(key) ?? this.#previous.get(key) ?? Number.NEGATIVE_INFINITY;
    const verdict = decideRate(this.limit, fullAtMs, nowMs);
    this.#current.set(key, verdict.fullAtMs);
    return verdict;
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  #turn(nowMs: number): void {
    this.#previous = this.#current;
    this.#current = new Map();
    this.#turnedAtMs = nowMs;
  }
}
