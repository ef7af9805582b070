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
export function decideRate({ requests, windowMs }: RateLimit, fullAtMs: number, nowMs: number): RateVerdict {
  const costMs = windowMs / requests;
  const fullBefore = Math.max(fullAtMs, nowMs);
  const fullAfter = fullBefore + costMs;
  const allowed = fullAfter - nowMs <= windowMs + ROUNDING_MS;
  const full = allowed ? fullAfter : fullBefore;
  const remaining = Math.max(0, Math.floor((windowMs - (full - nowMs) + ROUNDING_MS) / costMs));
  const retryAfterMs = remaining > 0 ? 0 : Math.max(0, full + costMs - windowMs - nowMs);
  return { allowed, remaining, resetMs: full - nowMs, retryAfterMs, fullAtMs: full };
}

/** `costMs` is seldom a whole number, and sums of it are off by less than this. */
const ROUNDING_MS = 1e-3;
