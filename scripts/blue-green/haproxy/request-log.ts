import type { Interface } from 'node:readline';
import { build } from 'hdr-histogram-js';
import type { SloReading } from '../slo.ts';
import type { Color, Watch } from '../traffic.ts';
import { ProxyUnavailable } from './runtime-api.ts';

/** What the `log-format` of deploy/proxy/haproxy.cfg says of a request. */
interface LoggedRequest {
  readonly color: string;
  readonly status: number;
  /** Until its answer began, or until it ended if none did. */
  readonly tookMs: number;
}

/** Reads a line of the log. Null if it is of another form. */
function parseRequest(line: string): LoggedRequest | null {
  const match = /^(\S+) (-?\d+) (-?\d+) (-?\d+) (-?\d+) \+?(\d+) /.exec(line);
  if (!match) return null;
  const [status = 0, queuedMs = 0, connectedMs = 0, answeredMs = 0, tookMs = 0] = match.slice(2).map(Number);
  const hasAnswer = queuedMs >= 0 && connectedMs >= 0 && answeredMs >= 0;
  return { color: match[1] ?? '', status, tookMs: hasAnswer ? queuedMs + connectedMs + answeredMs : tookMs };
}

/** What buyers get from one color, by the log of the proxy. */
export class RequestLog implements Watch {
  readonly #lines: Interface;
  /** Stays small, however many requests there are. */
  readonly #tookMs = build({ numberOfSignificantValueDigits: 3 });
  #failed = 0;
  #ended = false;

  constructor(lines: Interface, color: Color) {
    this.#lines = lines;
    lines.on('line', (line) => {
      const request = parseRequest(line);
      if (request?.color === color) this.#count(request);
    });
    lines.once('close', () => {
      this.#ended = true;
    });
  }

  async reading(): Promise<SloReading> {
    if (this.#ended) throw new ProxyUnavailable('HAProxy no longer says what it answers');
    const { totalCount: requests } = this.#tookMs;
    return { requests, failed: this.#failed, p99Ms: requests === 0 ? null : this.#tookMs.getValueAtPercentile(99) };
  }

  async stop(): Promise<void> {
    this.#lines.close();
  }

  #count({ status, tookMs }: LoggedRequest): void {
    this.#tookMs.recordValue(Math.max(0, tookMs));
    // A request that its buyer gave up says nothing of the gateway; HAProxy logs it as -1 or 4xx.
    if (status >= 500) this.#failed += 1;
  }
}
