import { sql } from 'kysely';
import { REVIEW_TRANSITIONS, type ReviewState } from '../domain/review.ts';
import type { RiskFinding } from '../domain/risk.ts';
import type { Ledger } from './schema.ts';

export interface ReviewVerdicts {
  readonly saleId: string;
  /** The orders that the rules were to look at. */
  readonly examined: readonly string[];
  /** By order id; also of orders that were looked at before. */
  readonly findings: ReadonlyMap<string, readonly RiskFinding[]>;
  readonly nowMs: number;
}

/**
 * Writes down what the rules said: orders that they found are held back, others that waited for them go on. What was
 * decided by an operator stays, and so does an order whose money has gone back. Returns how many were newly flagged,
 * and how many passed. Locks the orders in the order of their ids, as everybody does.
 */
export async function recordVerdicts(
  tx: Ledger,
  { saleId, examined, findings, nowMs }: ReviewVerdicts,
): Promise<{ flagged: number; passed: number }> {
  const orders = await lockOrders(tx, saleId, [...examined, ...findings.keys()]);
  const found = orders.filter(({ state, orderId }) => state === 'paid' && findings.has(orderId));
  const flagged = found.filter(({ review }) => mayGo('flag', review));
  const passed = orders.filter((order) => !found.includes(order) && mayGo('pass', order.review));
  await setReview(tx, 'open', flagged);
  await setReview(tx, 'passed', passed);
  const open = found.filter((order) => order.review === 'open' || flagged.includes(order));
  const rows = open.map(({ orderId }) => ({ order_id: orderId, findings: findings.get(orderId) ?? [] }));
  await writeReviews(tx, rows, { saleId, nowMs });
  return { flagged: flagged.length, passed: passed.length };
}

async function lockOrders(tx: Ledger, saleId: string, orderIds: readonly string[]) {
  return tx
    .selectFrom('orders')
    .select(['order_id as orderId', 'state', 'review'])
    .where((eb) => eb('order_id', '=', eb.fn.any(eb.val(orderIds))))
    .where('sale_id', '=', saleId)
    .orderBy('order_id')
    .forUpdate()
    .execute();
}

function mayGo(action: 'pass' | 'flag', review: ReviewState | null): boolean {
  return review !== null && REVIEW_TRANSITIONS[review][action] !== undefined;
}

async function setReview(
  tx: Ledger,
  review: ReviewState,
  orders: readonly { readonly orderId: string }[],
): Promise<void> {
  if (orders.length === 0) return;
  const orderIds = orders.map(({ orderId }) => orderId);
  await tx
    .updateTable('orders')
    .set({ review })
    .where((eb) => eb('order_id', '=', eb.fn.any(eb.val(orderIds))))
    .execute();
}

/** Evidence that has grown replaces what was known; a review that is decided keeps its own. */
async function writeReviews(
  tx: Ledger,
  rows: readonly object[],
  { saleId, nowMs }: Pick<ReviewVerdicts, 'saleId' | 'nowMs'>,
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into reviews (order_id, sale_id, state, findings, opened_at)
    select order_id, ${saleId}, 'open', findings, ${new Date(nowMs)}
    from json_to_recordset(${JSON.stringify(rows)}::json) as found(order_id text, findings jsonb)
    on conflict (order_id) do update set findings = excluded.findings
    where reviews.state = 'open' and reviews.findings is distinct from excluded.findings`.execute(tx);
}
