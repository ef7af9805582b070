const LEFT = 1;
/** Queues for ever. */
const HELD = 2;
/** Came when it was called, at some time. */
const CAME = 4;
const FIRST_CAPACITY = 1_024;

/** Who has which ticket, numbered from 1 as they came. A waiting buyer costs a user id, a map entry and a byte. */
export class Tickets {
  readonly #ticketByUser = new Map<string, number>();
  /** From the first ticket that was not lost. */
  readonly #userIds: string[] = [];
  #lostUpTo = 0;
  readonly #restored = new Map<number, string>();
  #flags = new Uint8Array(FIRST_CAPACITY);
  #size = 0;

  /** Tickets given out, or lost. */
  get size(): number {
    return this.#size;
  }

  /** Lost tickets that have come back. */
  get restored(): Iterable<number> {
    return this.#restored.keys();
  }

  /** Of the tickets up to this one it is not known who has them. */
  lose(upTo: number): void {
    this.#lostUpTo = upTo;
    this.#size = upTo;
  }

  restore(userId: string, ticket: number): void {
    this.#restored.set(ticket, userId);
    this.#ticketByUser.set(userId, ticket);
  }

  give(userId: string, held: boolean): number {
    this.#userIds.push(userId);
    this.#size += 1;
    this.#ticketByUser.set(userId, this.#size);
    if (held) this.#mark(this.#size, HELD);
    return this.#size;
  }

  /** The place is given up. */
  drop(ticket: number): void {
    const userId = this.holderOf(ticket);
    if (userId !== null && this.ticketOf(userId) === ticket) this.#ticketByUser.delete(userId);
    this.#mark(ticket, LEFT);
  }

  /** The newest ticket of a user. Null for whoever has none, or has given it up. */
  ticketOf(userId: string): number | null {
    return this.#ticketByUser.get(userId) ?? null;
  }

  /** Whoever was given the ticket. Null for a number that was not given out. */
  holderOf(ticket: number): string | null {
    return this.#userIds[ticket - this.#lostUpTo - 1] ?? this.#restored.get(ticket) ?? null;
  }

  /** Users by ticket, from the one behind `after`. A lost ticket that has not come back is nobody's: ''. */
  holders(after: number, limit: number): string[] {
    const lost = Math.max(0, Math.min(limit, this.#lostUpTo - after));
    const restored = Array.from({ length: lost }, (_, index) => this.#restored.get(after + index + 1) ?? '');
    const start = Math.max(0, after - this.#lostUpTo);
    return [...restored, ...this.#userIds.slice(start, start + limit - lost)];
  }

  hasLeft(ticket: number): boolean {
    return this.#has(ticket, LEFT);
  }

  isHeld(ticket: number): boolean {
    return this.#has(ticket, HELD);
  }

  hasCome(ticket: number): boolean {
    return this.#has(ticket, CAME);
  }

  markCome(ticket: number): void {
    this.#mark(ticket, CAME);
  }

  /** Nobody has a place any longer. The first `kept` holders stay on record. */
  close(kept: number): void {
    this.#ticketByUser.clear();
    this.#userIds.length = Math.max(0, kept - this.#lostUpTo);
    this.#lostUpTo = Math.min(kept, this.#lostUpTo);
    this.#flags = new Uint8Array(0);
  }

  #has(ticket: number, flag: number): boolean {
    return ((this.#flags[ticket] ?? 0) & flag) !== 0;
  }

  #mark(ticket: number, flag: number): void {
    if (ticket >= this.#flags.length) {
      const flags = new Uint8Array(Math.max(ticket + 1, this.#flags.length * 2));
      flags.set(this.#flags);
      this.#flags = flags;
    }
    this.#flags[ticket] = (this.#flags[ticket] ?? 0) | flag;
  }
}
