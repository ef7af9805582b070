import type { SaleStatus } from '#sdk/contract/sale.ts';
import { CallOrder } from './call-order.ts';
import { DrawnPlaces } from './drawn-places.ts';
import type { GateReading, SeenAdmission } from './room-checks.ts';

/** A place in the queue as its buyer knows it. Times are of the crowd's clock, in milliseconds. */
export interface SeenPlace {
  readonly ticket: number;
  readonly buyer: number;
  readonly joinedAtMs: number;
  /** By the server's word. Null until it says one. */
  position: number | null;
  readyAtMs: number | null;
  admittedAtMs: number | null;
}

interface DatedAdmission {
  readonly ticket: number;
  readonly atMs: number;
}

/** What a crowd sees of a waiting room, written down as it happens. */
export class RoomLog {
  readonly callOrder = new CallOrder();
  readonly places: SeenPlace[] = [];
  readonly #order: 'fifo' | 'draw';
  readonly #admissions = new Map<string, DatedAdmission>();
  readonly #gate = new Map<number, number>();
  #drawn: DrawnPlaces | null = null;
  #rejoins = 0;
  #movedPlaces = 0;

  constructor(order: 'fifo' | 'draw') {
    this.#order = order;
  }

  /** Answers to somebody who joined again. */
  get rejoins(): number {
    return this.#rejoins;
  }

  /** Answers by which somebody who had a place got another one instead. */
  get movedPlaces(): number {
    return this.#movedPlaces;
  }

  /** Places whose position by the server's word is not what ticket and draw make it. */
  get wrongPlaces(): number {
    return this.places.filter(({ ticket, position }) => position !== null && position !== this.positionOf(ticket))
      .length;
  }

  get gateReadings(): GateReading[] {
    return [...this.#gate].map(([atMs, nowServing]) => ({ atMs, nowServing }));
  }

  /** Each admission once, however often its buyer asked for it. Before a draw everybody stands at infinity. */
  get admissions(): SeenAdmission[] {
    return [...this.#admissions.values()].map(({ ticket, atMs }) => {
      return { atMs, position: this.positionOf(ticket) ?? Number.POSITIVE_INFINITY };
    });
  }

  /** Null: the place is still to be drawn. */
  positionOf(ticket: number): number | null {
    return this.#order === 'fifo' ? ticket : (this.#drawn?.positionOf(ticket) ?? null);
  }

  joined(buyer: number, ticket: number, position: number | null, atMs: number): SeenPlace {
    const place = { ticket, buyer, joinedAtMs: atMs, position: null, readyAtMs: null, admittedAtMs: null };
    this.places.push(place);
    this.#learnPosition(place, position);
    return place;
  }

  joinedAgain(place: SeenPlace, ticket: number, position: number | null): void {
    this.#rejoins++;
    if (ticket === place.ticket) this.#learnPosition(place, position);
    else this.#movedPlaces++;
  }

  sawStatus({ now, queue, draw }: Pick<SaleStatus, 'now' | 'queue' | 'draw'>): void {
    if (draw?.seed && draw.entrants !== null) this.#drawn ??= new DrawnPlaces(draw.seed, draw.entrants);
    if (!queue) return;
    const atMs = Date.parse(now);
    this.#gate.set(atMs, Math.max(queue.now_serving, this.#gate.get(atMs) ?? 0));
    this.callOrder.sawCalled(queue.now_serving);
  }

  /** @param furthestBefore how far calls were known to have come when the buyer asked */
  sawWaiting(place: SeenPlace, position: number | null, furthestBefore: number): void {
    this.#learnPosition(place, position);
    if (position !== null) this.callOrder.sawWaiting(position, furthestBefore);
  }

  sawCalled(place: SeenPlace, position: number | null, atMs: number): void {
    this.#learnPosition(place, position);
    place.readyAtMs ??= atMs;
    if (position !== null) this.callOrder.sawCalled(position);
  }

  /** @param admittedAtMs of the server's clock: it names the admission, together with the ticket */
  admitted(place: SeenPlace, admittedAtMs: number, atMs: number): void {
    place.admittedAtMs ??= atMs;
    this.#admissions.set(`${place.ticket} ${admittedAtMs}`, { ticket: place.ticket, atMs: admittedAtMs });
  }

  #learnPosition(place: SeenPlace, position: number | null): void {
    if (position === null) return;
    if (place.position !== null && place.position !== position) this.#movedPlaces++;
    place.position = position;
  }
}
