import type { Agenda } from './agenda.ts';

const SECOND_MS = 1_000;

/** How busy the cores of one kind are, and what waits for them. */
export class Usage {
  readonly #cores: () => number;
  /** By second: of all cores that there were in it. */
  readonly #busyShares = new Map<number, number>();
  waiting = 0;
  maxWaiting = 0;

  /** @param cores that there are at this moment */
  constructor(cores: () => number) {
    this.#cores = cores;
  }

  waits(change: number): void {
    this.waiting += change;
    this.maxWaiting = Math.max(this.maxWaiting, this.waiting);
  }

  /** Work may reach into the next seconds. */
  works(fromMs: number, lastsMs: number): void {
    const capacityMs = SECOND_MS * this.#cores();
    for (let atMs = fromMs; atMs < fromMs + lastsMs; ) {
      const second = Math.floor(atMs / SECOND_MS);
      const untilMs = Math.min((second + 1) * SECOND_MS, fromMs + lastsMs);
      this.#busyShares.set(second, (this.#busyShares.get(second) ?? 0) + (untilMs - atMs) / capacityMs);
      atMs = untilMs;
    }
  }

  /** Share of the cores that was busy in the busiest second. */
  get peak(): number {
    return Math.max(0, ...this.#busyShares.values());
  }
}

export interface CoreOptions<Item> {
  readonly agenda: Agenda;
  readonly usage: Usage;
  /** Taken together, as one turn of an event loop. */
  readonly maxTurn: number;
  /** What an item counts for while it waits: 1 unless given. */
  readonly weight?: (item: Item) => number;
  readonly costMs: (item: Item) => number;
  readonly done: (items: readonly Item[]) => void;
}

/** One core: takes what waits, in its order, and is busy for as long as that costs. */
export class Core<Item> {
  readonly #options: CoreOptions<Item>;
  #waiting: Item[] = [];
  #next = 0;
  #busy = false;

  constructor(options: CoreOptions<Item>) {
    this.#options = options;
  }

  offer(item: Item): void {
    this.#waiting.push(item);
    this.#options.usage.waits(this.#weight(item));
    if (!this.#busy) this.#turn();
  }

  #turn(): void {
    const { agenda, usage, costMs, done } = this.#options;
    const items = this.#take();
    this.#busy = items.length > 0;
    if (!this.#busy) return;
    const lastsMs = items.reduce((sum, item) => sum + costMs(item), 0);
    usage.works(agenda.nowMs, lastsMs);
    agenda.after(lastsMs, () => {
      done(items);
      this.#turn();
    });
  }

  #weight(item: Item): number {
    return this.#options.weight?.(item) ?? 1;
  }

  #take(): Item[] {
    const { usage, maxTurn } = this.#options;
    const items = this.#waiting.slice(this.#next, this.#next + maxTurn);
    this.#next += items.length;
    for (const item of items) usage.waits(-this.#weight(item));
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    return items;
  }
}
