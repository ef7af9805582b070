import { type DrawResult, Permutation } from './draw.ts';
import { Gate, type GateSettings } from './gate.ts';
import type { RoomEvent } from './room-event.ts';
import type { WaitingRoomRules } from './sale.ts';

/** The right to buy until `expiresAtMs`. `(ticket, admittedAtMs)` names it. */
export interface Admission {
  readonly ticket: number;
  readonly admittedAtMs: number;
  readonly expiresAtMs: number;
}

/** What must never happen, counted where it would: all 0. */
export interface RoomViolations {
  /** Admitted before being called. */
  readonly outOfTurn: number;
  readonly overRate: number;
  readonly overCap: number;
}

interface MadeDraw {
  readonly result: DrawResult;
  readonly permutation: Permutation;
  /** By ticket − 1, as they are asked for: 0 until then. A place takes eight HMACs and more to work out. */
  readonly positions: Uint32Array;
}

const LEFT = 1;
/** Queues for ever. */
const HELD = 2;
/** Was inside at some time. */
const CAME = 4;
const FIRST_CAPACITY = 1_024;

/**
 * The places of one sale as their events make them. A place costs its user id, an entry in a map and a byte. Who is
 * inside follows from admissions, from the orders made there, and from the time: `lapse` brings it up to date.
 */
export class WaitingRoom {
  readonly gate: Gate;
  #rules: WaitingRoomRules;
  readonly #tickets = new Map<string, number>();
  readonly #userIds: string[] = [];
  #size = 0;
  #isClosed = false;
  #flags = new Uint8Array(FIRST_CAPACITY);
  /** Positions still to be called on which nobody stands who could come. Tickets, until the draw gives them positions. */
  readonly #absent = new Set<number>();
  /** By ticket, in the order of admission and so of their lapse. */
  readonly #admissions = new Map<number, Admission>();
  /** Tickets whose admission is over, and whose orders are still open. */
  readonly #checkingOut = new Set<number>();
  readonly #openOrders = new Map<number, number>();
  #entrants: number | null = null;
  #draw: MadeDraw | null = null;
  #violations: RoomViolations = { outOfTurn: 0, overRate: 0, overCap: 0 };

  constructor(rules: WaitingRoomRules) {
    this.#rules = rules;
    this.gate = new Gate({ ratePerSecond: rules.ratePerSecond, maxActive: rules.maxActive, paused: false });
  }

  get rules(): WaitingRoomRules {
    return this.#rules;
  }

  /** Tickets given out. */
  get size(): number {
    return this.#size;
  }

