interface Entry<Value> {
  readonly value: Value;
  readonly lapsesAtMs: number;
}

/**
 * Values by number, each until a time. They are put in the order of these times. Asking what has lapsed costs nothing
 * while nothing can have: looking through a map passes all the entries that were removed in front.
 */
export class LapsingMap<Value> {
  readonly #entries = new Map<number, Entry<Value>>();
  /** Nothing lapses before. */
  #nextAtMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#entries.size;
  }

  has(key: number): boolean {
    return this.#entries.has(key);
  }

  get(key: number): Value | null {
    return this.#entries.get(key)?.value ?? null;
  }

  lapsesAtMs(key: number): number | null {
    return this.#entries.get(key)?.lapsesAtMs ?? null;
  }

  /** Not to lapse before any that is there. */
  put(key: number, value: Value, lapsesAtMs: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, lapsesAtMs });
    this.#nextAtMs = Math.min(this.#nextAtMs, lapsesAtMs);
  }

  delete(key: number): boolean {
    return this.#entries.delete(key);
  }

  /** Removes what has lapsed, and returns it. */
  takeLapsed(nowMs: number): Value[] {
    const lapsed: Value[] = [];
    if (nowMs < this.#nextAtMs) return lapsed;
    this.#nextAtMs = Number.POSITIVE_INFINITY;
    for (const [key, { value, lapsesAtMs }] of this.#entries) {
      if (nowMs < lapsesAtMs) {
        this.#nextAtMs = lapsesAtMs;
        break;
      }
      this.#entries.delete(key);
      lapsed.push(value);
    }
    return lapsed;
  }

  /** Everything lapses so much later. */
  postpone(byMs: number): void {
    for (const [key, { value, lapsesAtMs }] of this.#entries) {
      this.#entries.set(key, { value, lapsesAtMs: lapsesAtMs + byMs });
    }
    this.#nextAtMs += byMs;
  }

  clear(): void {
    this.#entries.clear();
  }
}
