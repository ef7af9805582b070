import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { FlaggedState } from '../domain/review.ts';
import type { RiskFinding } from '../domain/risk.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Ledger, ReviewsTable } from './schema.ts';

/** An order that the rules found, and what an operator decided. */
export interface Review {
  readonly orderId: string;
  readonly saleId: string;
  readonly state: FlaggedState;
  readonly findings: readonly RiskFinding[];
  readonly openedAtMs: number;
  /** Null while it is open. */
  readonly decidedAtMs: number | null;
  readonly decidedBy: string | null;
  readonly note: string | null;
}

export interface ReviewDecision {
  readonly orderId: string;
  readonly by: string;
  /** For operators. */
  readonly note?: string | undefined;
  readonly nowMs: number;
}

export interface ReviewPageRequest {
  readonly state: FlaggedState | null;
  readonly saleId: string | null;
  readonly cursor: string | null;
  readonly limit: number;
}

export interface ReviewPage {
  readonly reviews: readonly Review[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export async function findReview(db: Ledger, orderId: string): Promise<Review | null> {
  const row = await db.selectFrom('reviews').selectAll().where('order_id', '=', orderId).executeTakeFirst();
  return row === undefined ? null : toReview(row);
}

/** Oldest first. Throws `InvalidCursor`. */
export async function pageReviews(
  db: Ledger,
  { state, saleId, cursor, limit }: ReviewPageRequest,
): Promise<ReviewPage> {
  let page = db.selectFrom('reviews').selectAll();
  if (state !== null) page = page.where('state', '=', state);
  if (saleId !== null) page = page.where('sale_id', '=', saleId);
  if (cursor !== null) page = page.where(comesAfter(cursor));
  const rows = await page
    .orderBy('opened_at')
    .orderBy('order_id')
    .limit(limit + 1)
    .execute();
  const reviews = rows.slice(0, limit).map(toReview);
  const last = reviews.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { reviews, nextCursor: more ? encodeCursor(last.openedAtMs, last.orderId) : null };
}

/** Lets an order go on. `wrong_state`: it was cancelled. */
export async function clearReview(
  db: Ledger,
  decision: ReviewDecision,
): Promise<'cleared' | 'unchanged' | 'not_found' | 'wrong_state'> {
  return db.transaction().execute(async (tx) => {
    const order = await tx
      .selectFrom('orders')
      .innerJoin('reviews', 'reviews.order_id', 'orders.order_id')
      .select('review')
      .where('orders.order_id', '=', decision.orderId)
      .forUpdate('orders')
      .executeTakeFirst();
    if (order === undefined) return 'not_found';
    if (order.review === 'cleared') return 'unchanged';
    if (order.review !== 'open') return 'wrong_state';
    await closeReview(tx, 'cleared', decision);
    return 'cleared';
  });
}

/** With the order locked. An order that is in no open review stays as it is. */
export async function closeReview(
  tx: Ledger,
  state: 'cleared' | 'cancelled',
  { orderId, by, note, nowMs }: ReviewDecision,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('reviews')
    .set({ state, decided_at: new Date(nowMs), decided_by: by, note: note ?? null })
    .where('order_id', '=', orderId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return;
  await tx.updateTable('orders').set({ review: state }).where('order_id', '=', orderId).execute();
}

function toReview(row: Selectable<ReviewsTable>): Review {
  return {
    orderId: row.order_id,
    saleId: row.sale_id,
    state: row.state,
    findings: row.findings,
    openedAtMs: row.opened_at.getTime(),
    decidedAtMs: row.decided_at?.getTime() ?? null,
    decidedBy: row.decided_by,
    note: row.note,
  };
}

function comesAfter(cursor: string) {
  const { major, minor } = decodeCursor(cursor);
  return sql<boolean>`(opened_at, order_id) > (${new Date(major)}, ${minor})`;
}
