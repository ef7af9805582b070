import { sql } from 'kysely';
import type { Order } from '../domain/order.ts';
import type { OrderChange, OrderEvent, SaleChange } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';
import { reportOf } from '../domain/order-news.ts';
import type { SaleState } from '../domain/sale.ts';
import { announce } from './announcements.ts';
import type { Ledger } from './schema.ts';

/** An order as one event, numbered `(epoch, seq)`, left it. */
export interface OrderSnapshot {
  readonly order: Order;
  readonly epoch: number;
  readonly seq: number;
}

/** The event that makes such a change. */
export type Numbered<Change> = Extract<OrderEvent, Change>;

const STATE_AFTER: Readonly<Partial<Record<SaleChange['type'], SaleState>>> = {
  sale_prepared: 'scheduled',
  sale_started: 'active',
  sale_paused: 'paused',
  sale_resumed: 'active',
  sale_ended: 'ended',
  sale_cancelled: 'cancelled',
};

/**
 * Writes one sale's events, in their order, in a number of statements that does not grow with them, and makes due what
 * is told of them. What only the ledger knows of an order (claim, fulfilment, customer, refund) stays as it is, and so
 * do `sale_items`.
 */
export async function projectEvents(
  tx: Ledger,
  saleId: string,
  events: readonly OrderEvent[],
  audience: Audience,
): Promise<void> {
  const orderEvents = events.filter((event): event is Numbered<OrderChange> => 'order' in event);
  const saleEvents = events.filter((event): event is Numbered<SaleChange> => !('order' in event));
  if (orderEvents.length > 0) await projectOrders(tx, orderEvents);
  await announce(
    tx,
    orderEvents.flatMap((event) => reportOf(event) ?? []),
    audience,
  );
  if (saleEvents.length > 0) await projectSale(tx, saleId, saleEvents);
}

async function projectOrders(tx: Ledger, events: readonly Numbered<OrderChange>[]): Promise<void> {
  await upsertOrders(tx, events);
  await insertOrderEvents(tx, events);
}

/**
 * Writes orders as the newest of their snapshots has them, unless the ledger knows as new a one, and locks them either
 * way. Sorted by id, as everybody locks orders, so that a batch of claims and a batch of events cannot deadlock.
 */
export async function upsertOrders(tx: Ledger, snapshots: readonly OrderSnapshot[]): Promise<void> {
  const newest = [...new Map(snapshots.map((snapshot) => [snapshot.order.orderId, snapshot])).values()];
  await upsertRows(tx, newest);
  await insertItems(
    tx,
    newest.map(({ order }) => order),
  );
}

/** A conflict locks the row also where the update does not apply. An order that was lost may have been reserved again. */
async function upsertRows(tx: Ledger, newest: readonly OrderSnapshot[]): Promise<void> {
  await sql`
    insert into orders (
      order_id, sale_id, user_id, state, total_minor, currency, idempotency_key, reserved_at, deadline, paying_until,
      attempt_id, release_reason, fulfilment, review, ticket, device_id, correlation_id,
      reserved_in_epoch, epoch, last_seq
    )
    select
      order_id, sale_id, user_id, state, total_minor, currency, idempotency_key, reserved_at, deadline, paying_until,
      attempt_id, release_reason, case state when 'paid' then 'processing' end,
      case state when 'paid' then (
        select 'pending' from sales where sales.sale_id = newest.sale_id and is_reviewed
      ) end,
      ticket, device_id, correlation_id,
      reserved_in_epoch, epoch, last_seq
    from json_to_recordset(${JSON.stringify(newest.map(orderRow))}::json) as newest(
      order_id text, sale_id text, user_id text, state text, total_minor bigint, currency text, idempotency_key text,
      reserved_at timestamptz, deadline timestamptz, paying_until timestamptz, attempt_id text, release_reason text,
      ticket integer, device_id text, correlation_id text, reserved_in_epoch integer,
      epoch integer, last_seq bigint
    )
    order by order_id
    on conflict (order_id) do update set
      state = case orders.state when 'refunded' then orders.state else excluded.state end,
      deadline = excluded.deadline,
      paying_until = excluded.paying_until,
      attempt_id = excluded.attempt_id,
      release_reason = excluded.release_reason,
      fulfilment = coalesce(orders.fulfilment, excluded.fulfilment),
      review = coalesce(orders.review, excluded.review),
      reserved_in_epoch = excluded.reserved_in_epoch,
      epoch = excluded.epoch,
      last_seq = excluded.last_seq
    where (orders.epoch, orders.last_seq) < (excluded.epoch, excluded.last_seq)
      or (orders.release_reason = 'lost_in_recovery' and orders.reserved_in_epoch < excluded.reserved_in_epoch)`.execute(
    tx,
  );
}

