import type { Ledger } from '../database/schema.ts';
import type { OrderEvent } from '../domain/order-event.ts';

/**
 * Applies one sale's events to the ledger, each once: those at or below its position are skipped, a gap ends the
 * batch. All of it is one transaction. Returns the position (the last applied `seq`) that is durable now.
 */
export async function applyEvents(_db: Ledger, _saleId: string, _events: readonly OrderEvent[]): Promise<number> {
  throw new Error('not written yet');
}
