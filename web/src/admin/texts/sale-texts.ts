import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { Sale } from '#sdk/contract/sale.ts';

type Phase = Sale['phase'];
type State = AdminSale['state'];

/** What the list of sales says. */
export const salesTexts = {
  title: 'Sales',
  lead: 'Everything that is on, comes, or has been.',
  newSale: 'New sale',
  search: 'Search by name',
  searchPlaceholder: 'Part of a name',
  states: 'State',
  name: 'Sale',
  phase: 'State',
  window: 'On sale',
  stock: 'Left',
  sold: 'Sold',
  of: (total: string) => `of ${total}`,
  items: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  withRoom: 'waiting room',
  until: (start: string, end: string) => `${start} – ${end}`,
  emptyTitle: 'No sale yet',
  emptyDetail: 'Schedule the first one: it goes live at its start by itself.',
  noMatchTitle: 'No sale matches',
  noMatchDetail: 'Try another state, or another part of the name.',
} as const;

export const stateTexts: Readonly<Record<State, string>> = {
  scheduled: 'Scheduled',
  active: 'Active',
  paused: 'Paused',
  ended: 'Ended',
  cancelled: 'Cancelled',
};

export const phaseTexts: Readonly<Record<Phase, string>> = {
  upcoming: 'Upcoming',
  queueing: 'Queue open',
  live: 'Live',
  sold_out: 'Sold out',
  paused: 'Paused',
  recovering: 'Recovering',
  ended: 'Ended',
  cancelled: 'Cancelled',
};

/** Each phase as a buyer meets it. */
export const buyersSeeTexts: Readonly<Record<Phase, { readonly title: string; readonly detail: string }>> = {
  upcoming: { title: 'The sale has not started', detail: 'A countdown to the start. Nothing can be bought yet.' },
  queueing: { title: 'The waiting room is open', detail: 'Buyers take their place before the start, and keep it.' },
  live: { title: 'On sale', detail: 'Buyers can reserve what is left, in their turn where there is a waiting room.' },
  sold_out: { title: 'Sold out', detail: 'Nothing is left for now. Units whose reservation lapses may come back.' },
  paused: { title: 'Paused for a moment', detail: 'Nobody buys. Everyone is told that they keep their place.' },
  recovering: { title: 'One moment', detail: 'The sale is being recovered, and goes on by itself.' },
  ended: { title: 'The sale has ended', detail: 'Nothing more can be bought. Open reservations can still be paid.' },
  cancelled: { title: 'The sale was called off', detail: 'Buyers are told so, and nothing can be bought.' },
};
