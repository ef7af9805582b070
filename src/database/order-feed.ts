import { sql } from 'kysely';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type LedgerOrder, selectOrders, toLedgerOrder } from './order-rows.ts';
import type { Ledger } from './schema.ts';

export interface OrderFeedRequest {
  /** Null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
}

export interface OrderFeed {
  readonly orders: readonly LedgerOrder[];
  /** Where to go on; null while there is nothing at all. */
  readonly after: string | null;
}

/**
 * Orders in the order of their last change, each as it is now: whoever follows sees every order in its newest state,
 * and not every state on the way. Throws `InvalidCursor`.
 *
 * The place is the changing transaction's id, and nothing is shown from the oldest transaction still open on: what
 * is not yet committed can then only come behind the cursor. A transaction that stays open holds the feed back, in
 * whatever database of the server it is. A dump that is restored elsewhere brings ids of another server: there a
 * follower starts again from the beginning.
 */
export async function feedOrders(db: Ledger, { after, limit }: OrderFeedRequest): Promise<OrderFeed> {
  let page = selectOrders(db).where(sql<boolean>`changed_in < pg_snapshot_xmin(pg_current_snapshot())`);
  if (after !== null) page = page.where(comesAfter(after));
  const rows = await page.orderBy('changed_in').orderBy('order_id').limit(limit).execute();
  const last = rows.at(-1);
  return {
    orders: rows.map(toLedgerOrder),
    after: last === undefined ? after : encodeCursor(last.changed_in, last.order_id),
  };
}

/** After a dump was restored elsewhere: orders whose transaction ids lie ahead of this server's would not be shown. */
export async function rebaseFeed(db: Ledger): Promise<void> {
  await sql`
    update orders set changed_in = pg_current_xact_id()
    where changed_in >= pg_snapshot_xmax(pg_current_snapshot())`.execute(db);
}

function comesAfter(cursor: string) {
  const { major, minor } = decodeCursor(cursor);
  return sql<boolean>`(changed_in, order_id) > (${String(major)}::xid8, ${minor})`;
}
