import { TidegateProblem } from './tidegate-problem.ts';
import { TidegateUnreachable } from './tidegate-unreachable.ts';

const MAX_BACKOFF_MS = 10_000;

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** Upper bound of the first wait; doubles with every failure. */
  readonly backoffMs: number;
}

/** Repeats `attempt` while its failures may pass. No wait goes beyond `deadlineMs` (of `performance.now()`). */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  policy: RetryPolicy,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = waitBeforeRetryMs(error, failures, policy);
      if (waitMs === null || performance.now() + waitMs > deadlineMs) throw error;
      await sleep(waitMs, signal);
    }
  }
}

/**
 * Exponential back-off with full jitter, on top of what the server asks for: a crowd that is told to come back
 * after a second must not come back at the same moment. Null: do not retry.
 */
export function waitBeforeRetryMs(error: unknown, failures: number, policy: RetryPolicy): number | null {
  if (failures > policy.retries || !isRetryable(error)) return null;
  const askedMs = error instanceof TidegateProblem ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return askedMs + Math.random() * Math.min(MAX_BACKOFF_MS, policy.backoffMs * 2 ** (failures - 1));
}

/** Throws the signal's reason once it aborts. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function isRetryable(error: unknown): boolean {
  return (error instanceof TidegateProblem || error instanceof TidegateUnreachable) && error.retryable;
}
