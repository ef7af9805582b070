import { formatCount } from '../../shared/numbers.ts';

/** What the page says on which a draw is checked. */
export const verifyTexts = {
  title: 'Check the draw',
  detail: 'Your browser computes the order of the line again, from what was published, with the code that made it.',
  noDraw: 'There is no draw to check',
  noDrawDetail: 'This sale calls its buyers in the order in which they came.',
  open: 'The list is still open',
  openDetail: 'Note the commitment below: it binds the shop to its seed before anybody knows who takes part.',
  closed: 'The list is closed, and the draw is being made',
  closedDetail: 'Note the list hash too. Nobody can be added or left out any more without it showing.',
  working: 'Computing…',
  loadingEntries: (read: number, all: number) => `Reading the list: ${formatCount(read)} of ${formatCount(all)}`,
  right: 'The draw is right',
  rightDetail: (entrants: number) => `All ${formatCount(entrants)} places follow from what was published.`,
  wrong: 'The draw does not add up',
  wrongDetail: 'At least one value does not follow from the others. Keep this page, and ask the shop.',
  failed: 'The draw could not be checked',
  checked: 'What was checked',
  passed: 'Right',
  failedCheck: 'Wrong',
  notChecked: 'Not checked here',
  own: 'Your place',
  ownPosition: (position: number, entrants: number) => `${formatCount(position)} of ${formatCount(entrants)}`,
  ownTicket: (ticket: number) => `You took part with ticket ${formatCount(ticket)}.`,
  ownLate: (ticket: number) =>
    `You came after the list was closed, with ticket ${formatCount(ticket)}, and stand behind it.`,
  noOwn: 'This browser holds no place in this sale. The draw is checked all the same.',
  order: 'The order of the line',
  position: 'Place',
  ticket: 'Ticket',
  you: 'You',
  published: 'What was published',
  commitment: 'Commitment',
  listHash: 'List hash',
  seed: 'Seed of the places',
  entrants: 'Took part',
  trustBeacon: 'Bound to public randomness',
  trustOperator: 'The shop’s own word',
  trust: 'Trust',
  beaconRound: 'Round of the beacon',
} as const;

export type CheckName =
  | 'commitment'
  | 'list'
  | 'beacon_round'
  | 'beacon_randomness'
  | 'beacon_signature'
  | 'no_beacon'
  | 'seed'
  | 'status'
  | 'places'
  | 'own_entry';

export const CHECK_TEXTS: Readonly<Record<CheckName, string>> = {
  commitment: 'The seed is the one that the shop committed to when it created the sale.',
  list: 'The list has as many entries as it says, and its hash is the published one.',
  beacon_round: 'The randomness is of the round that was named before.',
  beacon_randomness: 'The randomness follows from the signature of the beacon.',
  beacon_signature:
    'The signature of the beacon itself: compare it with the round at the beacon, or run `tidegate audit-draw`.',
  no_beacon: 'No public randomness took part: the shop knew its seed, and could have tried lists.',
  seed: 'The seed of the places follows from the committed seed, the list and the randomness.',
  status: 'It is the seed by which every buyer’s browser has worked out its place.',
  places: 'Every place was given exactly once.',
  own_entry: 'The entry at your ticket is yours, and nobody else’s.',
};
