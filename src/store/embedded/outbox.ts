import type { OrderEvent } from '../../domain/order-event.ts';

/** The events of one sale that its consumer has not yet made durable elsewhere. Only released ones are read. */
export class Outbox {
  #events: OrderEvent[] = [];
  #releasedSeq: number;
  #trimmedSeq: number;
  #lastSeq: number;

  /** @param readUpTo the event behind which it begins */
  constructor(readUpTo = 0) {
    this.#releasedSeq = readUpTo;
    this.#trimmedSeq = readUpTo;
    this.#lastSeq = readUpTo;
  }

  get size(): number {
    return this.#lastSeq - this.#trimmedSeq;
  }

  get trimmedSeq(): number {
    return this.#trimmedSeq;
  }

  add(event: OrderEvent): void {
    this.#events.push(event);
    this.#lastSeq = event.seq;
  }

  /** Events up to `seq` are on disk and may be read. */
  release(seq: number): void {
    this.#releasedSeq = Math.max(this.#releasedSeq, seq);
  }

  trim(upTo: number): void {
    const seq = Math.min(upTo, this.#releasedSeq);
    if (seq <= this.#trimmedSeq) return;
    this.#events = this.#events.slice(seq - this.#trimmedSeq);
    this.#trimmedSeq = seq;
  }

  /** Null when events behind `after` have been trimmed. */
  read(after: number, limit: number): OrderEvent[] | null {
    if (after < this.#trimmedSeq) return null;
    const from = after - this.#trimmedSeq;
    return this.#events.slice(from, Math.min(from + limit, this.#releasedSeq - this.#trimmedSeq));
  }
}
