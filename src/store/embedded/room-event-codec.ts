import type { RoomEvent } from '../../domain/room-event.ts';

/** `afterMs`: from the time of the record. */
export type StoredRoomEvent =
  | readonly [type: 'joined' | 'held', afterMs: number, userId: string]
  | readonly [type: 'left' | 'came' | 'admitted', afterMs: number, ticket: number]
  | readonly [type: 'called', afterMs: number, nowServing: number]
  | readonly [type: 'rebuilt', afterMs: number, lostUpTo: number, nowServing: number, admissions: number]
  | readonly [type: 'restored', afterMs: number, ticket: number, userId: string];

export function packRoomEvent(event: RoomEvent, recordAtMs: number): StoredRoomEvent {
  const afterMs = event.atMs - recordAtMs;
  switch (event.type) {
    case 'ticket_joined':
      return [event.held ? 'held' : 'joined', afterMs, event.userId];
    case 'ticket_left':
      return ['left', afterMs, event.ticket];
    case 'gate_advanced':
      return ['called', afterMs, event.nowServing];
    case 'ticket_came':
      return ['came', afterMs, event.ticket];
    case 'ticket_admitted':
      return ['admitted', afterMs, event.ticket];
    case 'room_rebuilt':
      return ['rebuilt', afterMs, event.lostUpTo, event.nowServing, event.admissions];
    case 'ticket_restored':
      return ['restored', afterMs, event.ticket, event.userId];
  }
}

export function unpackRoomEvent(stored: StoredRoomEvent, recordAtMs: number): RoomEvent {
  const atMs = recordAtMs + stored[1];
  switch (stored[0]) {
    case 'joined':
    case 'held':
      return { type: 'ticket_joined', atMs, userId: stored[2], held: stored[0] === 'held' };
    case 'left':
      return { type: 'ticket_left', atMs, ticket: stored[2] };
    case 'called':
      return { type: 'gate_advanced', atMs, nowServing: stored[2] };
    case 'came':
      return { type: 'ticket_came', atMs, ticket: stored[2] };
    case 'admitted':
      return { type: 'ticket_admitted', atMs, ticket: stored[2] };
    case 'rebuilt':
      return { type: 'room_rebuilt', atMs, lostUpTo: stored[2], nowServing: stored[3], admissions: stored[4] };
    case 'restored':
      return { type: 'ticket_restored', atMs, ticket: stored[2], userId: stored[3] };
  }
}
