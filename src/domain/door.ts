import { LapsingMap } from './lapsing-map.ts';

/** Whoever has not asked again for so long has gone away. */
const GONE_AFTER_MS = 15_000;
/** Whoever goes on asking is noted anew after so long: well before they would be taken for gone. */
const NOTED_FOR_MS = GONE_AFTER_MS / 2;

/** The called who asked to come in and found no room: they will be served before others are called. */
export class Door {
  /** By ticket: when it was noted that they asked. */
  readonly #notedAtMs = new LapsingMap<number>();

  get size(): number {
    return this.#notedAtMs.size;
  }

  /** Is it worth noting that this ticket asks? */
  isNews(ticket: number, nowMs: number): boolean {
    const notedAtMs = this.#notedAtMs.get(ticket);
    return notedAtMs === null || nowMs - notedAtMs >= NOTED_FOR_MS;
  }

  note(ticket: number, atMs: number): void {
    this.#notedAtMs.put(ticket, atMs, atMs + GONE_AFTER_MS);
  }

  remove(ticket: number): void {
    this.#notedAtMs.delete(ticket);
  }

  lapse(nowMs: number): void {
    this.#notedAtMs.takeLapsed(nowMs);
  }

  /** So much time does not count. */
  postpone(byMs: number): void {
    this.#notedAtMs.postpone(byMs);
  }

  clear(): void {
    this.#notedAtMs.clear();
  }
}
