import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { Store } from '../../store/store.ts';
import type { EventHandler, OrderLog } from '../order-log.ts';
import { drainOutbox, OutboxFeed, outboxLag } from '../outbox-feed.ts';
import { pause } from '../pause.ts';

export interface EmbeddedOrderLogOptions {
  /** Events a batch. */
  readonly batchSize: number;
  /** How long a handler that failed is left alone. */
  readonly retryMs: number;
  /** With so many events of a sale waiting, the store refuses purchases. */
  readonly outboxMax: number;
  readonly onFailure: (saleId: string, error: unknown) => void;
}

/** Who tells when a sale has new events that can be read. */
export interface EventSource {
  /** Returns the unsubscribe function. */
  onEvents(listener: (saleId: string) => void): () => void;
}

/** From this share of its time in use on, the event loop has none to spare. */
const BUSY_UTILISATION = 0.9;
const BUSY_PAUSE_MS = 250;
/** With more events waiting, or half of what an outbox may hold, the ledger has to catch up whatever it costs. */
const PATIENT_LAG = 200_000;

/** Reads the store's outbox in the same process: what the store publishes is consumed at once. */
export class EmbeddedOrderLog implements OrderLog {
  readonly #store: Store;
  readonly #source: EventSource;
  readonly #options: EmbeddedOrderLogOptions;
  readonly #feed: OutboxFeed;

  /** `source` is the embedded store behind `store`. */
  constructor(store: Store, source: EventSource, options: EmbeddedOrderLogOptions) {
    this.#store = store;
    this.#source = source;
    this.#options = options;
    this.#feed = new OutboxFeed(store, options.batchSize);
  }

  async consume(handler: EventHandler, signal: AbortSignal): Promise<void> {
    const pending = new Set<string>();
    let wake = () => {};
    const unsubscribe = this.#source.onEvents((saleId) => {
      pending.add(saleId);
      wake();
    });
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort, { once: true });
    for (const { sale } of (await this.#store.listSales()).views) pending.add(sale.saleId);
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (pending.size === 0) await woken;
      for (const saleId of [...pending]) {
        if (signal.aborted) break;
        pending.delete(saleId);
        const begun = performance.eventLoopUtilization();
        if (!(await this.#handBatch(saleId, handler, signal))) continue;
        pending.add(saleId);
        await this.#giveWay(begun, signal);
      }
    }
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }

  async drain(saleId: string, handler: EventHandler): Promise<void> {
    await drainOutbox(this.#store, saleId, handler, this.#options);
  }

  async lag(): Promise<number> {
    return outboxLag(this.#store);
  }

  /** It needs nothing but the store. */
  check(): void {}

  /** Selling comes before bookkeeping: a backlog waits while the event loop has no time to spare, as long as it is bearable. */
  async #giveWay(batchBegun: EventLoopUtilization, signal: AbortSignal): Promise<void> {
    const patientLag = Math.min(PATIENT_LAG, this.#options.outboxMax / 2);
    let since = batchBegun;
    while (isBusy(since) && (await this.lag()) < patientLag && !signal.aborted) {
      since = performance.eventLoopUtilization();
      await pause(BUSY_PAUSE_MS, signal);
    }
  }

  /** Returns whether there may be more. A failure is reported and the same events come again after a pause. */
  async #handBatch(saleId: string, handler: EventHandler, signal: AbortSignal): Promise<boolean> {
    try {
      const progress = await this.#feed.handBatch(saleId, handler);
      if (progress === 'busy') await pause(this.#options.retryMs, signal);
      return progress !== 'caught_up';
    } catch (error) {
      this.#options.onFailure(saleId, error);
      await pause(this.#options.retryMs, signal);
      return true;
    }
  }
}

function isBusy(since: EventLoopUtilization): boolean {
  return performance.eventLoopUtilization(since).utilization >= BUSY_UTILISATION;
}
