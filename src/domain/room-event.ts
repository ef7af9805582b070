/**
 * What happens in a waiting room. It is kept with the store and is not part of the order log: the ledger has no use
 * for a million places.
 */
export type RoomChange =
  /** The next ticket: numbers start at 1 and have no gaps. A held one is never called. */
  | { readonly type: 'ticket_joined'; readonly userId: string; readonly held: boolean }
  | { readonly type: 'ticket_left'; readonly ticket: number }
  /** Everyone up to this position has been called. */
  | { readonly type: 'gate_advanced'; readonly nowServing: number }
  /** Called, asked to come in and found no room. Told anew now and then while it goes on asking. */
  | { readonly type: 'ticket_came'; readonly ticket: number }
  | { readonly type: 'ticket_admitted'; readonly ticket: number };

export type RoomEvent = RoomChange & { readonly atMs: number };

const ROOM_EVENTS: ReadonlySet<string> = new Set<RoomChange['type']>([
  'ticket_joined',
  'ticket_left',
  'gate_advanced',
  'ticket_came',
  'ticket_admitted',
]);

export function isRoomChange(change: { readonly type: string }): change is RoomChange {
  return ROOM_EVENTS.has(change.type);
}
