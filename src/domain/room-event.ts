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
  | { readonly type: 'ticket_admitted'; readonly ticket: number }
  /** The store was lost. Tickets up to `lostUpTo` may have been given out; each comes back when its holder shows it. */
  | {
      readonly type: 'room_rebuilt';
      readonly lostUpTo: number;
      readonly nowServing: number;
      /** As many as are known of. */
      readonly admissions: number;
    }
  /** The holder of a lost ticket has come back with it. */
  | { readonly type: 'ticket_restored'; readonly userId: string; readonly ticket: number };

export type RoomEvent = RoomChange & { readonly atMs: number };

const ROOM_EVENTS: ReadonlySet<string> = new Set<RoomChange['type']>([
  'ticket_joined',
  'ticket_left',
  'gate_advanced',
  'ticket_came',
  'ticket_admitted',
  'room_rebuilt',
  'ticket_restored',
]);

export function isRoomChange(change: { readonly type: string }): change is RoomChange {
  return ROOM_EVENTS.has(change.type);
}
