/** Where every test begins: 2030-01-01T12:00:00Z. */
export const T0 = Date.UTC(2030, 0, 1, 12);

/** A clock that stands still until a test moves it. Epoch milliseconds. */
export class ManualClock {
  #nowMs: number;

  constructor(startMs: number = T0) {
    this.#nowMs = startMs;
  }

  /** Bound, so that it can be handed over as a `() => number`. */
  readonly read = (): number => this.#nowMs;

  advance(byMs: number): void {
    this.#nowMs += byMs;
  }

  /** May go back, as the clock of a machine does. */
  set(toMs: number): void {
    this.#nowMs = toMs;
  }
}
