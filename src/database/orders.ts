import { sql } from 'kysely';
import { FULFILMENT_TRANSITIONS, type FulfilmentState } from '../domain/fulfilment.ts';
import type { Order, OrderState } from '../domain/order.ts';
import { isHeldForReview } from '../domain/review.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { withDetails } from './order-details.ts';
import { type LedgerOrder, selectOrders, toLedgerOrder } from './order-rows.ts';
import type { PaymentAttempt } from './payment-rows.ts';
import { upsertOrders } from './projection.ts';
import type { Ledger } from './schema.ts';
import { type TimelineEntry, writeTimeline } from './timeline.ts';

export type { LedgerOrder } from './order-rows.ts';
export type { TimelineEntry } from './timeline.ts';

const EXPORT_PAGE = 500;

export interface OrderDetails extends LedgerOrder {
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  readonly latestAttempt: PaymentAttempt | null;
}

export interface OrderPage {
  readonly orders: readonly LedgerOrder[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export interface OrderPageRequest {
  readonly saleId: string;
  readonly cursor: string | null;
  readonly limit: number;
  readonly status: OrderState | null;
  /** An order id, a user id, or, if `searchesCustomers`, a part of the customer's name or e-mail. */
  readonly query: string | null;
  readonly searchesCustomers: boolean;
}

export interface FulfilmentMove {
  readonly orderId: string;
  readonly to: FulfilmentState;
  /** For the buyer, in the timeline. */
  readonly note?: string | undefined;
  readonly nowMs: number;
  readonly correlationId: string;
}

export type FulfilmentOutcome = 'moved' | 'unchanged' | 'not_found' | 'wrong_state' | 'in_review';

/**
 * Makes orders known before the log tells of them, and locks them, in the order of their ids. Those that are there
 * already stay as they are.
 */
export async function ensureOrders(tx: Ledger, orders: readonly Order[]): Promise<void> {
  await upsertOrders(
    tx,
    orders.map((order) => ({ order, epoch: 0, seq: 0 })),
  );
}

export async function findOrder(db: Ledger, orderId: string): Promise<OrderDetails | null> {
  return (await findOrders(db, [orderId])).get(orderId) ?? null;
}

/** Without its timeline and payments. */
export async function readOrder(db: Ledger, orderId: string): Promise<LedgerOrder | null> {
  const row = await selectOrders(db).where('order_id', '=', orderId).executeTakeFirst();
  return row === undefined ? null : toLedgerOrder(row);
}

/** In three statements, however many. Those that are unknown are left out. */
export async function findOrders(db: Ledger, orderIds: readonly string[]): Promise<Map<string, OrderDetails>> {
  const rows = await selectOrders(db).where('order_id', 'in', orderIds).execute();
  const orders = await withDetails(db, rows.map(toLedgerOrder));
  return new Map(orders.map((order) => [order.orderId, order]));
}

/** Newest first. */
export async function listOrdersOfUser(db: Ledger, userId: string, limit: number): Promise<LedgerOrder[]> {
  const rows = await selectOrders(db)
    .where('user_id', '=', userId)
    .orderBy('reserved_at', 'desc')
    .orderBy('order_id')
    .limit(limit)
    .execute();
  return rows.map(toLedgerOrder);
}

/** Newest first. Throws `InvalidCursor`. */
export async function pageOrdersOfSale(db: Ledger, request: OrderPageRequest): Promise<OrderPage> {
  const { saleId, cursor, limit, status, query, searchesCustomers } = request;
  let page = selectOrders(db).where('sale_id', '=', saleId);
  if (status !== null) page = page.where('state', '=', status);
  if (query !== null)
    page = page.where(searchesCustomers ? sql<boolean>`(${isNamed(query)} or ${isOfCustomer(query)})` : isNamed(query));
  if (cursor !== null) page = page.where(comesAfter(cursor));
  const rows = await page
    .orderBy('reserved_at', 'desc')
    .orderBy('order_id', 'desc')
    .limit(limit + 1)
    .execute();
  const orders = rows.slice(0, limit).map(toLedgerOrder);
  const last = orders.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { orders, nextCursor: more ? encodeCursor(last.reservedAtMs, last.orderId) : null };
}

/** Every order of a sale, newest first, read page by page. */
export async function* exportOrders(db: Ledger, saleId: string): AsyncGenerator<LedgerOrder> {
  let cursor: string | null = null;
  do {
    const page: OrderPage = await pageOrdersOfSale(db, {
      saleId,
      cursor,
      limit: EXPORT_PAGE,
      status: null,
      query: null,
      searchesCustomers: false,
    });
    yield* page.orders;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/**
 * Takes a paid order one step further to its buyer. `wrong_state`: unpaid, or `to` is not its next step. `in_review`:
 * the rules have yet to look at it, or an operator.
 */
export async function moveFulfilment(
  db: Ledger,
  { orderId, to, note, nowMs, correlationId }: FulfilmentMove,
): Promise<FulfilmentOutcome> {
  return db.transaction().execute(async (tx) => {
    const found = await tx
      .selectFrom('orders')
      .select(['state', 'fulfilment', 'review'])
      .where('order_id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (found === undefined) return 'not_found';
    if (found.fulfilment === to) return 'unchanged';
    if (found.state !== 'paid' || found.fulfilment === null) return 'wrong_state';
    if (FULFILMENT_TRANSITIONS[found.fulfilment] !== to) return 'wrong_state';
    if (isHeldForReview(found.review)) return 'in_review';
    await tx.updateTable('orders').set({ fulfilment: to }).where('order_id', '=', orderId).execute();
    const detail = note === undefined ? {} : { note };
    await writeTimeline(tx, [{ orderId, type: to, atMs: nowMs, correlationId, detail }]);
    return 'moved';
  });
}

function isNamed(query: string) {
  return sql<boolean>`(order_id = ${query} or user_id = ${query})`;
}

function isOfCustomer(query: string) {
  return sql<boolean>`(
    strpos(lower(customer->>'name'), lower(${query})) > 0 or strpos(lower(customer->>'email'), lower(${query})) > 0
  )`;
}

function comesAfter(cursor: string) {
  const { major, minor } = decodeCursor(cursor);
  return sql<boolean>`(reserved_at, order_id) < (${new Date(major)}, ${minor})`;
}
