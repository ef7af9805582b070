export interface RecentMapLimits {
  readonly maxKeys: number;
  /** Whatever was set within this time is there, unless a flood of new keys drove it out. */
  readonly keepMs: number;
}

/**
 * A map in bounded memory, by two generations: what was not set since the last turn but one is forgotten. A turn comes
 * each `keepMs`, or as soon as a generation is full: a flood of new keys then costs the least recently set, never memory.
 */
export class RecentMap<Value> {
  readonly #limits: RecentMapLimits;
  #current = new Map<string, Value>();
  #previous = new Map<string, Value>();
  #turnedAtMs = Number.NEGATIVE_INFINITY;

  constructor(limits: RecentMapLimits) {
    this.#limits = limits;
  }

  get(key: string): Value | undefined {
    return this.#current.get(key) ?? this.#previous.get(key);
  }

  /** @param nowMs of a clock that never runs backwards */
  set(key: string, value: Value, nowMs: number): void {
    const { maxKeys, keepMs } = this.#limits;
    if (nowMs - this.#turnedAtMs >= keepMs || this.#current.size >= maxKeys / 2) this.#turn(nowMs);
    this.#current.set(key, value);
  }

  /** Keys that are remembered; one that was set in both generations counts twice. */
  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  #turn(nowMs: number): void {
    this.#previous = this.#current;
    this.#current = new Map();
    this.#turnedAtMs = nowMs;
  }
}