  /** Those who have not been called and could come. */
  get waiting(): number {
    if (this.#isClosed) return 0;
    return this.size - this.gate.nowServing - this.#absent.size;
  }

  get inside(): number {
    return this.#admissions.size + this.#checkingOut.size;
  }

  /** Shoppers inside who hold nothing yet. */
  get browsing(): number {
    let browsing = 0;
    for (const ticket of this.#admissions.keys()) if (!this.#openOrders.has(ticket)) browsing++;
    return browsing;
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

  /** The places of those who came early are still to be drawn. */
  get awaitsDraw(): boolean {
    return this.#rules.order === 'draw' && this.#draw === null;
  }

  /** Null for whoever has no place, or has given it up. */
  ticketOf(userId: string): number | null {
    return this.#tickets.get(userId) ?? null;
  }

  /** Whoever was given the ticket. Null for a number that was not given out. */
  holderOf(ticket: number): string | null {
    return this.#userIds[ticket - 1] ?? null;
  }

  /** Users by ticket, from the one behind `after`. */
  holders(after: number, limit: number): string[] {
    return this.#userIds.slice(after, after + limit);
  }

  hasLeft(ticket: number): boolean {
    return this.#has(ticket, LEFT);
  }

  isHeld(ticket: number): boolean {
    return this.#has(ticket, HELD);
  }

  /** 1 is called first. Null while the draw that decides it is still to be made. */
  positionOf(ticket: number): number | null {
    if (this.#draw && ticket <= this.#draw.result.entrants) return drawnPosition(this.#draw, ticket);
    if (!this.awaitsDraw) return ticket;
    return this.#entrants !== null && ticket > this.#entrants ? ticket : null;
  }

  isCalled(ticket: number): boolean {
    const position = this.positionOf(ticket);
    return position !== null && position <= this.gate.nowServing;
  }

  /** How far the gate moves to call `count` who can come. */
  positionAfter(count: number): number {
    let position = this.gate.nowServing;
    for (let called = 0; called < count && position < this.size; ) {
      position++;
      if (!this.#absent.has(position)) called++;
    }
    return position;
  }

  /** Null once it has lapsed, and when there is none. */
  admissionOf(ticket: number): Admission | null {
    return this.#admissions.get(ticket) ?? null;
  }

  isCheckingOut(ticket: number): boolean {
    return this.#checkingOut.has(ticket);
  }

  /** The admission that a ticket would get at this moment. */
  admissionAt(ticket: number, nowMs: number): Admission {
    return { ticket, admittedAtMs: nowMs, expiresAtMs: nowMs + this.#rules.admissionSeconds * 1000 };
  }

  /** Ends admissions whose time is over, and frees the slots of those who hold nothing. */
  lapse(nowMs: number): void {
    for (const [ticket, { expiresAtMs }] of this.#admissions) {
      if (nowMs < expiresAtMs) return;
      this.#endAdmission(ticket);
    }
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
      case 'ticket_admitted':
        this.#admit(event.ticket, event.atMs);
    }
  }

  /** An order that was bought from this ticket is open. */
  orderOpened(ticket: number): void {
    this.#openOrders.set(ticket, (this.#openOrders.get(ticket) ?? 0) + 1);
  }

  /** An admission ends with its last open order, and the slot is free. */
  orderClosed(ticket: number): void {
    const open = (this.#openOrders.get(ticket) ?? 0) - 1;
    if (open > 0) {
      this.#openOrders.set(ticket, open);
      return;
    }
    this.#openOrders.delete(ticket);
    this.#admissions.delete(ticket);
    this.#checkingOut.delete(ticket);
  }

  /**
   * The rules of a sale that is edited. Those who have a place keep it, and what was set at the gate stays unless its
   * rule changes.
   */
  replaceRules(rules: WaitingRoomRules): void {
    const { ratePerSecond, maxActive } = this.#rules;
    this.#rules = rules;
    this.gate.settings = {
      ...this.gate.settings,
      ...(rules.ratePerSecond !== ratePerSecond && { ratePerSecond: rules.ratePerSecond }),
      ...(rules.maxActive !== maxActive && { maxActive: rules.maxActive }),
    };
  }

  changeGate(settings: GateSettings): void {
    this.gate.settings = settings;
  }

  closeDraw(entrants: number): void {
    this.#entrants = entrants;
  }

  makeDraw(result: DrawResult): void {
    const { seed, entrants } = result;
    this.#draw = { result, permutation: new Permutation(seed, entrants), positions: new Uint32Array(entrants) };
    const tickets = [...this.#absent];
    this.#absent.clear();
    for (const ticket of tickets) this.#markAbsent(ticket);
  }

  /** The sale is over: nobody has a place any longer. Who took part in a draw stays on record. */
  close(): void {
    this.#isClosed = true;
    this.#tickets.clear();
    this.#absent.clear();
    this.#admissions.clear();
    this.#checkingOut.clear();
    this.#openOrders.clear();
    this.#flags = new Uint8Array(0);
    this.#userIds.length = this.#entrants ?? 0;
  }

  #join(userId: string, held: boolean): void {
    this.#userIds.push(userId);
    const ticket = ++this.#size;
    this.#tickets.set(userId, ticket);
    if (!held) return;
    this.#mark(ticket, HELD);
    this.#markAbsent(ticket);
  }

  #leave(ticket: number): void {
    const userId = this.holderOf(ticket);
    if (userId !== null && this.#tickets.get(userId) === ticket) this.#tickets.delete(userId);
    this.#mark(ticket, LEFT);
    this.#markAbsent(ticket);
    if (this.#admissions.has(ticket)) this.#endAdmission(ticket);
  }

  #advance(nowServing: number, atMs: number): void {
    let present = 0;
    for (let position = this.gate.nowServing + 1; position <= nowServing; position++) {
      if (!this.#absent.delete(position)) present++;
    }
    this.gate.call(nowServing, present, atMs);
  }

  #admit(ticket: number, atMs: number): void {
    const returns = this.#checkingOut.delete(ticket);
    this.#violations = {
      outOfTurn: this.#violations.outOfTurn + (this.isCalled(ticket) ? 0 : 1),
      overRate: this.#violations.overRate + (this.gate.admissibleInMs(atMs) > 0 ? 1 : 0),
      overCap: this.#violations.overCap + (!returns && this.inside >= this.gate.settings.maxActive ? 1 : 0),
    };
    this.gate.admit(this.#has(ticket, CAME) ? null : this.positionOf(ticket), atMs);
    this.#mark(ticket, CAME);
    // A ticket that is admitted anew lapses last.
    this.#admissions.delete(ticket);
    this.#admissions.set(ticket, this.admissionAt(ticket, atMs));
  }

  #endAdmission(ticket: number): void {
    this.#admissions.delete(ticket);
    if (this.#openOrders.has(ticket)) this.#checkingOut.add(ticket);
  }

  #markAbsent(ticket: number): void {
    const position = this.positionOf(ticket) ?? ticket;
    if (position > this.gate.nowServing) this.#absent.add(position);
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

function drawnPosition({ permutation, positions }: MadeDraw, ticket: number): number {
  const known = positions[ticket - 1];
  if (known) return known;
  const position = permutation.at(ticket - 1) + 1;
  positions[ticket - 1] = position;
  return position;
}
