import TinyQueue from 'tinyqueue';
import { createRandom } from '../../src/cli/simulate/random.ts';
import { type RoomView, roomViewOf, type TicketRef } from '../../src/domain/queueing.ts';
import type { SaleCommand } from '../../src/domain/sale-change.ts';
import { T0 } from './clock.ts';
import { line, purchaseRequest } from './sale-fixtures.ts';
import { orderOf, type SaleRig } from './sale-rig.ts';

/** How a crowd behaves. Times in milliseconds, shares from 0 to 1. A span is drawn from evenly. */
export interface CrowdHabits {
  readonly seed: number;
  readonly shoppers: number;
  /** From `T0`. */
  readonly arriveMs: Span;
  /** Never come when they are called. */
  readonly noShows: number;
  /** Give their place up while they wait. */
  readonly leavers: number;
  /** After they were called. */
  readonly comeMs: Span;
  /** Between being let in and buying, or going without. */
  readonly browseMs: Span;
  readonly buyers: number;
  /** Of those who do not buy: leave by the door. The others let their admission lapse. */
  readonly tidy: number;
  /** Between buying and paying. */
  readonly payMs: Span;
  /** Let their reservation expire. */
  readonly abandoners: number;
  /** First cards that are declined. */
  readonly declines: number;
  /** Between two calls of the gate. */
  readonly tickMs: number;
  readonly untilMs: number;
  /** What operators do meanwhile. Times from `T0`. */
  readonly commands: readonly { readonly atMs: number; readonly command: SaleCommand }[];
}

type Span = readonly [from: number, to: number];

/** Comes at once, buys at once, pays at once. */
export const EAGER: CrowdHabits = {
  seed: 1,
  shoppers: 100,
  arriveMs: [0, 0],
  noShows: 0,
  leavers: 0,
  comeMs: [0, 4_000],
  browseMs: [0, 0],
  buyers: 1,
  tidy: 1,
  payMs: [0, 0],
  abandoners: 0,
  declines: 0,
  tickMs: 100,
  untilMs: 60_000,
  commands: [],
};

/** What was seen when the gate was advanced. */
export interface Sample {
  readonly atMs: number;
  readonly room: RoomView;
  readonly availableUnits: number;
  /** Shoppers inside who hold nothing yet. */
  readonly browsing: number;
  /** Positions called in this moment. */
  readonly called: number;
  /** How many are expected inside: those at the door, and of the called as many as experience says. */
  readonly promised: number;
}

/** A wait as it was foretold, and as it came out. */
export interface ForetoldWait {
  readonly askedAtMs: number;
  readonly foretoldSeconds: number;
  readonly actualSeconds: number;
}

export interface CrowdReport {
  readonly samples: readonly Sample[];
  readonly admittedAtMs: readonly number[];
  readonly waits: readonly ForetoldWait[];
}

interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => void;
}

interface Shopper {
  readonly ref: TicketRef;
  readonly isNoShow: boolean;
  readonly foretold: { readonly atMs: number; readonly seconds: number } | null;
}

/** A seeded crowd that queues in a rig, buys and pays: one discrete event after the other, no real time. */
export class RoomCrowd {
  readonly #rig: SaleRig;
  readonly #habits: CrowdHabits;
  readonly #random: () => number;
  readonly #tasks = new TinyQueue<Task>([], (a, b) => a.atMs - b.atMs || a.order - b.order);
  #taskCount = 0;
  readonly #waiting = new Set<Shopper>();
  readonly #samples: Sample[] = [];
  readonly #admittedAtMs: number[] = [];
  readonly #waits: ForetoldWait[] = [];

  constructor(rig: SaleRig, habits: CrowdHabits) {
    this.#rig = rig;
    this.#habits = habits;
    this.#random = createRandom(habits.seed);
  }

  run(): CrowdReport {
    const { shoppers, arriveMs, untilMs, commands } = this.#habits;
    for (let shopper = 0; shopper < shoppers; shopper++) {
      this.#at(T0 + this.#drawn(arriveMs), () => this.#arrive(`shopper-${shopper}`));
    }
    for (const { atMs, command } of commands) this.#at(T0 + atMs, () => this.#rig.change(command));
    this.#at(T0 + arriveMs[0], () => this.#tick());
    for (let task = this.#tasks.pop(); task && task.atMs <= T0 + untilMs; task = this.#tasks.pop()) {
      this.#rig.clock.set(task.atMs);
      task.act();
    }
    return { samples: this.#samples, admittedAtMs: this.#admittedAtMs, waits: this.#waits };
  }

  #tick(): void {
    this.#rig.expireDue();
    this.#advance();
    this.#tellCalled();
    this.#after(this.#habits.tickMs, () => this.#tick());
  }

