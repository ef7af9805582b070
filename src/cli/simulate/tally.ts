import { build, type Histogram } from 'hdr-histogram-js';

export interface AnswerCount {
  readonly operation: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  readonly count: number;
}

/** Milliseconds, from sending a request to the end of its answer. */
export interface Latency {
  readonly operation: string;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Who a request comes from. */
export type Sender = 'people' | 'bots';

/** Requests as they were sent, repeats after a failure too. */
export interface RequestCount {
  readonly operation: string;
  readonly people: number;
  readonly bots: number;
}

/** Enough to see what is wrong; the same fault may well come ten thousand times. */
const MAX_FAULTS = 20;

/** What the crowd meets, written down as it happens. */
export class Tally {
  /** Ids of the orders whose reservation was acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Ids of the orders whose payment was acknowledged. */
  readonly paid = new Set<string>();
  /** What the server must never do, and did. */
  readonly faults: string[] = [];
  /** Units paid for. */
  readonly unitsWon: Record<Sender, number> = { people: 0, bots: 0 };
  readonly #answers = new Map<string, AnswerCount>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #requests = new Map<string, Record<Sender, number>>();
  readonly #bySecond = new Map<number, number>();

  /** @param atMs on any clock that never runs backwards */
  sent(operation: string, sender: Sender, atMs: number): void {
    const counts = this.#requests.get(operation) ?? { people: 0, bots: 0 };
    this.#requests.set(operation, counts);
    counts[sender]++;
    const second = Math.floor(atMs / 1_000);
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + 1);
  }

  answered(operation: string, status: number, code: string): void {
    const key = `${operation} ${status} ${code}`;
    const count = (this.#answers.get(key)?.count ?? 0) + 1;
    this.#answers.set(key, { operation, status, code, count });
  }

  took(operation: string, ms: number): void {
    const histogram = this.#histograms.get(operation) ?? build({ numberOfSignificantValueDigits: 3 });
    this.#histograms.set(operation, histogram);
    histogram.recordValue(Math.round(ms * 1_000));
  }

  fault(description: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push(description);
  }

  answers(): AnswerCount[] {
    return [...this.#answers.values()].sort((a, b) => a.operation.localeCompare(b.operation) || a.status - b.status);
  }

  requests(): RequestCount[] {
    return [...this.#requests].map(([operation, counts]) => ({ operation, ...counts }));
  }

  /** Most requests that were sent within one second. */
  get peakPerSecond(): number {
    return Math.max(0, ...this.#bySecond.values());
  }

  latencies(): Latency[] {
    return [...this.#histograms].map(([operation, histogram]) => {
      const ms = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1_000;
      return { operation, p50: ms(50), p90: ms(90), p99: ms(99), max: histogram.maxValue / 1_000 };
    });
  }
}
