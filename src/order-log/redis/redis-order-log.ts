import type { SaleView, Store } from '../../store/store.ts';
import type { EventHandler, OrderLog } from '../order-log.ts';
import { drainOutbox, OutboxFeed, outboxLag } from '../outbox-feed.ts';
import { pause } from '../pause.ts';

export interface RedisOrderLogOptions {
  /** Events a batch. */
  readonly batchSize: number;
  /** How often the store is asked for sales with new events. */
  readonly pollMs: number;
  /** How long a sale is left alone whose handler failed. */
  readonly retryMs: number;
  /** Sales whose events are applied at the same time. */
  readonly concurrency: number;
  readonly onFailure: (saleId: string, error: unknown) => void;
}

/**
 * Reads the streams of a store that processes share. Any number of them may: a sale that one is at is left to it, and
 * the ledger's position keeps what two of them read from counting twice.
 */
export class RedisOrderLog implements OrderLog {
  readonly #store: Store;
  readonly #options: RedisOrderLogOptions;
  readonly #feed: OutboxFeed;
  /** By sale id. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(store: Store, options: RedisOrderLogOptions) {
    this.#store = store;
    this.#options = options;
    this.#feed = new OutboxFeed(store, options.batchSize);
  }

  async consume(handler: EventHandler, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const { sale } of await this.#waiting()) this.#begin(sale.saleId, handler, signal);
      await pause(this.#options.pollMs, signal);
    }
    await Promise.all(this.#running.values());
  }

  async drain(saleId: string, handler: EventHandler): Promise<void> {
    await drainOutbox(this.#store, saleId, handler, this.#options);
  }

  async lag(): Promise<number> {
    return outboxLag(this.#store);
  }

  /** It needs nothing but the store. */
  check(): void {}

  /** The sales with most to do first: one that stands behind many others is not forgotten. */
  async #waiting(): Promise<SaleView[]> {
    try {
      const { views } = await this.#store.listSales();
      return views.filter((view) => backlogOf(view) > 0).toSorted((a, b) => backlogOf(b) - backlogOf(a));
    } catch (error) {
      this.#options.onFailure('*', error);
      return [];
    }
  }

  #begin(saleId: string, handler: EventHandler, signal: AbortSignal): void {
    if (this.#running.has(saleId) || this.#running.size >= this.#options.concurrency) return;
    this.#running.set(
      saleId,
      this.#readOn(saleId, handler, signal).finally(() => this.#running.delete(saleId)),
    );
  }

  /** A sale that another processor is at is seen to again at the next poll. */
  async #readOn(saleId: string, handler: EventHandler, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && (await this.#feed.handBatch(saleId, handler)) === 'more');
    } catch (error) {
      this.#options.onFailure(saleId, error);
      await pause(this.#options.retryMs, signal);
    }
  }
}

function backlogOf({ lastSeq, trimmedSeq }: SaleView): number {
  return lastSeq - trimmedSeq;
}
