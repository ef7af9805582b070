import type { Switches } from '#sdk/contract/switches.ts';

interface SwitchText {
  readonly name: string;
  readonly off: string;
  readonly confirm: string;
}

/** What the page of kill switches says. */
export const switchTexts = {
  title: 'Kill switches',
  lead: 'For the whole shop, in every sale at once. To stop a single sale, pause it on its own page.',
  on: 'On',
  offState: 'Off',
  switchOff: (name: string) => `Switch ${name} off`,
  switchOn: (name: string) => `Switch ${name} on`,
  confirmOffTitle: (name: string) => `Switch ${name} off everywhere?`,
  confirmOnTitle: (name: string) => `Switch ${name} on again?`,
  confirmOn: 'It works again at once, in every sale.',
  thrown: (name: string, on: boolean) => `${name} switched ${on ? 'on' : 'off'}`,
  lastThrown: (state: string, actor: string) => `Switched ${state} by the ${actor}`,
  neverThrown: 'Never thrown',
  history: 'Who threw them when',
  historyEmpty: 'Nobody has thrown a switch yet.',
  historyLine: (name: string, on: boolean) => `${name} switched ${on ? 'on' : 'off'}`,
  someAreOff: (names: string) => `Switched off for the whole shop: ${names}.`,
  toSwitches: 'Kill switches',
} as const;

/** Each switch, in the words of what happens to buyers. */
export const switchesByName: Readonly<Record<keyof Switches, SwitchText>> = {
  joins: {
    name: 'joins',
    off: 'Off: nobody new may queue. Every place that is taken is kept, and called as before.',
    confirm: 'Buyers who come now are told to try again later. Those who queue already keep their places.',
  },
  purchases: {
    name: 'purchases',
    off: 'Off: nobody buys, and nobody who queues is called or let in.',
    confirm: 'Buyers are told that selling stands still. Reservations run on, and can be paid.',
  },
  payments: {
    name: 'payments',
    off: 'Off: nobody can pay. Reservations run on, and may lapse.',
    confirm: 'Buyers at the till are told to try again later, while the time of their reservations runs.',
  },
  notifications: {
    name: 'notifications',
    off: 'Off: mails to buyers and webhooks to the shop wait, and go out once it is on again.',
    confirm: 'Nothing is lost: what is due now goes out later.',
  },
};
