import { quotaInMs, quotaLeft, type RateLimit, spendQuota } from './gcra.ts';

/** How many are let in. Operators change it while the sale runs. */
export interface GateSettings {
  /** Admissions a second: a whole number of at least 1. */
  readonly ratePerSecond: number;
  /** Shoppers inside at a time. */
  readonly maxActive: number;
  /** True: nobody is called or let in; who is inside goes on. */
  readonly paused: boolean;
}

/** Those who were called at the same moment. */
interface Cohort {
  readonly calledAtMs: number;
  /** Positions up to this one, from behind the cohort before. */
  readonly upTo: number;
  /** Who of them can come at all: neither left nor held. */
  readonly present: number;
  shown: number;
}

/** Who has not come by then is taken for a no-show; whoever comes later is served all the same. */
export const NO_SHOW_AFTER_MS = 15_000;
/** However few come, no more than so many are called for one that is wanted. */
const MAX_CALLS_PER_SHOW = 5;
/** Weight of what was learnt before, each time a cohort's time to come is over. */
const MEMORY = 0.9;
/** Fewer calls than this teach nothing. */
const ENOUGH_TO_LEARN = 10;
const SECOND_MS = 1_000;

/**
 * Calls and admits. Both keep to the rate: calls are made by so many more as experience says will not come. The
 * state follows from what was called and admitted when, so that it is the same after a journal was read again.
 */
export class Gate {
  settings: GateSettings;
  #nowServing = 0;
  #admissions = 0;
  #callsFullAtMs = 0;
  #admissionsFullAtMs = 0;
  readonly #cohorts: Cohort[] = [];
  /** What is known of the cohorts that were let go of. */
  #calledBefore = 0;
  #shownBefore = 0;
  #upToBefore = 0;

  constructor(settings: GateSettings) {
    this.settings = settings;
  }

  /** Everyone up to this position has been called. */
  get nowServing(): number {
    return this.#nowServing;
  }

  get admissions(): number {
    return this.#admissions;
  }

  /** Share of the called who come, from experience: 1 until there is any. */
  get showRate(): number {
    if (this.#calledBefore < ENOUGH_TO_LEARN) return 1;
    return Math.max(1 / MAX_CALLS_PER_SHOW, Math.min(1, this.#shownBefore / this.#calledBefore));
  }

  /** How many of the called are still expected to come. */
  expected(nowMs: number): number {
    let expected = 0;
    for (const { calledAtMs, present, shown } of this.#cohorts) {
      if (nowMs - calledAtMs < NO_SHOW_AFTER_MS) expected += Math.max(0, present * this.showRate - shown);
    }
    return expected;
  }

  /** How many may be called at this moment by the rate alone. */
  callable(nowMs: number): number {
    return quotaLeft(this.#callLimit(), this.#callsFullAtMs, nowMs);
  }

  /** Until the rate lets another one in: 0 when it does now. */
  admissibleInMs(nowMs: number): number {
    return quotaInMs(this.#admissionLimit(), this.#admissionsFullAtMs, nowMs);
  }

  /** How fast positions have been called lately. Null when none were. */
  calledPerSecond(nowMs: number): number | null {
    const recent = this.#cohorts.filter(({ calledAtMs }) => nowMs - calledAtMs < NO_SHOW_AFTER_MS);
    const [first] = recent;
    if (!first) return null;
    const before = this.#cohorts[this.#cohorts.indexOf(first) - 1]?.upTo ?? this.#upToBefore;
    const seconds = Math.max(SECOND_MS, nowMs - first.calledAtMs) / SECOND_MS;
    return (this.#nowServing - before) / seconds;
  }

  /** @param present who between the last position and this one can come at all */
  call(nowServing: number, present: number, atMs: number): void {
    this.#callsFullAtMs = spendQuota(this.#callLimit(), this.#callsFullAtMs, atMs, present);
    this.#learn(atMs);
    this.#cohorts.push({ calledAtMs: atMs, upTo: nowServing, present, shown: 0 });
    this.#nowServing = nowServing;
  }

  /** @param position of a ticket that is admitted for the first time; null for one that was inside before */
  admit(position: number | null, atMs: number): void {
    this.#admissionsFullAtMs = spendQuota(this.#admissionLimit(), this.#admissionsFullAtMs, atMs, 1);
    this.#admissions++;
    if (position === null || position <= this.#upToBefore) return;
    const cohort = this.#cohorts.find(({ upTo }) => position <= upTo);
    if (cohort) cohort.shown++;
  }

  /** Takes the outcome of cohorts whose time to come is over into account, and forgets them. */
  #learn(nowMs: number): void {
    const due = this.#cohorts.findIndex(({ calledAtMs }) => nowMs - calledAtMs < 2 * NO_SHOW_AFTER_MS);
    const over = this.#cohorts.splice(0, due === -1 ? this.#cohorts.length : due);
    for (const { present, shown, upTo } of over) {
      this.#upToBefore = upTo;
      this.#calledBefore = this.#calledBefore * MEMORY + present;
      this.#shownBefore = this.#shownBefore * MEMORY + shown;
    }
  }

  #admissionLimit(): RateLimit {
    return { requests: this.settings.ratePerSecond, windowMs: SECOND_MS };
  }

  #callLimit(): RateLimit {
    return { requests: this.settings.ratePerSecond / this.showRate, windowMs: SECOND_MS };
  }
}
