import type { Scheduler } from './scheduler.ts';

/** How likely each call meets each fault. */
export interface FaultRates {
  /** The call does not arrive. */
  readonly lostCall: number;
  /** It does, and nobody hears the answer. */
  readonly lostAnswer: number;
  /** It arrives twice. */
  readonly duplicate: number;
}

export const NO_FAULTS: FaultRates = { lostCall: 0, lostAnswer: 0, duplicate: 0 };

/** A line between a process and what it calls. */
export class FaultyLine {
  rates: FaultRates = NO_FAULTS;
  isDown = false;
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Carries a call that may be repeated. Throws what `fault` makes where the caller is not to know the outcome. */
  async carry<Answer>(call: () => Promise<Answer>, fault: (message: string) => Error): Promise<Answer> {
    const met = this.draw();
    if (met === 'lost_call') throw fault('the call was lost');
    const answer = await call();
    if (met === 'lost_answer') throw fault('the answer was lost');
    return met === 'duplicate' ? call() : answer;
  }

  /** What the next call meets. */
  draw(): 'lost_call' | 'lost_answer' | 'duplicate' | 'nothing' {
    if (this.isDown) return 'lost_call';
    const { lostCall, lostAnswer, duplicate } = this.rates;
    const drawn = this.#scheduler.random();
    if (drawn < lostCall) return this.#meet('lost_call');
    if (drawn < lostCall + lostAnswer) return this.#meet('lost_answer');
    if (drawn < lostCall + lostAnswer + duplicate) return this.#meet('duplicate');
    return 'nothing';
  }

  #meet<Fault extends string>(fault: Fault): Fault {
    this.#scheduler.note(fault);
    return fault;
  }
}
