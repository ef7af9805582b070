import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../domain/order-event.ts';
import type { SaleView, Store } from '../store/store.ts';
import type { EventHandler } from './order-log.ts';

/** The event that the ledger needs next is not in the outbox: reading it again will not help. */
class LogGap extends Error {
  readonly code = 'log_gap';
  readonly retryable = false;

  constructor(saleId: string, position: number, foundSeq: number) {
    super(`after event ${position} of sale ${saleId} comes event ${foundSeq}`);
  }
}

/** What a batch has come to: there may be more, or the outbox is empty, or another consumer is at the sale. */
export type FeedProgress = 'more' | 'caught_up' | 'busy';

interface Page {
  readonly after: number;
  readonly events: Promise<OrderEvent[]>;
}

/** Hands over the events of one sale at a time from the store's outbox, and trims it behind them. */
export class OutboxFeed {
  readonly #store: Store;
  readonly #batchSize: number;
  /** Where to go on in sales whose consumer is behind what has been trimmed: the ledger may be an older copy. */
  readonly #rereadFrom = new Map<string, number>();

  /** By sale, what comes behind a batch that was full: it is read while the ledger takes that one. */
  readonly #ahead = new Map<string, Page>();

  constructor(store: Store, batchSize: number) {
    this.#store = store;
    this.#batchSize = batchSize;
  }

  /** Throws what the handler throws, and `LogGap`. */
  async handBatch(saleId: string, handler: EventHandler): Promise<FeedProgress> {
    const view = await this.#store.readSale(saleId);
    if (!view) return 'caught_up';
    const after = this.#rereadFrom.get(saleId) ?? view.trimmedSeq;
    const events = await this.#page(saleId, after);
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last) return 'caught_up';
    if (events.length === this.#batchSize) this.#readAhead(saleId, last.seq);
    const position = await handler.apply(saleId, events);
    if (position === 'busy') return 'busy';
    await this.#store.trimEvents(saleId, position);
    if (position < after) this.#rereadFrom.set(saleId, position);
    else this.#rereadFrom.delete(saleId);
    if (position === after && first.seq > after + 1) throw new LogGap(saleId, after, first.seq);
    // Nothing of what was handed over counts any more: the store is about to be recovered.
    if (position === after) return 'caught_up';
    return position < last.seq || events.length === this.#batchSize ? 'more' : 'caught_up';
  }

  /** What was read ahead counts if it is full: behind a page that was not, more may have come since. */
  async #page(saleId: string, after: number): Promise<OrderEvent[]> {
    const ahead = this.#ahead.get(saleId);
    this.#ahead.delete(saleId);
    const events = ahead?.after === after ? await ahead.events : [];
    return events.length === this.#batchSize ? events : this.#store.readEvents(saleId, after, this.#batchSize);
  }

  #readAhead(saleId: string, after: number): void {
    const events = this.#store.readEvents(saleId, after, this.#batchSize);
    // Whoever takes the page is told.
    events.catch(() => {});
    this.#ahead.set(saleId, { after, events });
  }
}

/** Events that no ledger is known to have, over all sales: the trimming follows the ledger's position. */
export async function outboxLag(store: Store): Promise<number> {
  const { views } = await store.listSales();
  return views.reduce((sum, view) => sum + view.lastSeq - view.trimmedSeq, 0);
}

/**
 * Hands over all that the outbox of a sale holds at this moment, page by page, whatever of it counts: for a sale that is
 * being recovered, so that its outbox does not grow meanwhile. What comes later is not waited for: the sale may be
 * selling again already.
 */
export async function drainOutbox(
  store: Store,
  saleId: string,
  handler: EventHandler,
  { batchSize, retryMs }: { readonly batchSize: number; readonly retryMs: number },
): Promise<void> {
  const view = await store.readSale(saleId);
  if (!view) return;
  let after = await readFrom(view, handler);
  while (after < view.lastSeq) {
    const events = await store.readEvents(saleId, after, batchSize);
    const last = events.at(-1);
    if (!last) return;
    const position = await handler.apply(saleId, events);
    if (position === 'busy') {
      await sleep(retryMs);
      continue;
    }
    await store.trimEvents(saleId, position);
    after = last.seq;
  }
}

/** The ledger may be behind what has been trimmed. */
async function readFrom({ sale, trimmedSeq }: SaleView, handler: EventHandler): Promise<number> {
  const position = await handler.apply(sale.saleId, []);
  return position === 'busy' ? trimmedSeq : Math.min(trimmedSeq, position);
}
