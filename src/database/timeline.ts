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
