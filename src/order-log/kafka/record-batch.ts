import type { Message } from '@platformatic/kafka';
import type { OrderEvent } from '../../domain/order-event.ts';
import { type Store, StoreUnavailable } from '../../store/store.ts';
import type { EventHandler, UnreadableEntry } from '../order-log.ts';
import { OutboxFeed } from '../outbox-feed.ts';
import { pause } from '../pause.ts';
import { readRecord } from './event-record.ts';

interface DeliveryOptions {
  readonly batchSize: number;
  readonly retryMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** How long a store that does not answer for a sale holds up the records of others. */
const STORE_PATIENCE_MS = 2_000;

/** Records that were read together: delivered sale by sale, each sale's in order. */
export class RecordBatch {
  readonly #store: Store;
  readonly #options: DeliveryOptions;
  readonly #eventsBySale = new Map<string, OrderEvent[]>();
  readonly #unreadable: UnreadableEntry[] = [];
  /** The ledger's, by sale: the outbox may be trimmed up to there. */
  readonly #positions = new Map<string, number>();

  constructor(records: readonly Message[], store: Store, options: DeliveryOptions) {
    this.#store = store;
    this.#options = options;
    for (const record of records) this.#add(readRecord(record));
  }

  /**
   * Returns once all is in the ledger, or the abort comes. What cannot be applied is reported and left, and so is what
   * the store has not answered for in time: it is still in the outbox, and relayed again.
   */
  async deliver(handler: EventHandler, signal: AbortSignal): Promise<void> {
    const sales = [...this.#eventsBySale].map(([saleId, events]) =>
      this.#persist(() => this.#apply(saleId, events, handler), signal),
    );
    const refusals = this.#unreadable.map((entry) => this.#persist(() => this.#refuse(entry, handler), signal));
    await Promise.all([...sales, ...refusals]);
  }

  /** Trims the outbox behind what has been delivered. */
  async trim(signal: AbortSignal): Promise<void> {
    const trims = [...this.#positions].map(([saleId, position]) => async () => {
      await this.#store.trimEvents(saleId, position);
      return true;
    });
    await Promise.all(trims.map((trim) => this.#persist(trim, signal)));
  }

  #add(read: OrderEvent | UnreadableEntry): void {
    if ('reason' in read) {
      this.#unreadable.push(read);
      return;
    }
    const events = this.#eventsBySale.get(read.saleId);
    if (events) events.push(read);
    else this.#eventsBySale.set(read.saleId, [read]);
  }

  /** Until it is done: `step` says whether it is. */
  async #persist(step: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    const patientUntilMs = performance.now() + STORE_PATIENCE_MS;
    while (!signal.aborted) {
      try {
        if (await step()) return;
      } catch (error) {
        this.#options.onFailure(error);
        if (!isRetryable(error)) return;
        if (error instanceof StoreUnavailable && performance.now() > patientUntilMs) return;
      }
      await pause(this.#options.retryMs, signal);
    }
  }

  async #apply(saleId: string, events: readonly OrderEvent[], handler: EventHandler): Promise<boolean> {
    const position = await handler.apply(saleId, events);
    if (position === 'busy') return false;
    this.#positions.set(saleId, position);
    const lastSeq = events.at(-1)?.seq ?? 0;
    return position >= lastSeq || this.#fillGap(saleId, position, handler);
  }

  /** Events between the ledger's position and the records have not come: the outbox has them, and what follows too. */
  async #fillGap(saleId: string, position: number, handler: EventHandler): Promise<boolean> {
    await this.#store.trimEvents(saleId, position);
    const feed = new OutboxFeed(this.#store, this.#options.batchSize);
    for (;;) {
      const progress = await feed.handBatch(saleId, handler);
      if (progress !== 'more') return progress === 'caught_up';
    }
  }

  async #refuse(entry: UnreadableEntry, handler: EventHandler): Promise<boolean> {
    await handler.refuse(entry);
    return true;
  }
}

/** An error that does not say otherwise may pass. */
function isRetryable(error: unknown): boolean {
  return !(error instanceof Error && 'retryable' in error && error.retryable === false);
}
