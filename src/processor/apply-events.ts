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
 *
 * @param onLateOrders told how many those were, once they are
 */
export async function applyEvents(
  db: Ledger,
  saleId: string,
  events: readonly OrderEvent[],
  audience: Audience = 'buyers',
  onLateOrders: (count: number) => void = () => {},
): Promise<number | 'busy'> {
  const { position, late } = await db.transaction().execute(async (tx) => {
    const before = await lockPosition(tx, saleId);
    if (!before) return { position: 'busy' as const, late: 0 };
    const late = await cancelLate(tx, saleId, before, events, audience);
    const next = eventsAfter(before, events);
    const last = next.at(-1);
    if (last === undefined) return { position: before.seq, late };
    await projectEvents(tx, saleId, next, audience);
    await movePosition(tx, saleId, last);
    return { position: last.seq, late };
  });
  if (late > 0) onLateOrders(late);
  return position;
}

async function cancelLate(
  tx: Ledger,
  saleId: string,
  position: LogPosition,
  events: readonly OrderEvent[],
  audience: Audience,
): Promise<number> {
  const earlier = events.filter(({ epoch }) => epoch < position.epoch);
  if (earlier.length === 0) return 0;
  const starts = await readEpochStarts(tx, saleId);
  const endOf = (epoch: number) => starts.find((start) => start.epoch > epoch)?.afterSeq ?? 0;
  const late = earlier.filter(({ epoch, seq }) => seq > endOf(epoch));
  return late.length === 0 ? 0 : cancelLateOrders(tx, late, audience);
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
