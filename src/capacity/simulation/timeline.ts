/** What the world looked like at a moment; rates are of the tenth of a second before it. */
export interface Moment {
  readonly atMs: number;
  readonly askedPerSecond: number;
  readonly answeredPerSecond: number;
  /** Requests that wait for a gateway or for Redis. */
  readonly waiting: number;
  readonly unitsLeft: number;
}

export const MOMENT_MS = 100;

export class Timeline {
  readonly #moments: Moment[] = [];
  #asked = 0;
  #answered = 0;

  get moments(): readonly Moment[] {
    return this.#moments;
  }

  asked(count: number): void {
    this.#asked += count;
  }

  answered(count: number): void {
    this.#answered += count;
  }

  note(atMs: number, waiting: number, unitsLeft: number): void {
    const perSecond = 1_000 / MOMENT_MS;
    this.#moments.push({
      atMs,
      askedPerSecond: this.#asked * perSecond,
      answeredPerSecond: this.#answered * perSecond,
      waiting,
      unitsLeft,
    });
    this.#asked = 0;
    this.#answered = 0;
  }
}
