import TinyQueue from 'tinyqueue';

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** What happens when: time jumps from one event to the next. Events of one moment happen in the order of their making. */
export class Agenda {
  readonly #entries = new TinyQueue<Entry>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  #made = 0;
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): void {
    this.#entries.push({ atMs: this.#nowMs + delayMs, order: this.#made++, run });
  }

  /** Until nothing is left to happen. */
  run(): void {
    for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
      this.#nowMs = entry.atMs;
      entry.run();
    }
  }
}
