import { createRandom } from './random.ts';

export const ARRIVALS = ['spike', 'flat', 'ramp'] as const;

export interface CrowdSettings {
  readonly buyers: number;
  readonly arrival: (typeof ARRIVALS)[number];
  /** The time in which all buyers arrive. */
  readonly seconds: number;
  /** Shares of the buyers, from 0 to 1. */
  readonly doubleClick: number;
  readonly baskets: number;
  readonly abandon: number;
  readonly decline: number;
  readonly greedy: number;
  readonly seed: number;
}

/** What a buyer is going to do. It depends on seed and number alone, not on what the server does meanwhile. */
export interface Buyer {
  readonly number: number;
  /** From the start of the sale; below zero: waits for it. */
  readonly arrivesAtMs: number;
  readonly doubleClicks: boolean;
  readonly wantsBasket: boolean;
  readonly abandons: boolean;
  readonly firstCardDeclined: boolean;
  /** Tries for more than the limit, after having bought. */
  readonly greedy: boolean;
  /** Stays after a sold-out answer, for units that come back. */
  readonly patient: boolean;
  readonly random: () => number;
}

/** Of the buyers in a spike, so many stand before the door when it opens; the others come ever more sparsely. */
const EARLY_SHARE = 0.3;
const EARLY_MS = 2_000;
const SPIKE_DECAY = 8;
const PATIENT_SHARE = 0.1;
/** Spreads neighbouring buyers over the seeds of the generator (2³² / golden ratio). */
const SEED_STRIDE = 0x9e3779b9;

export function planCrowd(settings: CrowdSettings): Buyer[] {
  return Array.from({ length: settings.buyers }, (_, number) => planBuyer(settings, number));
}

function planBuyer(settings: CrowdSettings, number: number): Buyer {
  const random = createRandom(settings.seed + Math.imul(number + 1, SEED_STRIDE));
  return {
    number,
    arrivesAtMs: arrivalMs(settings, random),
    doubleClicks: random() < settings.doubleClick,
    wantsBasket: random() < settings.baskets,
    abandons: random() < settings.abandon,
    firstCardDeclined: random() < settings.decline,
    greedy: random() < settings.greedy,
    patient: random() < PATIENT_SHARE,
    random,
  };
}

function arrivalMs({ arrival, seconds }: CrowdSettings, random: () => number): number {
  const windowMs = seconds * 1_000;
  switch (arrival) {
    case 'flat':
      return random() * windowMs;
    case 'ramp':
      return Math.sqrt(random()) * windowMs;
    case 'spike':
      if (random() < EARLY_SHARE) return -random() * EARLY_MS;
      return Math.min(windowMs, (-Math.log(1 - random()) * windowMs) / SPIKE_DECAY);
  }
}
