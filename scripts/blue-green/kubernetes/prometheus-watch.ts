import type { SloReading } from '../slo.ts';
import type { Watch } from '../traffic.ts';
import { ClusterUnavailable } from './kubectl.ts';

interface Answer {
  readonly data: { readonly result: readonly Series[] };
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [atSeconds: number, value: string];
}

/** By pod and bound, or by pod alone. They only grow, while their pod lives. */
type Counters = ReadonlyMap<string, number>;

interface Seen {
  readonly buckets: Counters;
  readonly failed: Counters;
}

const TIMEOUT_MS = 5_000;
/** What asks is not a buyer. */
const OTHERS = 'route!~"/health/.+|/metrics"';
const DURATION = 'tidegate_http_request_duration_seconds';

/**
 * What buyers get from some pods, by what these count themselves. Prometheus looks at them every 5 s: a window should be
 * several times as long. What no gateway could answer is not in it.
 */
export class PrometheusWatch implements Watch {
  readonly #url: string;
  readonly #pods: string;
  readonly #before: Seen;

  private constructor(url: string, pods: string, before: Seen) {
    this.#url = url;
    this.#pods = pods;
    this.#before = before;
  }

  /** @param pods a regular expression of their names */
  static async begin(url: string, pods: string): Promise<PrometheusWatch> {
    return new PrometheusWatch(url, pods, await look(url, pods));
  }

  async reading(): Promise<SloReading> {
    const { buckets, failed } = await look(this.#url, this.#pods);
    const since = sumByBound(grown(this.#before.buckets, buckets));
    const requests = since.get(Number.POSITIVE_INFINITY) ?? 0;
    const failures = [...grown(this.#before.failed, failed).values()].reduce((sum, count) => sum + count, 0);
    return { requests, failed: failures, p99Ms: p99Ms(since, requests) };
  }

  /** Nothing is kept open. */
  async stop(): Promise<void> {}
}

async function look(url: string, pods: string): Promise<Seen> {
  const of = `instance=~"${pods}", ${OTHERS}`;
  const [buckets, failed] = await Promise.all([
    ask(url, `sum by (instance, le) (${DURATION}_bucket{${of}})`),
    ask(url, `sum by (instance) (${DURATION}_count{${of}, status=~"5.."})`),
  ]);
  return { buckets, failed };
}

async function ask(url: string, query: string): Promise<Counters> {
  const address = new URL('/api/v1/query', url);
  address.searchParams.set('query', query);
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new ClusterUnavailable(`Prometheus answers ${response.status} to ${query}`);
    const { data } = (await response.json()) as Answer;
    return new Map(data.result.map(({ metric, value }) => [`${metric.le ?? ''} ${metric.instance}`, Number(value[1])]));
  } catch (cause) {
    if (cause instanceof ClusterUnavailable) throw cause;
    throw new ClusterUnavailable(`Prometheus does not answer at ${url}`, { cause });
  }
}

/** A pod that is new began with nothing; a container that was restarted began anew. */
function grown(before: Counters, now: Counters): Counters {
  return new Map(
    [...now].map(([key, count]) => {
      const first = before.get(key) ?? 0;
      return [key, count < first ? count : count - first];
    }),
  );
}

function sumByBound(counters: Counters): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const [key, count] of counters) {
    const [le = ''] = key.split(' ');
    const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    sums.set(bound, (sums.get(bound) ?? 0) + count);
  }
  return sums;
}

/** The bound below which 99 of 100 are: no less than the p99. */
function p99Ms(since: ReadonlyMap<number, number>, requests: number): number | null {
  if (requests === 0) return null;
  const bounds = [...since.keys()].sort((a, b) => a - b);
  const bound = bounds.find((each) => (since.get(each) ?? 0) >= requests * 0.99);
  return bound === undefined ? null : bound * 1_000;
}
