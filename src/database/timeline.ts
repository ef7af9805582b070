import type { Ledger } from './schema.ts';

/** Something that happened to an order. `detail` is for reading, in snake_case. */
export interface TimelineEntry {
  readonly type: string;
  readonly atMs: number;
  readonly correlationId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Adds what happened in the ledger itself; what the order log tells comes with the projection. */
export async function writeTimeline(db: Ledger, orderId: string, entry: TimelineEntry): Promise<void> {
  await db
    .insertInto('order_events')
    .values({
      order_id: orderId,
      type: entry.type,
      at: new Date(entry.atMs),
      correlation_id: entry.correlationId,
      epoch: null,
      seq: null,
      detail: JSON.stringify(entry.detail),
    })
    .execute();
}

/** Oldest first. */
export async function readTimeline(db: Ledger, orderId: string): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('order_events')
    .select(['type', 'at', 'correlation_id', 'detail'])
    .where('order_id', '=', orderId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    type: row.type,
    atMs: row.at.getTime(),
    correlationId: row.correlation_id,
    detail: row.detail,
  }));
}
