/** What lies so long back has lost most of its weight. */
const MEMORY_MS = 60_000;
/** A queue that has not moved for so long stands still. */
const STILL_AFTER_MS = 2 * MEMORY_MS;
/** What is called at once is called in this time. */
const LEAST_SPAN_MS = 1_000;

/** How fast a queue has moved lately: an average over time that lets go of the past evenly. */
export class Pace {
  #sinceMs: number | null = null;
  #atMs = 0;
  /** Places moved, faded to `#atMs`. */
  #moved = 0;

  /** Places a second. Null when nothing is known, or it has stood still for long. */
  perSecond(nowMs: number): number | null {
    if (this.#sinceMs === null || this.#isStill(nowMs)) return null;
    const seenMs = nowMs - this.#sinceMs + LEAST_SPAN_MS;
    const spanMs = MEMORY_MS * (1 - Math.exp(-seenMs / MEMORY_MS));
    return (this.#fadedTo(nowMs) / spanMs) * 1_000;
  }

  move(places: number, atMs: number): void {
    if (this.#isStill(atMs)) this.forget();
    this.#sinceMs ??= atMs;
    this.#moved = this.#fadedTo(atMs) + places;
    this.#atMs = atMs;
  }

  /** What follows has nothing to do with what was. */
  forget(): void {
    this.#sinceMs = null;
    this.#moved = 0;
  }

  /** So much time does not count. */
  postpone(byMs: number): void {
    if (this.#sinceMs !== null) this.#sinceMs += byMs;
    this.#atMs += byMs;
  }

  #isStill(nowMs: number): boolean {
    return nowMs - this.#atMs >= STILL_AFTER_MS;
  }

  #fadedTo(nowMs: number): number {
    return this.#moved * Math.exp((this.#atMs - nowMs) / MEMORY_MS);
  }
}
