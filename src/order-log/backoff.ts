const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** Pauses between tries that nobody waits for: twice as long each time, and never the same for two processes. */
export class Backoff {
  #longestMs = FIRST_MS;

  nextMs(): number {
    const ms = this.#longestMs * (0.5 + Math.random() / 2);
    this.#longestMs = Math.min(2 * this.#longestMs, LONGEST_MS);
    return ms;
  }

  reset(): void {
    this.#longestMs = FIRST_MS;
  }
}
