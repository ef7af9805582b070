import type { SalePhase } from '../../domain/sale.ts';

/** What the waiting page says where no scripts run. Times are those of the sale's clock, in UTC. */
export const QUEUE_TEXTS = {
  title: 'Waiting room',
  join: 'Take a place',
  leave: 'Give up my place',
  goIn: 'Go in',
  tryAgain: 'Try again',
  backToSale: 'Back to the sale',
  checkout: 'Choose and pay',
  place: 'Your place',
  ahead: 'People ahead of you',
  wait: 'Estimated wait',
  drawnLater: 'Drawn when the list closes',
  noEstimate: 'No estimate yet',
  refreshes: (seconds: number) => `This page looks again by itself every ${seconds} seconds. Closing it costs nothing.`,
  opensAt: (time: string) => `The waiting room opens at ${time}.`,
  waiting: 'You are in line',
  waitingNext: 'Keep this page open. When it is your turn it says so, and a button lets you in.',
  ready: 'It is your turn',
  readyNext: 'Your turn does not lapse. Go in when you are ready to choose and pay.',
  readyFull: 'There is no room inside at this moment. Your turn stays yours: try again in a few seconds.',
  admitted: 'You are in',
  admittedUntil: (time: string) => `Choose and reserve by ${time}. If that runs out, ask to come in again.`,
  needsScript: 'Choosing and paying need JavaScript. Turn it on and load this page again: your place comes along.',
  done: 'You have bought all that one buyer may have',
  doneNext: 'Your orders are on the page of orders.',
  soldOut: 'Sold out',
  soldOutNext: 'Every unit has been bought. Nothing will come back.',
  soldOutForNow: 'Everything is reserved. Units may come back if somebody does not pay: your place stays.',
  open: 'The waiting room is open',
  openNext: 'Take a place. It stays yours through reloads and lost connections.',
  noRoom: 'Nobody queues for this sale.',
  unknownSale: 'There is no such sale',
  unknownSaleNext: 'The address may be mistyped, or the sale was removed.',
  foreignForm: 'The form did not come from this page. Please try again here.',
  needsScriptToJoin:
    'This sale checks buyers with a script, so joining needs JavaScript. Turn it on and load this page again.',
  lost: 'Your place was given up. Joining again gives a new one.',
} as const;

/** What everybody is told of the sale above their own state; null where there is nothing to add. */
export const PHASE_NOTICES: Readonly<Record<SalePhase, string | null>> = {
  upcoming: null,
  queueing: 'The sale has not started. Your turn comes after the start.',
  live: null,
  sold_out: null,
  paused: 'The sale is paused. Everybody keeps their place, and it goes on from here.',
  recovering: 'The sale is being brought back after a fault. Everybody keeps their place.',
  ended: 'The sale is over.',
  cancelled: 'The sale was cancelled.',
};

const CLOCK_TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'UTC' });
const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
const COUNT = new Intl.NumberFormat('en-GB');

export const clockTime = (ms: number): string => `${CLOCK_TIME.format(ms)} UTC`;
export const dayAndTime = (ms: number): string => `${DAY_AND_TIME.format(ms)} UTC`;
export const count = (value: number): string => COUNT.format(value);

/** Roughly, since it is an estimate: seconds are not counted beyond the first minute. */
export function roughWait(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`;
  return `about ${Math.round(minutes / 60)} hours`;
}
