import { type LogPosition, lockPosition, movePosition } from '../database/log-positions.ts';
import { cancelLateOrders } from '../database/lost-orders.ts';
import { projectEvents } from '../database/projection.ts';
import { readEpochStarts } from '../database/sale-fences.ts';
import type { Ledger } from '../database/schema.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';

/**
 * Applies one sale's events to the ledger, each once: those at or below its position are skipped, a gap ends the
 * batch. All of it is one transaction, and so is what the audience is to be told. Returns the position (the last
 * applied `seq`) that is durable now, or `busy` when another consumer is applying events of this sale at this moment.
 *
 * `seq` continues over epochs. What comes of an earlier epoch, from behind the event at which it was ended, does not
 * count: the orders that it tells of are cancelled.
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
    await cancelLate(tx, saleId, position, events, audience);
    const next = eventsAfter(position, events);
    const last = next.at(-1);
    if (last === undefined) return position.seq;
    await projectEvents(tx, saleId, next, audience);
    await movePosition(tx, saleId, last);
    return last.seq;
  });
}

async function cancelLate(
  tx: Ledger,
  saleId: string,
  position: LogPosition,
  events: readonly OrderEvent[],
  audience: Audience,
): Promise<void> {
  const earlier = events.filter(({ epoch }) => epoch < position.epoch);
  if (earlier.length === 0) return;
  const starts = await readEpochStarts(tx, saleId);
  const endOf = (epoch: number) => starts.find((start) => start.epoch > epoch)?.afterSeq ?? 0;
  const late = earlier.filter(({ epoch, seq }) => seq > endOf(epoch));
  if (late.length > 0) await cancelLateOrders(tx, late, audience);
}

function eventsAfter(position: LogPosition, events: readonly OrderEvent[]): OrderEvent[] {
  const next: OrderEvent[] = [];
  let { epoch, seq } = position;
  for (const event of events) {
    if (event.seq <= seq || event.epoch < epoch) continue;
    if (event.seq !== seq + 1) break;
    next.push(event);
    ({ epoch, seq } = event);
  }
  return next;
}
