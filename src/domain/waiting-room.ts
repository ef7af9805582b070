import { type DrawResult, Permutation } from './draw.ts';
import { Gate, type GateSettings } from './gate.ts';
import { isOpen, type Order } from './order.ts';
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
  outOfTurn: number;
  overRate: number;
  overCap: number;
}

/** Someone inside, and how many of the orders made there are open. */
interface Shopper {
  readonly admission: Admission;
  openOrders: number;
}

const LEFT = 1;
const HELD = 2;
/** Was inside at some time. */
const ADMITTED = 4;
const FIRST_CAPACITY = 1_024;

/**
 * The places of one sale as their events make them. A place costs its user id, its entry in a map and a byte; a shopper
 * inside costs more, and there are few of those.
 */
export class WaitingRoom {
  readonly gate: Gate;
  readonly violations: RoomViolations = { outOfTurn: 0, overRate: 0, overCap: 0 };
  readonly #admissionMs: number;
  readonly #tickets = new Map<string, number>();
  readonly #userIds: string[] = [];
  #flags = new Uint8Array(FIRST_CAPACITY);
  /** Positions that are to be called and on which nobody stands who could come. */
  readonly #absent = new Set<number>();
  /** By ticket. In the order of admission, and so of their lapse. */
  readonly #inside = new Map<number, Shopper>();
  #entrants: number | null = null;
  #draw: { readonly result: DrawResult; readonly permutation: Permutation; readonly positions: Uint32Array } | null =
    null;

  constructor(rules: WaitingRoomRules) {
    const { ratePerSecond, maxActive } = rules;
    this.gate = new Gate({ ratePerSecond, maxActive, paused: false });
    this.#admissionMs = rules.admissionSeconds * 1000;
  }

  /** Tickets given out. */
  get size(): number {
    return this.#userIds.length;
  }

  /** Those who have not been called and could come. */
  get waiting(): number {
    return this.size - this.gate.nowServing - this.#absent.size;
  }

  /** Shoppers inside, as of the last `lapse`. */
  get inside(): number {
    return this.#inside.size;
  }

  /** Null until the list is closed. */
  get entrants(): number | null {
    return this.#entrants;
  }

  get draw(): DrawResult | null {
    return this.#draw?.result ?? null;
  }

  ticketOf(userId: string): number | null {
    return this.#tickets.get(userId) ?? null;
  }

  /** Whoever took the ticket, and has it still or not. */
  holderOf(ticket: number): string | null {
    return this.#userIds[ticket - 1] ?? null;
  }

  /** Users by ticket, from the one behind `after`. */
  holders(after: number, limit: number): string[] {
    return this.#userIds.slice(after, after + limit);
  }

  isHeld(ticket: number): boolean {
    return this.#has(ticket, HELD);
  }

  /** Places start at 1. Null while the draw is still to be made. */
  positionOf(ticket: number, drawn: boolean): number | null {
    if (this.#draw && ticket <= this.#draw.result.entrants) return this.#drawnPosition(ticket);
    return drawn && !this.#draw ? null : ticket;
  }

  /** What is valid at `nowMs`; null too when the admission has lapsed and its orders are still open. */
  admissionOf(ticket: number, nowMs: number): Admission | null {
    const admission = this.#inside.get(ticket)?.admission;
    return admission && nowMs < admission.expiresAtMs ? admission : null;
  }

  isInside(ticket: number): boolean {
    return this.#inside.has(ticket);
  }

  /** Shoppers inside who have not reserved anything yet, as of the last `lapse`. */
  get shopping(): number {
    let shopping = 0;
    for (const { openOrders } of this.#inside.values()) if (openOrders === 0) shopping++;
    return shopping;
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

  /** Frees the slots of admissions that have run out unused. */
  lapse(nowMs: number): void {
    for (const [ticket, { admission, openOrders }] of this.#inside) {
      if (nowMs < admission.expiresAtMs) return;
      if (openOrders === 0) this.#inside.delete(ticket);
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

  changeGate(settings: GateSettings): void {
    this.gate.settings = settings;
  }

  closeDraw(entrants: number): void {
    this.#entrants = entrants;
  }

  makeDraw(result: DrawResult): void {
    this.#draw = {
      result,
      permutation: new Permutation(result.seed, result.entrants),
      positions: new Uint32Array(result.entrants),
    };
    const before = [...this.#absent];
    this.#absent.clear();
    for (const ticket of before) this.#absent.add(this.positionOf(ticket, true) ?? ticket);
  }
}
