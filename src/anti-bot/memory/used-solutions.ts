import { REPEAT_MS, SOLUTION_LIFETIME_MS } from '../tallies.ts';
import { RecentMap } from './recent-map.ts';

/** Some 20 MB when full. */
const MAX_SOLUTIONS = 100_000;

/** Solutions that were taken. The memory is bounded. */
export class UsedSolutions {
  readonly #usedAtMs = new RecentMap<number>({ maxKeys: MAX_SOLUTIONS, keepMs: SOLUTION_LIFETIME_MS });

  /** False: it was used before, and longer ago than a repeat would come. */
  use(signature: string, nowMs: number): boolean {
    const usedAtMs = this.#usedAtMs.get(signature);
    if (usedAtMs !== undefined) return nowMs - usedAtMs < REPEAT_MS;
    this.#usedAtMs.set(signature, nowMs, nowMs);
    return true;
  }
}
