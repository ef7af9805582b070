import TinyQueue from 'tinyqueue';

type Action = () => Promise<void>;

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly action: Action;
}

/** What is to be done when, on a clock that is driven. */
export class Agenda {
  readonly #queue = new TinyQueue<Entry>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  #added = 0;

  at(atMs: number, action: Action): void {
    this.#queue.push({ atMs, order: this.#added++, action });
  }

  /** Does all that is due, at once, and whatever that makes due. */
  async run(nowMs: number): Promise<void> {
    for (let due = this.#take(nowMs); due.length > 0; due = this.#take(nowMs)) {
      await Promise.all(due.map((action) => action()));
    }
  }

  #take(nowMs: number): Action[] {
    const due: Action[] = [];
    for (let next = this.#queue.peek(); next && next.atMs <= nowMs; next = this.#queue.peek()) {
      this.#queue.pop();
      due.push(next.action);
    }
    return due;
  }
}
