import type { Decision } from './decision.ts';
import type { DrawResult } from './draw.ts';
import type { GateSettings } from './gate.ts';
import type { LiveSale } from './live-sale.ts';
import type { RoomChange } from './room-event.ts';
import type { Admission } from './shop-floor.ts';
import { estimateWaitSeconds } from './wait-estimate.ts';
import type { RoomViolations, WaitingRoom } from './waiting-room.ts';

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
type PlaceState = 'waiting' | 'ready' | 'admitted' | 'done' | 'sold_out';

/** A ticket as its holder sees it. */
export interface Place {
  readonly ticket: number;
  readonly state: PlaceState;
  /** 1 is called first. Null until the draw is made. */
  readonly position: number | null;
  /** Places before this one that have not been called; not those that were lost. Null until the draw is made. */
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
  /** Tickets given out: the last number. */
  readonly tickets: number;
  /** Those who wait and have not been called. */
  readonly waiting: number;
  /** Everyone up to this position has been called. */
  readonly nowServing: number;
  /** Those who have been called, asked to come in and found no room yet. */
  readonly atDoor: number;
  /** Shoppers inside. */
  readonly inside: number;
  /** Admissions given so far. */
  readonly admissions: number;
  /** How fast `nowServing` has moved lately. Null while nobody waits, and when it has stood still for long. */
  readonly calledPerSecond: number | null;
  /** Who takes part in the draw; null until the list is closed, and in a sale without one. */
  readonly entrants: number | null;
  readonly draw: DrawResult | null;
  readonly violations: RoomViolations;
}

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
  if (ticket !== null && !live.isUsedUp(userId, ticket)) return unchanged({ code: 'joined', ticket });
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
  if (!live.room) return { code: 'no_waiting_room' };
  return { code: 'joined', place: placeIn(live, live.room, { userId, ticket: decision.ticket }, nowMs) };
}

/** Gives up the place, and the slot with it unless an order is still open. */
export function decideLeave(live: LiveSale, { userId, ticket }: TicketRef): Decision<'left' | 'not_found'> {
  const { room } = live;
  if (!room || live.isOver || room.holderOf(ticket) !== userId) return unchanged('not_found');
  if (room.hasLeft(ticket)) return unchanged('left');
  return { outcome: 'left', changes: [{ type: 'ticket_left', ticket }] };
}

/**
 * Gives a place that was lost back to whoever shows it. A later one that they took meanwhile is given up for it, unless
 * it has been called.
 */
export function decideRestore(live: LiveSale, { userId, ticket }: TicketRef): Decision<'restored' | 'not_found'> {
  const { room } = live;
  if (!room || live.isOver) return unchanged('not_found');
  if (room.isPlaceOf(userId, ticket)) return unchanged('restored');
  if (!room.isLost(ticket)) return unchanged('not_found');
  const restored: RoomChange = { type: 'ticket_restored', userId, ticket };
  const other = room.ticketOf(userId);
  if (other === null || live.isUsedUp(userId, other)) return { outcome: 'restored', changes: [restored] };
  if (other < ticket || room.isCalled(other)) return unchanged('not_found');
  return { outcome: 'restored', changes: [{ type: 'ticket_left', ticket: other }, restored] };
}

/** Null for a ticket that is not this user's, or was given up. */
export function placeOf(live: LiveSale, { userId, ticket }: TicketRef, nowMs: number): Place | null {
  const { room } = live;
  return room?.isPlaceOf(userId, ticket) ? placeIn(live, room, { userId, ticket }, nowMs) : null;
}

function placeIn(
  live: LiveSale,
  room: WaitingRoom,
  { userId, ticket }: Pick<TicketRef, 'userId' | 'ticket'>,
  nowMs: number,
): Place {
  const state = stateOf(live, room, userId, ticket);
  const position = room.positionOf(ticket);
  const ahead = position === null ? null : placesAhead(room, position);
  const estimatedWaitSeconds = waitSeconds(live, room, state, ahead, nowMs);
  return { ticket, state, position, ahead, estimatedWaitSeconds, admission: room.admissionOf(ticket) };
}

/** Lost places that nobody has come back to are in nobody's way. */
function placesAhead(room: WaitingRoom, position: number): number {
  return Math.max(0, position - room.gate.nowServing - 1 - room.missingUpTo(position));
}

function stateOf(live: LiveSale, room: WaitingRoom, userId: string, ticket: number): PlaceState {
  if (room.admissionOf(ticket)) return 'admitted';
  if (live.isUsedUp(userId, ticket)) return 'done';
  if (live.isSoldOutForGood) return 'sold_out';
  return room.isCalled(ticket) ? 'ready' : 'waiting';
}

function waitSeconds(
  live: LiveSale,
  room: WaitingRoom,
  state: PlaceState,
  ahead: number | null,
  nowMs: number,
): number | null {
  if (state === 'ready' || state === 'admitted') return 0;
  if (state !== 'waiting' || ahead === null) return null;
  return estimateWaitSeconds(live, room, ahead, nowMs);
}

export function roomViewOf(room: WaitingRoom, nowMs: number): RoomView {
  const { gate } = room;
  return {
    settings: gate.settings,
    tickets: room.size,
    waiting: room.waiting,
    nowServing: gate.nowServing,
    atDoor: room.atDoor,
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
