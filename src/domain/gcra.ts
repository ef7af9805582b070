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
export function quotaLeft({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number): number {
  const usedMs = Math.max(0, fullAtMs - nowMs);
  return Math.max(0, Math.floor((windowMs - usedMs + ROUNDING_MS) / (windowMs / requests)));
}

/** Until one more request would be let through, if none is now. */
export function quotaInMs({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number): number {
  return Math.max(0, fullAtMs + windowMs / requests - windowMs - nowMs);
}

/** What to remember after `count` requests: the time at which the quota is whole again. */
export function spendQuota({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number, count: number): number {
  return Math.max(fullAtMs, nowMs) + count * (windowMs / requests);
}

/** `windowMs / requests` is seldom a whole number, and sums of it are off by less than this. */
const ROUNDING_MS = 1e-3;
