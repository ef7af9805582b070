import { createRandom } from '../../../src/cli/simulate/random.ts';
import { ManualClock } from '../../support/clock.ts';

/** Something that can die: what it waits for dies with it. */
export class SimulatedProcess {
  readonly name: string;
  /** How often it has died. */
  life = 0;

  constructor(name: string) {
    this.name = name;
  }
}

interface Step {
  readonly process: SimulatedProcess;
  readonly life: number;
  readonly label: string;
  /** Not before. */
  readonly dueAtMs: number;
  readonly isReady: () => boolean;
  readonly carryOut: () => Promise<void>;
}

/**
 * Decides what happens next. Whatever a simulated process asks of the world outside is a step that waits here; one
 * step at a time is drawn and carried out, until all that follows from it waits again. So the seed alone decides the
 * order of everything, and with it who is late, who comes before whom, and how much time passes.
 */
export class Scheduler {
  readonly clock = new ManualClock();
  readonly random: () => number;
  readonly trace: string[] = [];
  /** What must never be. */
  readonly failures: string[] = [];
  #waiting: Step[] = [];

  constructor(seed: number) {
    this.random = createRandom(seed);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  between(min: number, max: number): number {
    return min + Math.floor(this.random() * (max - min + 1));
  }

  note(text: string): void {
    this.trace.push(`${this.clock.read()} ${text}`);
  }

  fail(text: string): void {
    this.note(`FAILED ${text}`);
    this.failures.push(text);
  }

  /** The answer to what a process asks; never comes if the process dies first. */
  ask<Answer>(
    process: SimulatedProcess,
    label: string,
    answer: () => Promise<Answer>,
    isReady = () => true,
  ): Promise<Answer> {
    return this.#enqueue({ process, label, dueAtMs: 0, isReady }, answer);
  }

  sleep(process: SimulatedProcess, ms: number): Promise<void> {
    const dueAtMs = this.clock.read() + ms;
    return this.#enqueue({ process, label: 'wakes', dueAtMs, isReady: () => true }, async () => {});
  }

  /** Forgets all that the process waits for. */
  kill(process: SimulatedProcess): void {
    process.life += 1;
    this.#waiting = this.#waiting.filter((step) => step.process !== process);
    this.note(`${process.name} dies`);
  }

  /** Draws the next step and carries it out. False when nothing is left that could ever happen. */
  async turn(): Promise<boolean> {
    const step = this.#draw();
    if (!step) return false;
    this.#waiting.splice(this.#waiting.indexOf(step), 1);
    this.note(`${step.process.name} ${step.label}`);
    await step.carryOut();
    return true;
  }

  #enqueue<Answer>(step: Omit<Step, 'life' | 'carryOut'>, answer: () => Promise<Answer>): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { process } = step;
    const { life } = process;
    const carryOut = async () => {
      const outcome = await answer().then(
        (value) => () => resolve(value),
        (error) => () => reject(error),
      );
      // It may have died of this very step.
      if (process.life === life) outcome();
    };
    this.#waiting.push({ ...step, life, carryOut });
    return promise;
  }

  #draw(): Step | null {
    const ready = this.#ready();
    const mayPass = ready.length === 0 || this.chance(TIME_PASSES);
    if (mayPass && this.#letTimePass()) return this.#pickReady();
    return ready.length > 0 ? this.#pickReady() : null;
  }

  #pickReady(): Step | null {
    const ready = this.#ready();
    return ready[Math.floor(this.random() * ready.length)] ?? null;
  }

  #ready(): Step[] {
    const ready = this.#waiting.filter((step) => step.dueAtMs <= this.clock.read() && step.isReady());
    // Not as they came: which of two branches of a process asks first may hang on how long the real database took.
    return ready.sort((a, b) => compareTexts(a.process.name, b.process.name) || compareTexts(a.label, b.label));
  }

  /** Until somebody wakes: whoever waits for an answer waits as long. */
  #letTimePass(): boolean {
    const due = this.#waiting.map(({ dueAtMs }) => dueAtMs).filter((dueAtMs) => dueAtMs > this.clock.read());
    if (due.length === 0) return false;
    this.clock.set(Math.min(...due));
    return true;
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** How often time goes on though there is something to do at this moment. */
const TIME_PASSES = 0.05;
