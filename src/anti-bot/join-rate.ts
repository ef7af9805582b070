/** How long a join is felt: the time in which its weight falls to 1/e. */
const MEMORY_MS = 10_000;

/** Joins a second, as a mean that decays: it follows a rush within seconds, and forgets it as fast. */
export class JoinRate {
  #perSecond = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  /** @param nowMs of a clock that never runs backwards */
  count(nowMs: number): void {
    this.#perSecond = this.perSecond(nowMs) + 1000 / MEMORY_MS;
    this.#atMs = nowMs;
  }

  perSecond(nowMs: number): number {
    return this.#perSecond * Math.exp((this.#atMs - nowMs) / MEMORY_MS);
  }
}
