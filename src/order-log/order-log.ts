import type { OrderEvent } from '../domain/order-event.ts';

/**
 * The way from the store's outbox to the processors: every event at least once, in order within a sale.
 */
export interface OrderLog {
  /**
   * Hands over batches of one sale's events until `signal` aborts, and trims the outbox up to the position that is
   * durable. A handler that throws gets the same events again after a pause.
   */
  consume(handler: EventHandler, signal: AbortSignal): Promise<void>;
  /**
   * Hands over all that the log holds of one sale at this moment, so that nothing older comes later from a log that is
   * sound. To be called while others consume. Throws `OrderLogUnavailable` when it cannot say what is still to come.
   */
  drain(saleId: string, handler: EventHandler): Promise<void>;
  /** Events not yet handed over and applied, over all sales. */
  lag(): Promise<number>;
  /** Throws `OrderLogUnavailable` while what it needs beside the store fails it. Asks nobody. */
  check(): void;
}

export interface EventHandler {
  /**
   * Applies a sale's events and returns the position (the last applied `seq`) that is now durable; the log continues
   * behind it, wherever that is. `busy`: another consumer is at this sale, and nothing was done.
   */
  apply(saleId: string, events: readonly OrderEvent[]): Promise<number | 'busy'>;
  /** Keeps an entry that nobody can read for an operator. The event itself comes again from the outbox. */
  refuse(entry: UnreadableEntry): Promise<void>;
}

/** An entry of the order log that is no event. */
export interface UnreadableEntry {
  /** Where in the log it stands, the same each time it is read. */
  readonly id: string;
  /** As far as what surrounds the entry says. */
  readonly saleId: string | null;
  readonly correlationId: string | null;
  readonly body: string;
  readonly reason: string;
}

/** The log cannot be reached. Events stay in the outbox meanwhile, and selling goes on. */
export class OrderLogUnavailable extends Error {
  readonly code = 'order_log_unavailable';
  readonly retryable = true;
}
