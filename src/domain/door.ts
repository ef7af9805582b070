import { LapsingMap } from './lapsing-map.ts';

/** Whoever has not asked again for so long has gone away. */
const GONE_AFTER_MS = 15_000;
/** Whoever goes on asking is noted anew after so long: well before they would be taken for gone. */
const NOTED_FOR_MS = GONE_AFTER_MS / 2;

/** The called who asked to come in and found no room: they will be served before others are called. */
export class Door {
  /** By ticket: whoever lapses has gone away. */
  readonly #asking = new LapsingMap<true>();

  get size(): number {
    return this.#asking.size;
  }

  /** Is it worth noting that this ticket asks? */
  isNews(ticket: number, nowMs: number): boolean {
    const goneAtMs = this.#asking.lapsesAtMs(ticket);
    return goneAtMs === null || goneAtMs - nowMs <= GONE_AFTER_MS - NOTED_FOR_MS;
  }

  note(ticket: number, atMs: number): void {
    this.#asking.put(ticket, true, atMs + GONE_AFTER_MS);
  }

  remove(ticket: number): void {
    this.#asking.delete(ticket);
  }

  lapse(nowMs: number): void {
    this.#asking.takeLapsed(nowMs);
  }

  /** So much time does not count. */
  postpone(byMs: number): void {
    this.#asking.postpone(byMs);
  }

  clear(): void {
    this.#asking.clear();
  }
}
