export interface BackoffOptions {
  /** The longest pause after the first failure; it doubles with each. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait after so many failures before this one: between half of the pause and all of it, so that those who
 * failed together do not come again together.
 *
 * @param random from 0 to 1
 */
export function backoffMs(failuresBefore: number, { baseMs, maxMs }: BackoffOptions, random = Math.random()): number {
  return Math.min(baseMs * 2 ** failuresBefore, maxMs) * (0.5 + random / 2);
}

/** Pauses between tries that nobody waits for. */
const UNATTENDED = { baseMs: 100, maxMs: 5_000 };

/** The pauses of a task that is tried until it succeeds, one after the other. */
export class Backoff {
  #failures = 0;

  nextMs(): number {
    return backoffMs(this.#failures++, UNATTENDED);
  }

  reset(): void {
    this.#failures = 0;
  }
}
