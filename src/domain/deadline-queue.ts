import TinyQueue from 'tinyqueue';

interface Deadline {
  readonly atMs: number;
  readonly orderId: string;
}

function compare(a: Deadline, b: Deadline): number {
  return a.atMs - b.atMs || (a.orderId < b.orderId ? -1 : 1);
}

/**
 * Orders by deadline, ties by id. An order that has moved on stays inside until its old deadline comes up:
 * whoever asks says which entries still count.
 */
export class DeadlineQueue {
  readonly #queue = new TinyQueue<Deadline>([], compare);

  add(atMs: number, orderId: string): void {
    this.#queue.push({ atMs, orderId });
  }

  /** Up to `limit` ids whose deadline is not after `nowMs`, earliest first. They stay in the queue. */
  due(nowMs: number, limit: number, counts: (orderId: string, atMs: number) => boolean): string[] {
    const found: Deadline[] = [];
    const seen = new Set<string>();
    for (let next = this.#queue.peek(); next && next.atMs <= nowMs && found.length < limit; next = this.#queue.peek()) {
      this.#queue.pop();
      if (seen.has(next.orderId) || !counts(next.orderId, next.atMs)) continue;
      seen.add(next.orderId);
      found.push(next);
    }
    for (const entry of found) this.#queue.push(entry);
    return found.map((entry) => entry.orderId);
  }
}