  #advance(): void {
    const { live, nowMs } = this.#rig;
    const { room } = live;
    if (!room) throw new Error('nobody queues in this sale');
    const { nowServing, showRate } = room.gate;
    const expected = room.gate.expected(nowMs);
    const called = this.#rig.advanceGate() - nowServing;
    this.#samples.push({
      atMs: nowMs,
      room: roomViewOf(room, nowMs),
      availableUnits: live.availableUnits,
      browsing: room.browsing,
      called,
      promised: room.atDoor + expected + called * showRate,
    });
  }

  #tellCalled(): void {
    for (const shopper of this.#waiting) {
      if (this.#rig.live.room?.isCalled(shopper.ref.ticket)) this.#beCalled(shopper);
      // Whoever joined later is called later.
      else if (this.#rig.live.sale.waitingRoom?.order === 'fifo') return;
    }
  }

  #beCalled(shopper: Shopper): void {
    const { foretold, isNoShow } = shopper;
    this.#waiting.delete(shopper);
    if (foretold) {
      const actualSeconds = (this.#rig.nowMs - foretold.atMs) / 1000;
      this.#waits.push({ askedAtMs: foretold.atMs, foretoldSeconds: foretold.seconds, actualSeconds });
    }
    if (!isNoShow) this.#after(this.#drawn(this.#habits.comeMs), () => this.#come(shopper));
  }

  #arrive(userId: string): void {
    const outcome = this.#rig.join({ userId });
    if (outcome.code !== 'joined') return;
    const { ticket, estimatedWaitSeconds: seconds } = outcome.place;
    const shopper: Shopper = {
      ref: { saleId: this.#rig.live.saleId, userId, ticket },
      isNoShow: this.#happens(this.#habits.noShows),
      foretold: seconds === null ? null : { atMs: this.#rig.nowMs, seconds },
    };
    this.#waiting.add(shopper);
    if (this.#happens(this.#habits.leavers)) this.#after(this.#drawn([0, 60_000]), () => this.#giveUp(shopper));
  }

  #giveUp(shopper: Shopper): void {
    if (this.#waiting.delete(shopper)) this.#rig.leave(shopper.ref);
  }

  #come(shopper: Shopper): void {
    const outcome = this.#rig.admit(shopper.ref);
    if (outcome.code === 'not_your_turn') {
      this.#after(Math.max(1_000, outcome.retryAfterMs) * (1 + this.#random() / 2), () => this.#come(shopper));
    }
    if (outcome.code === 'sale_paused') this.#after(2_000, () => this.#come(shopper));
    if (outcome.code !== 'admitted') return;
    const { admittedAtMs } = outcome.admission;
    this.#admittedAtMs.push(admittedAtMs);
    this.#after(this.#drawn(this.#habits.browseMs), () => this.#shop(shopper, admittedAtMs));
  }

  #shop(shopper: Shopper, admittedAtMs: number): void {
    if (!this.#happens(this.#habits.buyers)) {
      if (this.#happens(this.#habits.tidy)) this.#rig.leave(shopper.ref);
      return;
    }
    const { userId, ticket } = shopper.ref;
    const lines = [line('sneaker', 1)];
    const outcome = this.#rig.purchase(purchaseRequest({ userId, lines, admission: { ticket, admittedAtMs } }));
    if (outcome.code === 'admission_expired' || outcome.code === 'sale_paused') this.#come(shopper);
    if (outcome.code === 'reserved' && !this.#happens(this.#habits.abandoners)) {
      this.#after(this.#drawn(this.#habits.payMs), () => this.#pay(outcome.order.orderId, shopper, 'first'));
    }
  }

  #pay(orderId: string, shopper: Shopper, attempt: 'first' | 'second'): void {
    if (this.#rig.beginPayment(orderId, attempt).code !== 'done') return;
    if (attempt === 'second' || !this.#happens(this.#habits.declines)) {
      orderOf(this.#rig.confirm(orderId, attempt));
      return;
    }
    this.#rig.decline(orderId, attempt);
    this.#after(this.#drawn(this.#habits.payMs), () => this.#pay(orderId, shopper, 'second'));
  }

  #happens(share: number): boolean {
    return this.#random() < share;
  }

  #drawn([from, to]: Span): number {
    return Math.round(from + this.#random() * (to - from));
  }

  #after(delayMs: number, act: () => void): void {
    this.#at(this.#rig.nowMs + Math.ceil(delayMs), act);
  }

  #at(atMs: number, act: () => void): void {
    this.#tasks.push({ atMs, order: this.#taskCount++, act });
  }
}
