/** Whoever has not asked again for so long has gone away. */
const GONE_AFTER_MS = 15_000;
/** Whoever goes on asking is noted anew after so long: well before they would be taken for gone. */
const NOTED_FOR_MS = GONE_AFTER_MS / 2;

/** The called who asked to come in and found no room: they will be served before others are called. */
export class Door {
  /** By ticket, in the order of the times. */
  readonly #notedAtMs = new Map<number, number>();

  get size(): number {
    return this.#notedAtMs.size;
  }

  /** Is it worth noting that this ticket asks? */
  isNews(ticket: number, nowMs: number): boolean {
    const notedAtMs = this.#notedAtMs.get(ticket);
    return notedAtMs === undefined || nowMs - notedAtMs >= NOTED_FOR_MS;
  }

  note(ticket: number, atMs: number): void {
    this.#notedAtMs.delete(ticket);
    this.#notedAtMs.set(ticket, atMs);
  }

  remove(ticket: number): void {
    this.#notedAtMs.delete(ticket);
  }

  lapse(nowMs: number): void {
    for (const [ticket, notedAtMs] of this.#notedAtMs) {
      if (nowMs - notedAtMs < GONE_AFTER_MS) return;
      this.#notedAtMs.delete(ticket);
    }
  }

  /** So much time does not count. */
  postpone(byMs: number): void {
    for (const [ticket, notedAtMs] of this.#notedAtMs) this.#notedAtMs.set(ticket, notedAtMs + byMs);
  }

  clear(): void {
    this.#notedAtMs.clear();
  }
}
