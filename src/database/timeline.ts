import { sql } from 'kysely';
import type { Ledger } from './schema.ts';

/** Something that happened to an order. `detail` is for reading, in snake_case. */
export interface TimelineEntry {
  readonly type: string;
  readonly atMs: number;
  readonly correlationId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface OrderTimelineEntry extends TimelineEntry {
  readonly orderId: string;
}

/** Adds what happened in the ledger itself, in one statement; what the order log tells comes with the projection. */
export async function writeTimeline(db: Ledger, entries: readonly OrderTimelineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ orderId, type, atMs, correlationId, detail }) => ({
    order_id: orderId,
    type,
    at: new Date(atMs),
    correlation_id: correlationId,
    detail,
  }));
  await sql`
    insert into order_events (order_id, type, at, correlation_id, detail)
    select order_id, type, at, correlation_id, detail
    from json_to_recordset(${JSON.stringify(rows)}::json) as entry(
      order_id text, type text, at timestamptz, correlation_id text, detail jsonb
    )`.execute(db);
}
