import { planBot } from './bots.ts';
import { createRandom } from './random.ts';

export const ARRIVALS = ['spike', 'flat', 'ramp'] as const;

export interface CrowdSettings {
  readonly buyers: number;
  readonly arrival: (typeof ARRIVALS)[number];
  /** The time in which all buyers arrive, from the start on. */
  readonly seconds: number;
  /** How long before the start the first of a spike arrive. */
  readonly earlySeconds: number;
  /** Share of a spike that comes before the start; the others come ever more sparsely after it. */
  readonly earlyShare: number;
  /** Shares of the buyers, from 0 to 1. */
  readonly doubleClick: number;
  readonly baskets: number;
  readonly abandon: number;
  readonly decline: number;
  readonly greedy: number;
  readonly refreshers: number;
  readonly rejoiners: number;
  readonly noShows: number;
  readonly leavers: number;
  readonly bots: number;
  readonly seed: number;
}

/** What a buyer is going to do. It depends on seed and number alone, not on what the server does meanwhile. */
export interface Buyer {
  readonly number: number;
  /** From the start of the sale; below zero: waits for it. */
  readonly arrivesAtMs: number;
  /** What the shop's page knows the device by. */
  readonly device: string;
  readonly doubleClicks: boolean;
  readonly wantsBasket: boolean;
  readonly abandons: boolean;
  readonly firstCardDeclined: boolean;
  /** Tries for more than the limit, after having bought. */
  readonly greedy: boolean;
  /** Stays after a sold-out answer, for units that come back. */
  readonly patient: boolean;
  /** Asks for news far more often than the page is told to. */
  readonly refreshes: boolean;
  /** Open pages, each of which joins the queue, again and again. */
  readonly tabs: number;
  /** Is called, and never comes. */
  readonly noShow: boolean;
  /** Null: stays in the queue. */
  readonly leaving: Leaving | null;
  /** Null: a person. */
  readonly bot: Bot | null;
  readonly random: () => number;
}

/** Gives the place in the queue up. */
export interface Leaving {
  /** From having joined. */
  readonly afterMs: number;
  readonly returns: boolean;
}

/** An account of somebody who runs many, on few devices. */
interface Bot {
  readonly operator: number;
  /** False: comes without the proof of work that it is asked for. */
  readonly solvesChallenges: boolean;
}

const SPIKE_DECAY = 8;
const PATIENT_SHARE = 0.1;
const MANY_TABS = 3;
const LEAVES_WITHIN_MS = 10_000;
const RETURNING_SHARE = 0.5;
/** Spreads neighbouring buyers over the seeds of the generator (2³² / golden ratio). */
const SEED_STRIDE = 0x9e3779b9;

/** The buyers by number: first all people, then all bots. */
export function planCrowd(settings: CrowdSettings): Buyer[] {
  const people = settings.buyers - Math.round(settings.buyers * settings.bots);
  return Array.from({ length: settings.buyers }, (_, number) => {
    const person = planPerson(settings, number);
    return number < people ? person : planBot(person, number - people, settings.earlySeconds * 1_000);
  });
}

function planPerson(settings: CrowdSettings, number: number): Buyer {
  const random = createRandom(settings.seed + Math.imul(number + 1, SEED_STRIDE));
  return {
    number,
    device: `device-${number}`,
    arrivesAtMs: arrivalMs(settings, random),
    doubleClicks: random() < settings.doubleClick,
    wantsBasket: random() < settings.baskets,
    abandons: random() < settings.abandon,
    firstCardDeclined: random() < settings.decline,
    greedy: random() < settings.greedy,
    patient: random() < PATIENT_SHARE,
    refreshes: random() < settings.refreshers,
    tabs: random() < settings.rejoiners ? MANY_TABS : 1,
    noShow: random() < settings.noShows,
    leaving: random() < settings.leavers ? planLeaving(random) : null,
    bot: null,
    random,
  };
}

function planLeaving(random: () => number): Leaving {
  return { afterMs: random() * LEAVES_WITHIN_MS, returns: random() < RETURNING_SHARE };
}

function arrivalMs({ arrival, seconds, earlyShare, earlySeconds }: CrowdSettings, random: () => number): number {
  const windowMs = seconds * 1_000;
  switch (arrival) {
    case 'flat':
      return random() * windowMs;
    case 'ramp':
      return Math.sqrt(random()) * windowMs;
    case 'spike':
      if (random() < earlyShare) return -random() * earlySeconds * 1_000;
      return Math.min(windowMs, (-Math.log(1 - random()) * windowMs) / SPIKE_DECAY);
  }
}
