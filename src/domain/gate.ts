import { type RateLimit, SpentQuota } from './gcra.ts';
import { Pace } from './pace.ts';
import { Turnout } from './turnout.ts';

/** How many are let in. Operators change it while the sale runs. */
export interface GateSettings {
  /** Admissions a second: a whole number of at least 1. */
  readonly ratePerSecond: number;
  /** Shoppers inside at a time. */
  readonly maxActive: number;
  /** True: nobody is called or let in; who is inside goes on. */
  readonly paused: boolean;
}

const SECOND_MS = 1_000;

/**
 * Calls and admits. Both keep to the rate, with one second's worth at once; calls are made by so many more as experience
 * says will not come. The state follows from what was called and admitted when, so that it is the same after a journal
 * was read again.
 */
export class Gate {
  #settings: GateSettings;
  #nowServing = 0;
  #admissions = 0;
  readonly #calls = new SpentQuota();
  readonly #entries = new SpentQuota();
  readonly #turnout = new Turnout();
  readonly #pace = new Pace();

  constructor(settings: GateSettings) {
    this.#settings = settings;
  }

  get settings(): GateSettings {
    return this.#settings;
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
    return this.#turnout.share;
  }

  /** How many of the called are still expected to come. */
  expected(nowMs: number): number {
    return this.#turnout.expected(nowMs);
  }

  /** How many may be called at this moment by the rate alone. */
  callable(nowMs: number): number {
    return this.#calls.left(this.#callLimit(), nowMs);
  }

  /** Whole milliseconds until the rate lets another one in: 0 when it does now. */
  admissibleInMs(nowMs: number): number {
    return this.#entries.inMs(this.#entryLimit(), nowMs);
  }

  /** How fast positions have been called lately. Null when nothing is known, or the queue has stood still for long. */
  calledPerSecond(nowMs: number): number | null {
    return this.#pace.perSecond(nowMs);
  }

  change(settings: GateSettings): void {
    if (settings.ratePerSecond !== this.#settings.ratePerSecond) this.#pace.forget();
    this.#settings = settings;
  }

  /** @param present who between the last position and this one can come at all */
  call(nowServing: number, present: number, atMs: number): void {
    this.#calls.spend(this.#callLimit(), atMs, present);
    this.#turnout.call(nowServing, present, atMs);
    this.#pace.move(nowServing - this.#nowServing, atMs);
    this.#nowServing = nowServing;
  }

  /** The queue has been called to its end: how fast it moved says nothing about the next one. */
  queueEmptied(): void {
    this.#pace.forget();
  }

  /** Whoever has this position came when it was called, for the first time. */
  come(position: number): void {
    this.#turnout.come(position);
  }

  /** Goes on where a gate that was lost had come to, without another burst at once. */
  goOn(nowServing: number, admissions: number, atMs: number): void {
    this.#nowServing = nowServing;
    this.#admissions = admissions;
    this.#turnout.settle(nowServing);
    this.#entries.spend(this.#entryLimit(), atMs, this.#settings.ratePerSecond);
  }

  admit(atMs: number): void {
    this.#entries.spend(this.#entryLimit(), atMs, 1);
    this.#admissions += 1;
  }

  /** For so long nobody was let in: whoever was called has had no chance to come. */
  postpone(byMs: number): void {
    this.#turnout.postpone(byMs);
    this.#pace.postpone(byMs);
  }

  #entryLimit(): RateLimit {
    return { requests: this.#settings.ratePerSecond, windowMs: SECOND_MS };
  }

  #callLimit(): RateLimit {
    return { requests: this.#settings.ratePerSecond / this.showRate, windowMs: SECOND_MS };
  }
}
