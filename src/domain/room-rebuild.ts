import type { LiveSale } from './live-sale.ts';
import type { RoomChange } from './room-event.ts';

/** How far a waiting room had come: noted in the order log now and then, for the case that the store is lost. */
export interface RoomCheckpoint {
  /** Tickets given out. */
  readonly tickets: number;
  readonly nowServing: number;
}

/** A checkpoint is noted at most so often. */
export const CHECKPOINT_EVERY_MS = 5_000;
/** More than can have joined since the last checkpoint. */
const NEW_NUMBERS_BEHIND = 1_000_000;

/**
 * How the room of a sale goes on that was rebuilt from its order log: nobody is known to wait, so each place that may
 * have been given out is lost until its holder comes back. Before the list of a draw is closed nothing is lost: whoever
 * joins again has the same chance as before.
 *
 * @param checkpoint the last that was noted, if one was
 */
export function rebuiltRoom(live: LiveSale, checkpoint: RoomCheckpoint | null): RoomChange[] {
  const { room } = live;
  if (!room || live.isOver || room.isListOpen) return [];
  const bought = [...ticketsOfOrders(live)];
  const lastTicket = Math.max(checkpoint?.tickets ?? 0, room.entrants ?? 0, ...bought);
  const called = bought.map((ticket) => room.positionOf(ticket) ?? 0);
  return [
    {
      type: 'room_rebuilt',
      lostUpTo: lastTicket + NEW_NUMBERS_BEHIND,
      nowServing: Math.max(checkpoint?.nowServing ?? 0, ...called),
      admissions: bought.length,
    },
  ];
}

function ticketsOfOrders(live: LiveSale): Set<number> {
  const tickets = new Set<number>();
  for (const { ticket } of live.orders()) if (ticket !== null) tickets.add(ticket);
  return tickets;
}
