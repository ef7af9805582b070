/** So many requests in a window, and after that as many as the window lets grow back. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

export interface RateVerdict {
  readonly allowed: boolean;
  /** Requests that would be let through right now. */
  readonly remaining: number;
  /** Until the whole quota is there again, if nothing more comes. */
  readonly resetMs: number;
  /** Until one more request would be let through: 0 while there is quota left. */
  readonly retryAfterMs: number;
  /** What to remember: the time at which the quota is whole again. */
  readonly fullAtMs: number;
}

/**
 * The generic cell rate algorithm (ITU-T I.371), as a virtual schedule: one number a key, and quota that grows back
 * evenly, without the double burst at the edge of a fixed window. In any `t` milliseconds at most
 * `requests + t / (windowMs / requests)` requests are let through. A refused request costs nothing.
 *
 * @param fullAtMs what was remembered; any time in the past for a key that is new
 */
export function decideRate(limit: RateLimit, fullAtMs: number, nowMs: number): RateVerdict {
  const allowed = quotaLeft(limit, fullAtMs, nowMs) > 0;
  const full = spendQuota(limit, fullAtMs, nowMs, allowed ? 1 : 0);
  const remaining = quotaLeft(limit, full, nowMs);
  const retryAfterMs = remaining > 0 ? 0 : quotaInMs(limit, full, nowMs);
  return { allowed, remaining, resetMs: full - nowMs, retryAfterMs, fullAtMs: full };
}

/** Requests that would be let through at once. */
function quotaLeft({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number): number {
  const usedMs = Math.max(0, fullAtMs - nowMs);
  return Math.max(0, Math.floor((windowMs - usedMs + ROUNDING_MS) / (windowMs / requests)));
}

/** Until one more request would be let through, if none is now. */
function quotaInMs({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number): number {
  return Math.max(0, fullAtMs + windowMs / requests - windowMs - nowMs);
}

/** What to remember after `count` requests: the time at which the quota is whole again. */
function spendQuota({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number, count: number): number {
  return Math.max(fullAtMs, nowMs) + count * (windowMs / requests);
}

/**
 * How much of a quota is spent, kept for as long as a process runs. What is used and the time of it are two numbers: a
 * fraction of a millisecond added to an epoch time is rounded, and the rate would be off by what is lost.
 */
export class SpentQuota {
  #usedMs = 0;
  #atMs = 0;

  /** Requests that would be let through at once. */
  left(limit: RateLimit, nowMs: number): number {
    return quotaLeft(limit, this.#usedMs, nowMs - this.#atMs);
  }

  /** Whole milliseconds until one more request would be let through: 0 when it is now. */
  inMs(limit: RateLimit, nowMs: number): number {
    if (this.left(limit, nowMs) > 0) return 0;
    return Math.ceil(quotaInMs(limit, this.#usedMs, nowMs - this.#atMs));
  }

  spend(limit: RateLimit, nowMs: number, count: number): void {
    const passedMs = nowMs - this.#atMs;
    this.#usedMs = spendQuota(limit, this.#usedMs, passedMs, count) - passedMs;
    this.#atMs = nowMs;
  }
}

/** `windowMs / requests` is seldom a whole number, and sums of it are off by less than this. */
const ROUNDING_MS = 1e-3;
