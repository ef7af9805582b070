/** Those who were called at about the same time. */
interface Cohort {
  calledAtMs: number;
  /** Positions up to this one, from behind the cohort before. */
  upTo: number;
  /** Who of them could come when they were called: neither left nor held. */
  present: number;
  came: number;
}

/** Who has not come by then is taken for a no-show; whoever comes later is served all the same. */
export const NO_SHOW_AFTER_MS = 15_000;
/** However few come, no more than so many are called for one that is wanted. */
const MAX_CALLS_PER_SHOW = 5;
/** Calls within this time are one cohort, so that the work does not grow with the rate. */
const COHORT_MS = 1_000;
/** What the gate believes before it has seen anything: so many were called, and all of them came. */
const ASSUMED_CALLS = 10;
/** Beside the newest cohort, the last so many calls count. */
const REMEMBERED_CALLS = 100;

/** How many of the called come: those who are still awaited one by one, the others as a share that is learnt from. */
export class Turnout {
  readonly #awaited: Cohort[] = [];
  /** Positions up to this one are awaited no longer. */
  #settledUpTo = 0;
  #called = ASSUMED_CALLS;
  #came = ASSUMED_CALLS;

  /** Share of the called who come, from 1 / `MAX_CALLS_PER_SHOW` to 1. */
  get share(): number {
    return Math.max(1 / MAX_CALLS_PER_SHOW, this.#came / this.#called);
  }

  /** How many of the called are still expected to come. */
  expected(nowMs: number): number {
    let expected = 0;
    for (const { calledAtMs, present, came } of this.#awaited) {
      if (nowMs - calledAtMs < NO_SHOW_AFTER_MS) expected += Math.max(0, present * this.share - came);
    }
    return expected;
  }

  /** @param present who between the last position and `upTo` can come at all */
  call(upTo: number, present: number, atMs: number): void {
    this.#learn(atMs);
    const newest = this.#awaited.at(-1);
    if (newest && atMs - newest.calledAtMs < COHORT_MS) {
      newest.upTo = upTo;
      newest.present += present;
    } else {
      this.#awaited.push({ calledAtMs: atMs, upTo, present, came: 0 });
    }
  }

  /** Whoever has this position has come, for the first time. */
  come(position: number): void {
    if (position <= this.#settledUpTo) {
      this.#came = Math.min(this.#called, this.#came + 1);
      return;
    }
    const cohort = this.#awaited.find(({ upTo }) => position <= upTo);
    if (cohort) cohort.came += 1;
  }

  /** Nothing is to be learnt from positions up to this one. */
  settle(upTo: number): void {
    this.#settledUpTo = upTo;
  }

  /** The called have so much more time to come. */
  postpone(byMs: number): void {
    for (const cohort of this.#awaited) cohort.calledAtMs += byMs;
  }

  /** Learns from the cohorts whose time to come is over. */
  #learn(nowMs: number): void {
    for (let oldest = this.#awaited[0]; oldest; oldest = this.#awaited[0]) {
      if (nowMs - oldest.calledAtMs < NO_SHOW_AFTER_MS) return;
      this.#awaited.shift();
      this.#settledUpTo = oldest.upTo;
      const kept = REMEMBERED_CALLS / (REMEMBERED_CALLS + oldest.present);
      this.#called = this.#called * kept + oldest.present;
      this.#came = this.#came * kept + oldest.came;
    }
  }
}
