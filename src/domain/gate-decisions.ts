import type { Decision } from './decision.ts';
import type { LiveSale } from './live-sale.ts';
import type { Change } from './order-event.ts';
import type { AdmitOutcome, TicketRef } from './queueing.ts';
import type { RoomChange } from './room-event.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** When something other than the rate has to give way first. */
const RETRY_MS = 2_000;
/** While more than the rate lets in within this time stand at the door, nobody else is called. */
const DOOR_SECONDS = 5;
/** Whoever let so many admissions in a row run out unused comes in when nobody else wants to. */
const IDLED_TOO_OFTEN = 2;

/**
 * Calls as many as the rate allows, and no more than there are slots and units for: of the called who are at the door
 * or still expected, and of the shoppers who hold nothing yet, each is given one in advance. So nobody is called for
 * stock that is gone. Whoever let an admission run out unused is given no unit in advance again: by coming back each
 * time, a few could keep all others from the last units. Returns how far the gate has come, and notes it
 * in the order log now and then.
 */
export function decideAdvance(live: LiveSale, nowMs: number): Decision<number> {
  const { room } = live;
  if (!room) return { outcome: 0, changes: [] };
  const nowServing = room.positionAfter(room.mayCall(nowMs) ? callCount(live, room, nowMs) : 0);
  const calls: RoomChange[] = nowServing === room.gate.nowServing ? [] : [{ type: 'gate_advanced', nowServing }];
  return { outcome: nowServing, changes: [...calls, ...checkpoint(live, room, nowServing, nowMs)] };
}

function checkpoint(live: LiveSale, room: WaitingRoom, nowServing: number, nowMs: number): Change[] {
  const reached = { tickets: room.size, nowServing };
  return !live.isOver && room.isCheckpointDue(reached, nowMs) ? [{ type: 'room_checkpoint', ...reached }] : [];
}

function callCount(live: LiveSale, room: WaitingRoom, nowMs: number): number {
  const { gate } = room;
  const { ratePerSecond, maxActive } = gate.settings;
  const slots = maxActive - room.inside;
  const units = live.availableUnits - room.browsing;
  const free = Math.min(slots, units) - gate.expected(nowMs);
  const wanted = Math.min(free, ratePerSecond * DOOR_SECONDS) - room.atDoor;
  return Math.max(0, Math.min(gate.callable(nowMs), Math.floor(wanted / gate.showRate)));
}

/**
 * Lets in whoever has been called, as rate and cap allow. Asked again, an admission is the same until it is over. Who
 * is not let in yet stands at the door.
 */
export function decideAdmit(live: LiveSale, { userId, ticket }: TicketRef, nowMs: number): Decision<AdmitOutcome> {
  const { room } = live;
  if (live.isOver) return unchanged({ code: 'sale_ended' });
  if (!room?.isPlaceOf(userId, ticket)) return unchanged({ code: 'not_found' });
  if (live.state === 'scheduled') return unchanged({ code: 'sale_not_started' });
  if (live.state === 'paused') return unchanged({ code: 'sale_paused' });
  const admission = room.admissionOf(ticket);
  if (admission) return unchanged({ code: 'admitted', admission, replayed: true });
  if (live.isUsedUp(userId, ticket)) return unchanged({ code: 'used_up' });
  if (live.isSoldOutForGood) return unchanged({ code: 'sold_out' });
  if (!mayCome(room, ticket, nowMs)) return unchanged({ code: 'not_your_turn', retryAfterMs: RETRY_MS });
  const retryAfterMs = waitAtDoorMs(live, room, ticket, nowMs);
  if (retryAfterMs === 0) return letIn(room, ticket, nowMs);
  if (comesLast(room, ticket)) return unchanged({ code: 'not_your_turn', retryAfterMs });
  return standAtDoor(room, ticket, nowMs, retryAfterMs);
}

/** Held ones hear what everybody hears who is not let in yet. */
function mayCome(room: WaitingRoom, ticket: number, nowMs: number): boolean {
  if (!room.isLettingIn || !room.isCalled(ticket) || room.isHeld(ticket)) return false;
  return !comesLast(room, ticket) || !othersWantIn(room, nowMs);
}

/** A few who renew their admissions for ever, and buy nothing, would keep all others out otherwise. */
function comesLast(room: WaitingRoom, ticket: number): boolean {
  return room.timesIdled(ticket) >= IDLED_TOO_OFTEN;
}

function othersWantIn(room: WaitingRoom, nowMs: number): boolean {
  const { maxActive, ratePerSecond } = room.gate.settings;
  const free = maxActive - room.inside - room.gate.expected(nowMs);
  return room.atDoor > 0 || (room.waiting > 0 && free <= ratePerSecond * DOOR_SECONDS);
}

/** 0: there is room now. */
function waitAtDoorMs(live: LiveSale, room: WaitingRoom, ticket: number, nowMs: number): number {
  const needsSlot = !room.isInside(ticket);
  if ((needsSlot && room.isFull) || live.availableUnits === 0) return RETRY_MS;
  return room.gate.admissibleInMs(nowMs);
}

function standAtDoor(room: WaitingRoom, ticket: number, nowMs: number, retryAfterMs: number): Decision<AdmitOutcome> {
  return {
    outcome: { code: 'not_your_turn', retryAfterMs },
    changes: room.isNewsAtDoor(ticket, nowMs) ? [{ type: 'ticket_came', ticket }] : [],
  };
}

function letIn(room: WaitingRoom, ticket: number, nowMs: number): Decision<AdmitOutcome> {
  return {
    outcome: { code: 'admitted', admission: room.admissionAt(ticket, nowMs), replayed: false },
    changes: [{ type: 'ticket_admitted', ticket }],
  };
}

function unchanged(outcome: AdmitOutcome): Decision<AdmitOutcome> {
  return { outcome, changes: [] };
}
