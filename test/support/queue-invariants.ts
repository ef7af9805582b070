import type { RequestedLine } from '../../src/domain/order.ts';

/** What was seen of a waiting room from outside, one thing after the other. */
export type QueueStep = { readonly atMs: number } & (
  | {
      readonly type: 'ruled';
      readonly ratePerSecond: number;
      readonly maxActive: number;
      readonly purchaseLimit: number;
    }
  | { readonly type: 'joined'; readonly userId: string; readonly ticket: number; readonly held: boolean }
  | { readonly type: 'left'; readonly ticket: number }
  | { readonly type: 'called'; readonly nowServing: number }
  | { readonly type: 'admitted'; readonly ticket: number; readonly position: number; readonly expiresAtMs: number }
  | {
      readonly type: 'ordered';
      readonly ticket: number;
      readonly orderId: string;
      readonly lines: readonly RequestedLine[];
    }
  | { readonly type: 'order_ended'; readonly ticket: number; readonly orderId: string }
  | { readonly type: 'ended' }
);

type Of<Type extends QueueStep['type']> = Extract<QueueStep, { type: Type }>;

interface Seen {
  readonly userId: string;
  readonly held: boolean;
  hasLeft: boolean;
  hasOrdered: boolean;
  position: number | null;
  /** When the last admission ends, or ended. */
  admittedUntilMs: number;
  /** Made under the last admission, and still open. */
  readonly openOrders: Set<string>;
  readonly unitsTaken: Map<string, number>;
}

/**
 * I7 and I8, and what an admission is good for, worked out from the sequence of outcomes alone, without the code that
 * keeps them. Tell it of each step: it says what is wrong with it.
 */
export class QueueInvariants {
  readonly #tickets: Seen[] = [];
  readonly #newestOf = new Map<string, Seen>();
  /** Everyone who is inside, and some who were. */
  readonly #entered = new Set<Seen>();
  readonly #ticketAt = new Map<number, number>();
  #rules: Of<'ruled'> = { type: 'ruled', atMs: 0, ratePerSecond: 0, maxActive: 0, purchaseLimit: 0 };
  #highestRate = 0;
  #nowServing = 0;
  #hasEnded = false;
  /** Admissions that the rate has given until `#rules.atMs`. */
  #earned = 0;
  #admissions = 0;
  /** The most that was earned and not used: what lies before it limits nobody. */
  #mostUnused = Number.NEGATIVE_INFINITY;

  see(step: QueueStep): string[] {
    if (this.#hasEnded && step.type !== 'order_ended') return [`I7 ${step.type} after the end`];
    switch (step.type) {
      case 'ruled':
        return this.#ruled(step);
      case 'joined':
        return this.#joined(step);
      case 'left':
        return this.#left(step);
      case 'called':
        return this.#called(step);
      case 'admitted':
        return this.#admitted(step);
      case 'ordered':
        return this.#ordered(step);
      case 'order_ended':
        return this.#orderEnded(step);
      case 'ended':
        this.#hasEnded = true;
        return [];
    }
  }

  #ruled(rules: Of<'ruled'>): string[] {
    this.#earned = this.#earnedAt(rules.atMs);
    this.#highestRate = Math.max(this.#highestRate, rules.ratePerSecond);
    this.#rules = rules;
    return [];
  }

