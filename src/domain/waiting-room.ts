import { Door } from './door.ts';
import { type DrawResult, Permutation } from './draw.ts';
import { Gate, type GateSettings } from './gate.ts';
import { LostPlaces } from './lost-places.ts';
import type { RoomEvent } from './room-event.ts';
import { CHECKPOINT_EVERY_MS, type RoomCheckpoint } from './room-rebuild.ts';
import type { WaitingRoomRules } from './sale.ts';
import { type Admission, ShopFloor } from './shop-floor.ts';
import { Tickets } from './tickets.ts';

/** What must never happen, counted where it would: all 0. */
export interface RoomViolations {
  /** Admitted before being called. */
  readonly outOfTurn: number;
  readonly overRate: number;
  readonly overCap: number;
}

/** After a loss nobody is called for so long: those who wait come back first, and get their places again. */
const COME_BACK_MS = 20_000;

interface MadeDraw {
  readonly result: DrawResult;
  readonly permutation: Permutation;
}

/**
 * The places of one sale as its events make them. Who is inside, and who stands at the door, follows from the events
 * and from the time: `lapse` brings it up to date.
 */
export class WaitingRoom {
  readonly gate: Gate;
  #rules: WaitingRoomRules;
  readonly #tickets = new Tickets();
  /** Positions still to be called that were given up. Tickets, until the draw gives them positions. */
  readonly #vacant = new Set<number>();
  /** As `#vacant`: whoever stands there is never let in. */
  readonly #held = new Set<number>();
  /** Places of a store that was lost. Tickets, until the draw gives them positions. */
  #lost = new LostPlaces(0);
  #callsFromMs = 0;
  #checkpoint: RoomCheckpoint & { readonly atMs: number } = { tickets: 0, nowServing: 0, atMs: 0 };
  readonly #door = new Door();
  readonly #floor = new ShopFloor();
  #entrants: number | null = null;
  #draw: MadeDraw | null = null;
  /** Since when the sale has been active without a break. Null while it is not. */
  #activeSinceMs: number | null = null;
  #isClosed = false;
  /** Since when nobody has been let in. Null while the gate is open, and before it was. */
  #shutSinceMs: number | null = null;
  #violations: RoomViolations = { outOfTurn: 0, overRate: 0, overCap: 0 };

  constructor(rules: WaitingRoomRules) {
    this.#rules = rules;
    this.gate = new Gate({ ratePerSecond: rules.ratePerSecond, maxActive: rules.maxActive, paused: false });
  }

  get rules(): WaitingRoomRules {
    return this.#rules;
  }

  /** Tickets given out, or lost: the last number. */
  get size(): number {
    return this.#tickets.size;
  }

