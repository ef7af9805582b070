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
  readonly #answers = new Map<string, AnswerCount>();
  readonly #histograms = new Map<string, Histogram>();

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

  latencies(): Latency[] {
    return [...this.#histograms].map(([operation, histogram]) => {
      const ms = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1_000;
      return { operation, p50: ms(50), p90: ms(90), p99: ms(99), max: histogram.maxValue / 1_000 };
    });
  }
}
