import { RecentMap, type RecentMapLimits } from './recent-map.ts';

/** A repeat of a request whose answer was lost comes within this time. */
const REPEAT_MS = 60_000;

/** Solutions that were taken. The memory is bounded. */
export class UsedSolutions {
  readonly #usedAtMs: RecentMap<number>;

  /** @param limits `keepMs` is as long as a solution could be used at all */
  constructor(limits: RecentMapLimits) {
    this.#usedAtMs = new RecentMap(limits);
  }

  /** False: it was used before, and longer ago than a repeat would come. */
  use(signature: string, nowMs: number): boolean {
    const usedAtMs = this.#usedAtMs.get(signature);
    if (usedAtMs !== undefined) return nowMs - usedAtMs < REPEAT_MS;
    this.#usedAtMs.set(signature, nowMs, nowMs);
    return true;
  }
}
