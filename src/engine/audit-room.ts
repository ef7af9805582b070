import { Permutation } from '../domain/draw.ts';
import type { Order } from '../domain/order.ts';
import type { RoomView } from '../domain/queueing.ts';
import type { Evidence, Finding } from './audit.ts';

/** A place is one buyer's, and nobody buys from one that has not been called. */
export function checkPlaces({ snapshot, facts }: Evidence): Finding {
  const problems = [
    ...facts.sharedTickets.map((ticket) => `orders of more than one buyer came from place ${ticket}, in the ledger`),
    ...facts.withoutTicket.map((orderId) => `order ${orderId} came from no place, in the ledger`),
  ];
  if (!snapshot) return { checked: facts.orderCount, problems };
  const { orders, room } = snapshot;
  if (room) problems.push(...misplacedOrders(orders, room), ...outOfTurn(room));
  else problems.push(...orders.filter(({ ticket }) => ticket !== null).map(({ orderId }) => fromNowhere(orderId)));
  return { checked: orders.length, problems };
}

/** Counted where it would happen, and seen from what was bought. */
export function checkGate({ snapshot }: Evidence): Finding {
  const room = snapshot?.room;
  if (!snapshot || !room) return { checked: 0, problems: [] };
  const { overRate, overCap } = room.violations;
  const problems: string[] = [];
  if (overRate > 0) problems.push(`${overRate} were let in faster than the rate`);
  if (overCap > 0) problems.push(`${overCap} were let in beyond the cap`);
  const bought = new Set(snapshot.orders.map(({ ticket }) => ticket)).size;
  if (bought > room.admissions)
    problems.push(`orders came from ${bought} places, ${room.admissions} admissions were given`);
  return { checked: room.admissions, problems };
}

function outOfTurn({ violations }: RoomView): string[] {
  return violations.outOfTurn > 0 ? [`${violations.outOfTurn} were let in before they were called`] : [];
}

function misplacedOrders(orders: readonly Order[], room: RoomView): string[] {
  const positionOf = positions(room);
  const buyers = new Map<number, string>();
  return orders.flatMap(({ orderId, userId, ticket }) => {
    if (ticket === null) return [`order ${orderId} came from no place`];
    if (ticket > room.tickets) return [fromNowhere(orderId)];
    const holder = buyers.get(ticket) ?? userId;
    buyers.set(ticket, holder);
    if (holder !== userId) return [`orders of ${holder} and ${userId} came from place ${ticket}`];
    const position = positionOf(ticket);
    if (position <= room.nowServing) return [];
    return [`order ${orderId} came from position ${position}, and ${room.nowServing} have been called`];
  });
}

function fromNowhere(orderId: string): string {
  return `order ${orderId} came from a place that was never given out`;
}

/** Drawn places are worked out anew, from the seed. */
function positions({ draw }: RoomView): (ticket: number) => number {
  if (!draw) return (ticket) => ticket;
  const permutation = new Permutation(draw.seed, draw.entrants);
  return (ticket) => (ticket <= draw.entrants ? permutation.at(ticket - 1) + 1 : ticket);
}
