import { type LogPosition, lockPosition, movePosition } from '../database/log-positions.ts';
import { projectEvents } from '../database/projection.ts';
import type { Ledger } from '../database/schema.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';

/** An event that no store with the right to sell can have written. */
class StaleEpoch extends Error {
  readonly code = 'stale_epoch';
  readonly retryable = false;
}

/**
 * Applies one sale's events to the ledger, each once: those at or below its position are skipped, a gap ends the
 * batch. All of it is one transaction, and so is what the audience is to be told. Returns the position (the last
 * applied `seq`) that is durable now, or `busy` when another consumer is applying events of this sale at this moment.
 *
 * `seq` continues over epochs. Throws `StaleEpoch` for an event of an epoch before the position's.
 */
export async function applyEvents(
  db: Ledger,
  saleId: string,
  events: readonly OrderEvent[],
  audience: Audience = 'buyers',
): Promise<number | 'busy'> {
  return db.transaction().execute(async (tx) => {
    const position = await lockPosition(tx, saleId);
    if (!position) return 'busy';
    const next = eventsAfter(position, events);
    const last = next.at(-1);
    if (last === undefined) return position.seq;
    await projectEvents(tx, saleId, next, audience);
    await movePosition(tx, saleId, last);
    return last.seq;
  });
}

function eventsAfter(position: LogPosition, events: readonly OrderEvent[]): OrderEvent[] {
  const next: OrderEvent[] = [];
  let { epoch, seq } = position;
  for (const event of events) {
    if (event.seq <= seq) continue;
    if (event.seq !== seq + 1) break;
    if (event.epoch < epoch) throw new StaleEpoch(`event ${event.seq} of ${event.saleId} is of epoch ${event.epoch}`);
    next.push(event);
    ({ epoch, seq } = event);
  }
  return next;
}