  /** Those who have not been called. The held count too: a number that leaves them out would tell them. */
  get waiting(): number {
    if (this.#isClosed) return 0;
    return this.size - this.gate.nowServing - this.#vacant.size - this.missingUpTo(this.size);
  }

  /** Those who have been called, asked to come in and found no room. */
  get atDoor(): number {
    return this.#door.size;
  }

  get inside(): number {
    return this.#floor.inside;
  }

  /** Shoppers inside who hold nothing yet and may well buy. */
  get browsing(): number {
    return this.#floor.browsing;
  }

  get isFull(): boolean {
    return this.inside >= this.gate.settings.maxActive;
  }

  get violations(): RoomViolations {
    return this.#violations;
  }

  /** Who takes part in the draw: tickets 1 to this one. Null until the list is closed. */
  get entrants(): number | null {
    return this.#entrants;
  }

  get draw(): DrawResult | null {
    return this.#draw?.result ?? null;
  }

  /** Whoever joins takes part in the draw. */
  get isListOpen(): boolean {
    return this.#rules.order === 'draw' && this.#entrants === null;
  }

  /** The places of those who came early are still to be drawn. A draw of nobody is not waited for. */
  get awaitsDraw(): boolean {
    return this.#rules.order === 'draw' && this.#draw === null && this.#entrants !== 0;
  }

  /** The gate is open, and knows whom to call. */
  get isLettingIn(): boolean {
    return this.#activeSinceMs !== null && !this.gate.settings.paused && !this.awaitsDraw;
  }

  /** Do those who wait have to be given time to come back? */
  mayCall(nowMs: number): boolean {
    return this.isLettingIn && nowMs >= this.#callsFromMs;
  }

  /** Null for whoever has no place, or has given it up. */
  ticketOf(userId: string): number | null {
    return this.#tickets.ticketOf(userId);
  }

  /** A place that was given up is nobody's any longer, nor is any once the sale is over. */
  isPlaceOf(userId: string, ticket: number): boolean {
    return !this.#isClosed && this.holderOf(ticket) === userId && !this.#tickets.hasLeft(ticket);
  }

  /** Whoever was given the ticket. Null for a number that was not given out. */
  holderOf(ticket: number): string | null {
    return this.#tickets.holderOf(ticket);
  }

  /** Users by ticket, from the one behind `after`. */
  holders(after: number, limit: number): string[] {
    return this.#tickets.holders(after, limit);
  }

  hasLeft(ticket: number): boolean {
    return this.#tickets.hasLeft(ticket);
  }

  isHeld(ticket: number): boolean {
    return this.#tickets.isHeld(ticket);
  }

  /** 1 is called first. Null while the draw that decides it is still to be made. */
  positionOf(ticket: number): number | null {
    if (this.#draw && ticket <= this.#draw.result.entrants) return this.#draw.permutation.at(ticket - 1) + 1;
    const isEntrant = this.#entrants === null || ticket <= this.#entrants;
    return this.awaitsDraw && isEntrant ? null : ticket;
  }

  isCalled(ticket: number): boolean {
    const position = this.positionOf(ticket);
    return position !== null && position <= this.gate.nowServing;
  }

  /** Was the ticket lost, and has nobody come back with it? */
  isLost(ticket: number): boolean {
    return ticket >= 1 && ticket <= this.#lost.upTo && this.holderOf(ticket) === null;
  }

  /** Of the uncalled places up to this one, how many are lost and nobody's. */
  missingUpTo(position: number): number {
    return this.#lost.missingBetween(this.gate.nowServing, position);
  }

  /** Is it time to note how far the room has come, and does that say anything new? */
  isCheckpointDue({ tickets, nowServing }: RoomCheckpoint, nowMs: number): boolean {
    const before = this.#checkpoint;
    if (nowMs - before.atMs < CHECKPOINT_EVERY_MS) return false;
    return tickets !== before.tickets || nowServing !== before.nowServing;
  }

  /** How far the gate moves to call `count` who can come. Lost places at the end may still be somebody's: they wait. */
  positionAfter(count: number): number {
    let position = this.gate.nowServing;
    for (let called = 0; called < count; ) {
      const next = this.#lost.nextAfter(position);
      if (next > this.size) break;
      position = next;
      if (this.#canCome(position)) called++;
    }
    return position;
  }

  /** Is it worth noting that this ticket asks to come in, and finds no room? */
  isNewsAtDoor(ticket: number, nowMs: number): boolean {
    return this.#door.isNews(ticket, nowMs);
  }

  isInside(ticket: number): boolean {
    return this.#floor.isInside(ticket);
  }

  /** How many admissions of this ticket in a row ran out without an order. */
  timesIdled(ticket: number): number {
    return this.#floor.timesIdled(ticket);
  }

  /** Null once it is over, and when there is none. */
  admissionOf(ticket: number): Admission | null {
    return this.#floor.admissionOf(ticket);
  }

  /** The admission that a ticket would get at this moment. */
  admissionAt(ticket: number, nowMs: number): Admission {
    return { ticket, admittedAtMs: nowMs, expiresAtMs: nowMs + this.#rules.admissionSeconds * 1000 };
  }

  /** Ends admissions whose time is over, and frees the slots of those who hold nothing. Whoever went away is let go of. */
  lapse(nowMs: number): void {
    this.#floor.lapse(nowMs, this.#activeSinceMs);
    if (this.#shutSinceMs === null) this.#door.lapse(nowMs);
  }

  apply(event: RoomEvent): void {
    this.lapse(event.atMs);
    switch (event.type) {
      case 'ticket_joined':
        this.#join(event.userId, event.held);
        break;
      case 'ticket_left':
        this.#leave(event.ticket);
        break;
      case 'gate_advanced':
        this.#advance(event.nowServing, event.atMs);
        break;
      case 'ticket_came':
        this.#come(event.ticket);
        this.#door.note(event.ticket, event.atMs);
        break;
      case 'ticket_admitted':
        this.#admit(event.ticket, event.atMs);
        break;
      case 'room_rebuilt':
        this.#rebuild(event);
        break;
      case 'ticket_restored':
        this.#restore(event.userId, event.ticket);
    }
  }

  /** An order that was bought from this ticket, under its admission, is open. */
  orderOpened(ticket: number, orderId: string): void {
    this.#floor.orderOpened(ticket, orderId);
  }

  /** An admission ends with its last open order, and the slot is free. */
  orderClosed(ticket: number, orderId: string): void {
    this.#floor.orderClosed(ticket, orderId);
  }

  /**
   * The rules of a sale that is edited. Those who have a place keep it, and what was set at the gate stays unless its
   * rule changes.
   */
  replaceRules(rules: WaitingRoomRules): void {
    const { ratePerSecond, maxActive } = this.#rules;
    this.#rules = rules;
    this.gate.change({
      ...this.gate.settings,
      ...(rules.ratePerSecond !== ratePerSecond && { ratePerSecond: rules.ratePerSecond }),
      ...(rules.maxActive !== maxActive && { maxActive: rules.maxActive }),
    });
  }

  changeGate(settings: GateSettings, atMs: number): void {
    this.gate.change(settings);
    this.#openOrShut(atMs);
  }

  /** The sale has started, or is paused, or goes on. */
  followSale(saleIsActive: boolean, atMs: number): void {
    this.lapse(atMs);
    this.#activeSinceMs = saleIsActive ? (this.#activeSinceMs ?? atMs) : null;
    this.#openOrShut(atMs);
  }

  noteCheckpoint({ tickets, nowServing }: RoomCheckpoint, atMs: number): void {
    this.#checkpoint = { tickets, nowServing, atMs };
  }

  closeDraw(entrants: number): void {
    this.#entrants = entrants;
  }

  makeDraw(result: DrawResult): void {
    this.#draw = { result, permutation: new Permutation(result.seed, result.entrants) };
    for (const positions of [this.#vacant, this.#held]) {
      const tickets = [...positions];
      positions.clear();
      for (const ticket of tickets) this.#markAhead(positions, ticket);
    }
    this.#lost = new LostPlaces(this.#lost.upTo);
    for (const ticket of this.#tickets.restored) this.#lost.bringBack(this.positionOf(ticket) ?? ticket);
  }

  /** The sale is over: nobody has a place any longer. Who took part in a draw stays on record. */
  close(): void {
    this.#isClosed = true;
    this.#tickets.close(this.#entrants ?? 0);
    this.#vacant.clear();
    this.#held.clear();
    this.#lost = new LostPlaces(0);
    this.#door.clear();
    this.#floor.clear();
  }

  #join(userId: string, held: boolean): void {
    const ticket = this.#tickets.give(userId, held);
    if (held) this.#markAhead(this.#held, ticket);
  }

  #leave(ticket: number): void {
    this.#tickets.drop(ticket);
    this.#held.delete(this.positionOf(ticket) ?? ticket);
    this.#markAhead(this.#vacant, ticket);
    this.#door.remove(ticket);
    this.#floor.endAdmission(ticket);
  }

  #advance(nowServing: number, atMs: number): void {
    let present = 0;
    const next = (position: number) => this.#lost.nextAfter(position);
    for (let position = next(this.gate.nowServing); position <= nowServing; position = next(position)) {
      if (this.#canCome(position)) present++;
      this.#vacant.delete(position);
      this.#held.delete(position);
    }
    this.gate.call(nowServing, present, atMs);
    if (this.waiting === 0) this.gate.queueEmptied();
  }

  #rebuild({ lostUpTo, nowServing, admissions, atMs }: Extract<RoomEvent, { type: 'room_rebuilt' }>): void {
    this.#tickets.lose(lostUpTo);
    this.#lost = new LostPlaces(lostUpTo);
    this.#callsFromMs = atMs + COME_BACK_MS;
    this.gate.goOn(nowServing, admissions, atMs);
  }

  #restore(userId: string, ticket: number): void {
    this.#tickets.restore(userId, ticket);
    this.#lost.bringBack(this.positionOf(ticket) ?? ticket);
  }

  #come(ticket: number): void {
    const position = this.positionOf(ticket);
    if (position === null || this.#tickets.hasCome(ticket)) return;
    this.#tickets.markCome(ticket);
    this.gate.come(position);
  }

  #admit(ticket: number, atMs: number): void {
    const { outOfTurn, overRate, overCap } = this.#violations;
    this.#violations = {
      outOfTurn: outOfTurn + (this.isCalled(ticket) ? 0 : 1),
      overRate: overRate + (this.gate.admissibleInMs(atMs) > 0 ? 1 : 0),
      overCap: overCap + (this.isFull && !this.isInside(ticket) ? 1 : 0),
    };
    this.gate.admit(atMs);
    this.#come(ticket);
    this.#door.remove(ticket);
    this.#floor.admit(this.admissionAt(ticket, atMs));
  }

  /** Time stands still at a gate that is shut, for those who were called and those at the door. */
  #openOrShut(atMs: number): void {
    const isOpen = this.#activeSinceMs !== null && !this.gate.settings.paused;
    if (!isOpen) {
      this.#shutSinceMs ??= atMs;
    } else if (this.#shutSinceMs !== null) {
      this.gate.postpone(atMs - this.#shutSinceMs);
      this.#door.postpone(atMs - this.#shutSinceMs);
      this.#shutSinceMs = null;
    }
  }

  #markAhead(positions: Set<number>, ticket: number): void {
    const position = this.positionOf(ticket) ?? ticket;
    if (position > this.gate.nowServing) positions.add(position);
  }

  #canCome(position: number): boolean {
    return !this.#vacant.has(position) && !this.#held.has(position);
  }
}
