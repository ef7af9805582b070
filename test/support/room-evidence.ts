export interface RoomLimits {
  /** Admissions a second; a second's worth may come at once. */
  readonly ratePerSecond: number;
  /** Shoppers inside at a time. */
  readonly maxActive: number;
}

interface Stay {
  readonly ticket: number;
  readonly fromMs: number;
  /** Not a moment of the stay any longer. Infinite while an order is open. */
  untilMs: number;
}

/**
 * What happened in a waiting room: who was called, let in, and gone. Says what is wrong with it, without the code that
 * keeps it. All times are the store's.
 */
export class RoomEvidence {
  readonly #stays: Stay[] = [];
  readonly #latest = new Map<number, Stay>();
  readonly #broken: string[] = [];
  #nowServing = 0;

  get admissions(): number {
    return this.#stays.length;
  }

  called(nowServing: number): void {
    if (nowServing < this.#nowServing)
      this.#broken.push(`the gate went from ${this.#nowServing} back to ${nowServing}`);
    this.#nowServing = nowServing;
  }

  /** Told again of the same admission, it counts once. */
  admitted(
    { ticket, admittedAtMs, expiresAtMs }: { ticket: number; admittedAtMs: number; expiresAtMs: number },
    position: number,
  ): void {
    const before = this.#latest.get(ticket);
    if (before?.fromMs === admittedAtMs) return;
    if (before && before.untilMs > admittedAtMs) this.#broken.push(`ticket ${ticket} was admitted while it was inside`);
    if (position > this.#nowServing) this.#broken.push(`position ${position} was admitted, ${this.#nowServing} called`);
    const stay = { ticket, fromMs: admittedAtMs, untilMs: expiresAtMs };
    this.#latest.set(ticket, stay);
    this.#stays.push(stay);
  }

  /** An order is open: the slot is taken until it is closed, however long that takes. */
  ordered(ticket: number): void {
    const stay = this.#latest.get(ticket);
    if (stay) stay.untilMs = Number.POSITIVE_INFINITY;
  }

  /** The order was closed, or the buyer left. */
  gone(ticket: number, atMs: number): void {
    const stay = this.#latest.get(ticket);
    if (stay) stay.untilMs = Math.min(stay.untilMs, atMs);
  }

  /** Empty when everything was as it must be. */
  broken({ ratePerSecond, maxActive }: RoomLimits): string[] {
    const burst = largestBurst(this.#stays, ratePerSecond);
    const inside = mostInside(this.#stays);
    return [
      ...this.#broken,
      ...(burst > ratePerSecond ? [`${burst} were admitted at once, ${ratePerSecond} may be`] : []),
      ...(inside > maxActive ? [`${inside} were inside at once, ${maxActive} may be`] : []),
    ];
  }
}

/** The most admissions in any span of time, less what the rate gives for that time. */
function largestBurst(stays: readonly Stay[], ratePerSecond: number): number {
  const times = stays.map(({ fromMs }) => fromMs).sort((a, b) => a - b);
  let [largest, best] = [0, Number.NEGATIVE_INFINITY];
  times.forEach((atMs, index) => {
    const earned = (ratePerSecond * (atMs - (times[0] ?? 0))) / 1000;
    best = Math.max(best, earned - index);
    largest = Math.max(largest, index + 1 - earned + best);
  });
  return Math.round(largest);
}

/** Who goes at the moment at which another comes was gone before. */
function mostInside(stays: readonly Stay[]): number {
  const changes = stays.flatMap(({ fromMs, untilMs }) => [
    { atMs: fromMs, by: 1 },
    { atMs: untilMs, by: -1 },
  ]);
  changes.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let [inside, most] = [0, 0];
  for (const { by } of changes) {
    inside += by;
    most = Math.max(most, inside);
  }
  return most;
}
