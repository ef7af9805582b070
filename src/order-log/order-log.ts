import type { OrderEvent } from '../domain/order-event.ts';

/**
 * The way from the store's outbox to the processors: every event at least once, in order within a sale.
 */
export interface OrderLog {
  /**
   * Hands over batches of one sale's events until `signal` aborts. The handler applies them and returns the position
   * (the last applied `seq`) that is now durable; the log continues behind it, wherever that is, and trims up to it.
   * A handler that throws gets the same events again after a pause.
   */
  consume(handler: EventHandler, signal: AbortSignal): Promise<void>;
  /** Events not yet handed over and applied, over all sales. */
  lag(): Promise<number>;
}

export type EventHandler = (saleId: string, events: readonly OrderEvent[]) => Promise<number>;
