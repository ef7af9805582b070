import { formatCount } from '../../shared/numbers.ts';

export interface EndTexts {
  readonly action: string;
  readonly detail: string;
  readonly ask: (name: string) => string;
  readonly word: string;
  readonly done: (name: string) => string;
}

/** What the page of a sale says while it is watched. */
export const liveTexts = {
  of: (total: string) => `of ${total}`,
  perSecond: '/s',
  units: 'units',
  ms: 'ms',
  events: 'events',
  shoppers: 'shoppers',
  waiting: 'waiting',

  streaming: 'Numbers are live',
  reconnecting: 'No news, reconnecting',
  stalled: (seconds: number) => `No news for ${seconds} s, reconnecting`,
  ownNumbers: 'The other gateways cannot be asked at the moment.',
  ownNumbersDetail: 'Purchases, times and errors are those of one gateway alone. Stock, queue and payments are whole.',
  edit: 'Edit sale',
  orders: 'Orders',
  charts: 'Last five minutes',

  purchases: 'Purchases',
  reserved: 'reserved',
  soldOut: 'sold out',
  refused: 'refused',
  stockLeft: 'Stock left',
  sold: 'Sold',
  latency: 'Time to answer a purchase',
  median: 'median',
  p99: 'p99',
  queue: 'Queue length',
  admissions: 'Admissions',
  payments: 'Payments',
  paid: 'paid',
  underWay: 'under way',
  declined: 'declined',
  waitingNow: 'Waiting',
  nowServing: 'Now serving',
  inside: 'Inside',
  errors: 'Errors',
  lag: 'Ledger behind',
  deadLetters: 'Dead letters',

  andonCord: 'Andon cord',
  pause: 'Pause the sale',
  resume: 'Resume the sale',
  pauseDetail: 'Stops selling at once. Everyone keeps their place, and reservations can still be paid.',
  resumeDetail: 'Sells on at once, in the order that everyone has kept.',
  buyersSee: 'What buyers see now',
  buyersQueue: (waiting: string, nowServing: string) => `${waiting} waiting, now serving number ${nowServing}`,

  stockByItem: 'Stock by item',
  item: 'Item',
  stock: { available: 'Available', reserved: 'Reserved', paying: 'Paying', sold: 'Sold', buffer: 'Held back' },
  percentLeft: (percent: number) => `${percent} % left`,
  restock: 'Restock',
  restockItem: (name: string) => `Restock ${name}`,
  restockOnlyLive: 'While a sale is on. Before, edit its items.',
  restockDetail: 'The units are for sale at once, to whoever is let in next.',
  unitsToAdd: 'Units to add',
  restocked: (units: number, name: string) =>
    units === 1 ? `One unit of ${name} added` : `${formatCount(units)} units of ${name} added`,

  gate: 'Gate',
  gateOpen: 'Open',
  gateHeld: 'Held',
  rate: 'Rate',
  rateHint: 'Called from the queue each second',
  cap: 'Cap',
  capHint: 'Inside at the same time',
  applyGate: 'Change gate',
  discardGate: 'Discard',
  nothingChanged: 'Move a slider first.',
  holdGate: 'Hold gate',
  openGate: 'Open gate',
  gateChanged: 'The gate has been changed',
  askGate: 'Change the gate?',
  askGateDetail: ([rateNow, rate]: readonly [string, string], [capNow, cap]: readonly [string, string]) =>
    `Rate ${rateNow} → ${rate} a second, cap ${capNow} → ${cap} shoppers. It works at once; whoever is inside stays inside.`,
  askHold: {
    title: 'Hold the gate?',
    description: 'Nobody is called or let in. Whoever is inside goes on, and everyone keeps their place.',
    confirm: 'Hold gate',
  },
  askOpen: {
    title: 'Open the gate?',
    description: 'The queue moves on at the rate that is set.',
    confirm: 'Open gate',
  },

  endings: 'End or call off',
  end: {
    action: 'End now',
    detail: 'Nobody buys any more. Reservations stand and can be paid; the queue is closed.',
    ask: (name: string) => `End ${name} before its time?`,
    word: 'END',
    done: (name: string) => `${name} has ended`,
  },
  cancel: {
    action: 'Cancel sale',
    detail: 'Unpaid reservations are cancelled and the queue is cleared. Paid orders stay paid.',
    ask: (name: string) => `Call ${name} off?`,
    word: 'CANCEL',
    done: (name: string) => `${name} is cancelled`,
  },
  remove: {
    action: 'Delete sale',
    detail: 'Takes the sale out of every list. Orders stay in the ledger.',
    ask: (name: string) => `Delete ${name}?`,
    word: 'DELETE',
    done: (name: string) => `${name} is deleted`,
  },
  goneTitle: 'There is no such sale',
  goneDetail: 'It may have been deleted meanwhile.',
} as const;
