import { sql } from 'kysely';
import type { Audience } from '../database/announcements.ts';
import { projectEvents } from '../database/projection.ts';
import type { Ledger } from '../database/schema.ts';
import type { OrderEvent } from '../domain/order-event.ts';

interface LogPosition {
  readonly epoch: number;
  readonly seq: number;
}

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

/**
 * Null when another consumer of the sale has it: the caller does better to see to another sale than to wait. Only the
 * first batch of a sale waits for the one that comes before it.
 */
async function lockPosition(tx: Ledger, saleId: string): Promise<LogPosition | null> {
  const known = await sql<LogPosition>`
    select epoch, seq from log_positions where sale_id = ${saleId} for update skip locked`.execute(tx);
  if (known.rows[0]) return known.rows[0];
  const begun = await sql<LogPosition>`
    insert into log_positions (sale_id, epoch, seq) values (${saleId}, 0, 0)
    on conflict (sale_id) do nothing
    returning epoch, seq`.execute(tx);
  return begun.rows[0] ?? null;
}

async function movePosition(tx: Ledger, saleId: string, { epoch, seq }: OrderEvent): Promise<void> {
  await tx.updateTable('log_positions').set({ epoch, seq }).where('sale_id', '=', saleId).execute();
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
