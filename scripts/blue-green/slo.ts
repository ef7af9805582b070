/** What buyers may expect while a new version is watched. */
export interface Slo {
  /** Of all requests, those that may end with a 5xx: 0.01 is one in a hundred. */
  readonly maxFailedRatio: number;
  /** What 99 of 100 answers begin within. */
  readonly maxP99Ms: number;
  /** Fewer say nothing. */
  readonly minRequests: number;
}

export interface SloReading {
  readonly requests: number;
  /** Answered with a 5xx, by a gateway or by the proxy in its place. */
  readonly failed: number;
  /** Null while nothing was answered. */
  readonly p99Ms: number | null;
}

/** Which part of the SLO is broken, in words; null while none is, or too little was seen. */
export function breachOf(slo: Slo, { requests, failed, p99Ms }: SloReading): string | null {
  if (requests < slo.minRequests) return null;
  const ratio = failed / requests;
  if (ratio > slo.maxFailedRatio) {
    return `${failed} of ${requests} requests failed, ${percent(ratio)} where ${percent(slo.maxFailedRatio)} may`;
  }
  if (p99Ms !== null && p99Ms > slo.maxP99Ms) {
    return `p99 is ${p99Ms.toFixed(0)} ms over ${requests} requests, where ${slo.maxP99Ms} ms may be`;
  }
  return null;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
