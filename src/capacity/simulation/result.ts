import type { Histogram } from 'hdr-histogram-js';
import type { Moment } from './timeline.ts';

/** Milliseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface ByStation {
  readonly gateways: number;
  readonly redis: number;
  readonly processors: number;
}

export interface SimulationResult {
  readonly requests: number;
  readonly reserved: number;
  readonly reservedByBots: number;
  readonly paid: number;
  /** Had no answer in time, and left. */
  readonly abandoned: number;
  /** After the start; null: units are left. */
  readonly soldOutSeconds: number | null;
  /** After the start, until the ledger has every order. */
  readonly ledgerSeconds: number;
  readonly purchase: Quantiles;
  readonly pay: Quantiles;
  /** Share of the cores, in the busiest second. */
  readonly busy: ByStation;
  /** At the worst moment. */
  readonly maxWaiting: ByStation;
  /** Requests that went to Redis in one script. */
  readonly meanBatch: number;
  readonly moments: readonly Moment[];
}

const MICROS_PER_MS = 1_000;

export function record(micros: Histogram, ms: number): void {
  micros.recordValue(Math.round(ms * MICROS_PER_MS));
}

export function quantilesOf(micros: Histogram): Quantiles {
  const at = (percentile: number) => micros.getValueAtPercentile(percentile) / MICROS_PER_MS;
  return { p50: at(50), p99: at(99), max: micros.maxValue / MICROS_PER_MS };
}
