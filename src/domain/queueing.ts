import type { Decision } from './decision.ts';
import type { DrawResult } from './draw.ts';
import type { GateSettings } from './gate.ts';
import type { LiveSale } from './live-sale.ts';
import type { RoomChange } from './room-event.ts';
import type { Admission, RoomViolations, WaitingRoom } from './waiting-room.ts';

export interface JoinRequest {
  readonly saleId: string;
  readonly userId: string;
  /** A suspected bot: gets a place like any other, and is never called. */
  readonly held: boolean;
  readonly correlationId: string;
}

/** Whose ticket it is goes with its number: one alone opens nothing. */
export interface TicketRef {
  readonly saleId: string;
  readonly userId: string;
  readonly ticket: number;
}

/** `ready`: called, and may ask for an admission. `done`: used up at the purchase limit. */
export type PlaceState = 'waiting' | 'ready' | 'admitted' | 'done' | 'sold_out';

/** A ticket as its holder sees it. */
export interface Place {
  readonly ticket: number;
  readonly state: PlaceState;
  /** 1 is called first. Null until the draw is made. */
  readonly position: number | null;
  /** Places before this one that have not been called. Null until the draw is made. */
  readonly ahead: number | null;
  /** Null while nothing honest can be said. */
  readonly estimatedWaitSeconds: number | null;
  readonly admission: Admission | null;
}

export type QueueRefusal = 'not_found' | 'no_waiting_room' | 'sale_not_started' | 'sale_ended' | 'sold_out';

export type JoinDecision = { readonly code: 'joined'; readonly ticket: number } | { readonly code: QueueRefusal };

export type JoinOutcome = { readonly code: 'joined'; readonly place: Place } | { readonly code: QueueRefusal };

/** `no_place`: joining would give a new one. Otherwise what joining would come to. */
export type FindOutcome = JoinOutcome | { readonly code: 'no_place' };

export type AdmitOutcome =
  /** `replayed`: it was given before. */
  | { readonly code: 'admitted'; readonly admission: Admission; readonly replayed: boolean }
  /** Called or not: ask again after so long. */
  | { readonly code: 'not_your_turn'; readonly retryAfterMs: number }
  | { readonly code: 'not_found' | 'used_up' | 'sold_out' | 'sale_not_started' | 'sale_paused' | 'sale_ended' };

/** The waiting room of a sale as everybody may see it. */
export interface RoomView {
  readonly settings: GateSettings;
  /** Tickets given out. */
  readonly tickets: number;
  /** Those who wait and have not been called. */
  readonly waiting: number;
  /** Everyone up to this position has been called. */
  readonly nowServing: number;
  /** Shoppers inside. */
  readonly inside: number;
  /** Admissions given so far. */
  readonly admissions: number;
  /** How fast `nowServing` has moved lately. Null while it stands still. */
  readonly calledPerSecond: number | null;
  /** Who takes part in the draw; null until the list is closed, and in a sale without one. */
  readonly entrants: number | null;
  readonly draw: DrawResult | null;
  readonly violations: RoomViolations;
}

/** When something other than the rate has to give way first. */
const RETRY_MS = 2_000;

/** Gives the next place, or the one that the buyer has. A refusal uses up no number. */
export function decideJoin(
  live: LiveSale,
  { userId, held }: Pick<JoinRequest, 'userId' | 'held'>,
  nowMs: number,
): Decision<JoinDecision> {
  const { room } = live;
  if (!room) return unchanged({ code: 'no_waiting_room' });
  if (live.isOver) return unchanged({ code: 'sale_ended' });
  const ticket = room.ticketOf(userId);
  if (ticket !== null && !isUsedUp(live, ticket)) return unchanged({ code: 'joined', ticket });
  if (live.state === 'scheduled' && nowMs < room.rules.opensAtMs) return unchanged({ code: 'sale_not_started' });
  if (live.isSoldOutForGood) return unchanged({ code: 'sold_out' });
  return {
    outcome: { code: 'joined', ticket: room.size + 1 },
    changes: [{ type: 'ticket_joined', userId, held }],
  };
}

/** What joining would come to, for whoever asks more of a buyer who has no place yet. */
export function findPlace(live: LiveSale, userId: string, nowMs: number): FindOutcome {
  const { outcome, changes } = decideJoin(live, { userId, held: false }, nowMs);
  return changes.length > 0 ? { code: 'no_place' } : joinOutcome(live, userId, outcome, nowMs);
}

/** What a buyer is told of a decision that has taken effect. */
export function joinOutcome(live: LiveSale, userId: string, decision: JoinDecision, nowMs: number): JoinOutcome {
  if (decision.code !== 'joined') return decision;
  const place = placeOf(live, { saleId: live.saleId, userId, ticket: decision.ticket }, nowMs);
  return place ? { code: 'joined', place } : { code: 'sale_ended' };
}

/** Gives up the place, and the slot with it unless an order is still open. */
export function decideLeave(live: LiveSale, { userId, ticket }: TicketRef): Decision<'left' | 'not_found'> {
  const { room } = live;
  if (!room || live.isOver || room.holderOf(ticket) !== userId) return unchanged('not_found');
  if (room.hasLeft(ticket)) return unchanged('left');
  return { outcome: 'left', changes: [{ type: 'ticket_left', ticket }] };
}

/**
 * Calls as many as the rate allows, and no more than there are slots and units for: of the called who are still
 * expected and of the shoppers who hold nothing yet, each is given a unit in advance. So nobody is called for stock
 * that is gone. Returns how far the gate has come.
 */