  /** The place that the buyer has, or the next number: none is left out, and none is given twice. */
  #joined({ userId, ticket, held }: Of<'joined'>): string[] {
    const seen = this.#tickets[ticket - 1];
    if (seen) return seen.userId === userId && !seen.hasLeft ? [] : [`I7 ticket ${ticket} was given twice`];
    const before = this.#newestOf.get(userId);
    this.#give(userId, held);
    const broken = ticket === this.#tickets.length ? [] : [`I7 ticket ${ticket} is number ${this.#tickets.length}`];
    const mayQueueAnew = !before || before.hasLeft || before.hasOrdered;
    return mayQueueAnew ? broken : [...broken, `I7 ${userId} joined again and got ticket ${ticket}`];
  }

  #give(userId: string, held: boolean): void {
    const given: Seen = {
      ...{ userId, held, hasLeft: false, hasOrdered: false, position: null },
      ...{ admittedUntilMs: 0, openOrders: new Set<string>(), unitsTaken: new Map<string, number>() },
    };
    this.#tickets.push(given);
    this.#newestOf.set(userId, given);
  }

  #left({ ticket, atMs }: Of<'left'>): string[] {
    const seen = this.#seen(ticket);
    seen.hasLeft = true;
    seen.admittedUntilMs = Math.min(seen.admittedUntilMs, atMs);
    return [];
  }

  #called({ nowServing }: Of<'called'>): string[] {
    const broken = nowServing < this.#nowServing ? [`I7 the gate went from ${this.#nowServing} to ${nowServing}`] : [];
    this.#nowServing = nowServing;
    return broken;
  }

  #admitted({ ticket, position, atMs, expiresAtMs }: Of<'admitted'>): string[] {
    const seen = this.#seen(ticket);
    const wasInside = isInside(seen, atMs);
    const inside = this.#insideAt(atMs);
    const broken = [
      ...this.#brokenTurn(seen, ticket, position),
      ...this.#brokenRate(atMs),
      ...(seen.admittedUntilMs > atMs ? [`I8 ticket ${ticket} was admitted while it was admitted`] : []),
      ...(inside >= this.#rules.maxActive && !wasInside ? [`I8 ${inside + 1} are inside at ${atMs}`] : []),
    ];
    seen.admittedUntilMs = expiresAtMs;
    this.#entered.add(seen);
    return broken;
  }

  #insideAt(atMs: number): number {
    for (const seen of this.#entered) if (!isInside(seen, atMs)) this.#entered.delete(seen);
    return this.#entered.size;
  }

  #brokenTurn(seen: Seen, ticket: number, position: number): string[] {
    const broken: string[] = [];
    if (position > this.#nowServing) broken.push(`I7 position ${position} came in, ${this.#nowServing} are called`);
    if (seen.position !== null && seen.position !== position) broken.push(`I7 ticket ${ticket} changed its place`);
    if ((this.#ticketAt.get(position) ?? ticket) !== ticket) broken.push(`I7 two have position ${position}`);
    if (seen.held || seen.hasLeft) broken.push(`I7 ticket ${ticket} must not come in`);
    seen.position = position;
    this.#ticketAt.set(position, ticket);
    return broken;
  }

  /** In any span of time: no more than the rate gives for it, and one second's worth. */
  #brokenRate(atMs: number): string[] {
    const earned = this.#earnedAt(atMs);
    this.#mostUnused = Math.max(this.#mostUnused, earned - this.#admissions);
    this.#admissions += 1;
    const burst = this.#admissions - earned + this.#mostUnused;
    return burst > this.#highestRate + 0.01 ? [`I8 ${burst} came in at once at ${atMs}`] : [];
  }

  #ordered({ ticket, orderId, atMs, lines }: Of<'ordered'>): string[] {
    const seen = this.#seen(ticket);
    const broken = seen.admittedUntilMs > atMs ? [] : [`I8 ticket ${ticket} bought without an admission at ${atMs}`];
    seen.openOrders.add(orderId);
    seen.hasOrdered = true;
    for (const { skuId, quantity } of lines) {
      const taken = (seen.unitsTaken.get(skuId) ?? 0) + quantity;
      seen.unitsTaken.set(skuId, taken);
      if (taken > this.#rules.purchaseLimit) broken.push(`I8 ticket ${ticket} was good for ${taken} ${skuId}`);
    }
    return broken;
  }

  /** An order that was reopened by a late payment is none of the waiting room's. */
  #orderEnded({ ticket, orderId, atMs }: Of<'order_ended'>): string[] {
    const seen = this.#seen(ticket);
    const wasLast = seen.openOrders.delete(orderId) && seen.openOrders.size === 0;
    if (wasLast) seen.admittedUntilMs = Math.min(seen.admittedUntilMs, atMs);
    return [];
  }

  #earnedAt(atMs: number): number {
    return this.#earned + (this.#rules.ratePerSecond * (atMs - this.#rules.atMs)) / 1000;
  }

  #seen(ticket: number): Seen {
    const seen = this.#tickets[ticket - 1];
    if (!seen) throw new Error(`ticket ${ticket} was not given out`);
    return seen;
  }
}

function isInside({ admittedUntilMs, openOrders }: Seen, atMs: number): boolean {
  return admittedUntilMs > atMs || openOrders.size > 0;
}
