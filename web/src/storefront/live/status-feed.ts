import { type Client, createClient, TidegateProblem } from '#sdk/client.ts';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import { hearServerTime } from '../../shared/server-clock.ts';

/** `lost`: the server cannot be reached, and is tried again and again. */
export type Connection = 'connecting' | 'live' | 'lost';

export interface FeedListener {
  readonly onStatus: (status: SaleStatus) => void;
  readonly onConnection: (connection: Connection) => void;
  /** There is no such sale, or no longer. Nothing more comes. */
  readonly onGone: () => void;
}

const LOST_POLL_MS = 2_000;
const MAX_LOST_POLL_MS = 15_000;
/** A process that has no room for another stream is left alone for so long. */
const STREAM_FULL_MS = 120_000;
const STREAM_CUT_MS = 5_000;
/** Over this time all whose streams a process took with it ask another one. */
const CUT_SPREAD_MS = 2_000;

/**
 * The shared status of a sale, as it changes: from the event stream, and while there is none by polling, at the jittered
 * interval that the status itself asks for. It goes on by itself after any loss.
 */
export class StatusFeed {
  readonly #api: Client;
  readonly #saleId: string;
  readonly #listener: FeedListener;
  readonly #stopped = new AbortController();
  #wake: () => void = () => {};
  #cut = new AbortController();
  #lastPoll: SaleStatus['poll'] = { interval_ms: LOST_POLL_MS, jitter_ms: LOST_POLL_MS };
  #failures = 0;
  #streamAfterMs = 0;

  constructor(saleId: string, listener: FeedListener) {
    // Failures are dealt with here: whoever waits is to be told of each.
    this.#api = createClient({ baseUrl: location.origin, retries: 0, streamRetries: 0 });
    this.#saleId = saleId;
    this.#listener = listener;
  }

  start(): void {
    const { signal } = this.#stopped;
    addEventListener('offline', () => this.#goOffline(), { signal });
    addEventListener('online', () => this.#wake(), { signal });
    document.addEventListener('visibilitychange', () => document.hidden || this.#wake(), { signal });
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
    this.#cut.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      if (performance.now() >= this.#streamAfterMs) await this.#follow();
      if (this.#stopped.signal.aborted) return;
      await this.#poll();
      await this.#sleep(this.#waitMs());
    }
  }

  async #follow(): Promise<void> {
    this.#cut = new AbortController();
    const { signal } = this.#cut;
    let hasBegun = false;
    try {
      for await (const status of this.#api.streamSaleStatus({ sale_id: this.#saleId }, { signal })) {
        hasBegun = true;
        this.#tell(status);
      }
    } catch (error) {
      const isFull = error instanceof TidegateProblem;
      this.#streamAfterMs = performance.now() + (1 + Math.random()) * (isFull ? STREAM_FULL_MS : STREAM_CUT_MS);
      if (hasBegun && !signal.aborted) await this.#sleep(Math.random() * CUT_SPREAD_MS);
    }
  }

  async #poll(): Promise<void> {
    try {
      this.#tell(await this.#api.readSaleStatus({ sale_id: this.#saleId }, { signal: this.#stopped.signal }));
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      if (error instanceof TidegateProblem && error.code === 'not_found') return this.#end();
      this.#failures += 1;
      this.#listener.onConnection('lost');
    }
  }

  #tell(status: SaleStatus): void {
    hearServerTime(status.now);
    this.#failures = 0;
    this.#lastPoll = status.poll;
    this.#listener.onConnection('live');
    this.#listener.onStatus(status);
  }

  #end(): void {
    this.stop();
    this.#listener.onGone();
  }

  #goOffline(): void {
    this.#failures += 1;
    this.#listener.onConnection('lost');
    this.#streamAfterMs = 0;
    this.#cut.abort();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  #waitMs(): number {
    const { interval_ms, jitter_ms } = this.#lastPoll;
    if (this.#failures === 0) return interval_ms + Math.random() * jitter_ms;
    return Math.random() * Math.min(MAX_LOST_POLL_MS, LOST_POLL_MS * 2 ** (this.#failures - 1)) + 500;
  }
}