export function decideAdvance(live: LiveSale, nowMs: number): Decision<number> {
  const { room } = live;
  if (!room) return unchanged(0);
  const count = isLettingIn(live, room) ? callCount(live, room, nowMs) : 0;
  const nowServing = room.positionAfter(count);
  if (nowServing === room.gate.nowServing) return unchanged(nowServing);
  return { outcome: nowServing, changes: [{ type: 'gate_advanced', nowServing }] };
}

/** The gate is open, and knows whom to call. */
function isLettingIn({ state }: LiveSale, room: WaitingRoom): boolean {
  return state === 'active' && !room.gate.settings.paused && !room.awaitsDraw;
}

function callCount(live: LiveSale, room: WaitingRoom, nowMs: number): number {
  const { gate } = room;
  const slots = gate.settings.maxActive - room.inside;
  const units = live.availableUnits - room.browsing;
  const wanted = Math.min(slots, units) - gate.expected(nowMs);
  return Math.max(0, Math.min(gate.callable(nowMs), Math.floor(wanted / gate.showRate)));
}

/** Lets in whoever has been called, as rate and cap allow. Asked again, an admission is the same until it lapses. */
export function decideAdmit(live: LiveSale, { userId, ticket }: TicketRef, nowMs: number): Decision<AdmitOutcome> {
  const { room } = live;
  if (live.isOver) return unchanged({ code: 'sale_ended' });
  if (!room || !holdsTicket(room, userId, ticket)) return unchanged({ code: 'not_found' });
  if (live.state === 'scheduled') return unchanged({ code: 'sale_not_started' });
  if (live.state === 'paused') return unchanged({ code: 'sale_paused' });
  const admission = room.admissionOf(ticket);
  if (admission) return unchanged({ code: 'admitted', admission, replayed: true });
  if (isUsedUp(live, ticket)) return unchanged({ code: 'used_up' });
  if (live.isSoldOutForGood) return unchanged({ code: 'sold_out' });
  const retryAfterMs = admissionWaitMs(live, room, ticket, nowMs);
  if (retryAfterMs > 0) return unchanged({ code: 'not_your_turn', retryAfterMs });
  return {
    outcome: { code: 'admitted', admission: room.admissionAt(ticket, nowMs), replayed: false },
    changes: [{ type: 'ticket_admitted', ticket }],
  };
}

/** 0: now. */
function admissionWaitMs(live: LiveSale, room: WaitingRoom, ticket: number, nowMs: number): number {
  const full = room.inside >= room.gate.settings.maxActive && !room.isCheckingOut(ticket);
  if (!isLettingIn(live, room) || full || live.availableUnits === 0) return RETRY_MS;
  if (room.isHeld(ticket) || !room.isCalled(ticket)) return RETRY_MS;
  return room.gate.admissibleInMs(nowMs);
}

/** A place that was given up is nobody's any longer. */
function holdsTicket(room: WaitingRoom, userId: string, ticket: number): boolean {
  return room.holderOf(ticket) === userId && !room.hasLeft(ticket);
}

/** Everything that the limit allows has been taken with this ticket, whatever became of it. */
function isUsedUp(live: LiveSale, ticket: number): boolean {
  const userId = live.room?.holderOf(ticket);
  if (userId == null) return false;
  return live.sale.items.every(({ skuId }) => live.unitsTakenWith(userId, ticket, skuId) >= live.sale.purchaseLimit);
}

/** Null for a ticket that is not this user's, or was given up. */
export function placeOf(live: LiveSale, { userId, ticket }: TicketRef, nowMs: number): Place | null {
  const { room } = live;
  if (!room || live.isOver || !holdsTicket(room, userId, ticket)) return null;
  const position = room.positionOf(ticket);
  const admission = room.admissionOf(ticket);
  const state = stateOf(live, room, ticket);
  const ahead = position === null ? null : Math.max(0, position - room.gate.nowServing - 1);
  return { ticket, state, position, ahead, estimatedWaitSeconds: estimate(live, room, state, ahead, nowMs), admission };
}

function stateOf(live: LiveSale, room: WaitingRoom, ticket: number): PlaceState {
  if (room.admissionOf(ticket)) return 'admitted';
  if (isUsedUp(live, ticket)) return 'done';
  if (live.isSoldOutForGood) return 'sold_out';
  return room.isCalled(ticket) ? 'ready' : 'waiting';
}

/** By the pace at which the gate has moved lately, and before that by the pace at which it is set to move. */
function estimate(
  live: LiveSale,
  { gate }: WaitingRoom,
  state: PlaceState,
  ahead: number | null,
  nowMs: number,
): number | null {
  if (state === 'ready' || state === 'admitted') return 0;
  if (state !== 'waiting' || ahead === null || gate.settings.paused) return null;
  const { ratePerSecond } = gate.settings;
  if (live.state === 'scheduled') {
    return Math.ceil(Math.max(0, live.sale.startsAtMs - nowMs) / 1000 + (ahead + 1) / ratePerSecond);
  }
  if (live.state === 'paused' || live.availableUnits === 0) return null;
  return Math.ceil((ahead + 1) / (gate.calledPerSecond(nowMs) ?? ratePerSecond));
}

export function roomViewOf(room: WaitingRoom, nowMs: number): RoomView {
  const { gate } = room;
  return {
    settings: gate.settings,
    tickets: room.size,
    waiting: room.waiting,
    nowServing: gate.nowServing,
    inside: room.inside,
    admissions: gate.admissions,
    calledPerSecond: gate.calledPerSecond(nowMs),
    entrants: room.entrants,
    draw: room.draw,
    violations: room.violations,
  };
}

function unchanged<Outcome>(outcome: Outcome): { outcome: Outcome; changes: readonly RoomChange[] } {
  return { outcome, changes: [] };
}