function orderRow({ order, epoch, seq }: OrderSnapshot): object {
  return {
    order_id: order.orderId,
    sale_id: order.saleId,
    user_id: order.userId,
    state: order.state,
    total_minor: order.totalMinor,
    currency: order.currency,
    idempotency_key: order.idempotencyKey,
    reserved_at: new Date(order.reservedAtMs),
    deadline: new Date(order.deadlineMs),
    paying_until: order.payingUntilMs === null ? null : new Date(order.payingUntilMs),
    attempt_id: order.attemptId,
    release_reason: order.releaseReason,
    ticket: order.ticket,
    device_id: order.deviceId,
    correlation_id: order.correlationId,
    reserved_in_epoch: order.reservedInEpoch,
    epoch,
    last_seq: seq,
  };
}

/** An order's lines never change. */
async function insertItems(tx: Ledger, orders: readonly Order[]): Promise<void> {
  const rows = orders.flatMap(({ orderId, lines }) =>
    lines.map((line) => ({
      order_id: orderId,
      sku_id: line.skuId,
      quantity: line.quantity,
      unit_price_minor: line.unitPriceMinor,
      remaining_stock: line.remainingStock,
    })),
  );
  await sql`
    insert into order_items (order_id, sku_id, quantity, unit_price_minor, remaining_stock)
    select order_id, sku_id, quantity, unit_price_minor, remaining_stock
    from json_to_recordset(${JSON.stringify(rows)}::json) as line(
      order_id text, sku_id text, quantity integer, unit_price_minor bigint, remaining_stock integer
    )
    on conflict do nothing`.execute(tx);
}

/** The timeline of orders; an event that is there stays. */
export async function insertOrderEvents(tx: Ledger, events: readonly Numbered<OrderChange>[]): Promise<void> {
  const rows = events.map((event) => ({
    ...eventRow(event),
    order_id: event.order.orderId,
    detail: orderDetail(event.order),
  }));
  await sql`
    insert into order_events (order_id, type, at, correlation_id, epoch, seq, detail)
    select order_id, type, at, correlation_id, epoch, seq, detail
    from json_to_recordset(${JSON.stringify(rows)}::json) as event(
      order_id text, type text, at timestamptz, correlation_id text, epoch integer, seq bigint, detail jsonb
    )
    order by seq
    on conflict (order_id, epoch, seq) do nothing`.execute(tx);
}

function orderDetail({ attemptId, releaseReason }: Order): object {
  return {
    ...(attemptId !== null && { attempt_id: attemptId }),
    ...(releaseReason !== null && { release_reason: releaseReason }),
  };
}

async function projectSale(tx: Ledger, saleId: string, events: readonly Numbered<SaleChange>[]): Promise<void> {
  const rows = events.map((event) => ({ ...eventRow(event), sale_id: saleId, detail: saleDetail(event) }));
  await sql`
    insert into sale_events (sale_id, type, at, correlation_id, epoch, seq, detail)
    select sale_id, type, at, correlation_id, epoch, seq, detail
    from json_to_recordset(${JSON.stringify(rows)}::json) as event(
      sale_id text, type text, at timestamptz, correlation_id text, epoch integer, seq bigint, detail jsonb
    )
    on conflict (sale_id, epoch, seq) do nothing`.execute(tx);
  if (events.some(({ type }) => type in STATE_AFTER)) await setSaleState(tx, saleId);
}

/** By the newest event that the ledger has: one that comes late changes nothing. */
async function setSaleState(tx: Ledger, saleId: string): Promise<void> {
  const newest = await tx
    .selectFrom('sale_events')
    .select('type')
    .where('sale_id', '=', saleId)
    .where('type', 'in', Object.keys(STATE_AFTER))
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const state = STATE_AFTER[newest.type as SaleChange['type']];
  await tx.updateTable('sales').set({ state }).where('sale_id', '=', saleId).execute();
}

function saleDetail(event: Numbered<SaleChange>): object {
  switch (event.type) {
    case 'sale_restocked':
      return { restock_id: event.restockId, sku_id: event.skuId, quantity: event.quantity };
    case 'gate_changed': {
      const { ratePerSecond, maxActive, paused } = event.settings;
      return { rate_per_second: ratePerSecond, max_active: maxActive, paused };
    }
    case 'sale_recovered':
      return { how: event.how };
    case 'draw_closed':
      return { entrants: event.entrants };
    case 'draw_made':
      return { list_hash: event.draw.listHash, seed: event.draw.seed, beacon: event.draw.beacon };
    case 'room_checkpoint':
      return { tickets: event.tickets, now_serving: event.nowServing };
    default:
      return {};
  }
}

function eventRow(event: OrderEvent): object {
  return {
    type: event.type,
    at: new Date(event.atMs),
    correlation_id: event.correlationId,
    epoch: event.epoch,
    seq: event.seq,
  };
}
