import type { LedgerOrder, OrderDetails } from './orders.ts';
import { toAttempt } from './payment-rows.ts';
import type { Ledger } from './schema.ts';

/** A page of orders with what belongs to each, in two statements and not two an order. */
export async function withDetails(db: Ledger, orders: readonly LedgerOrder[]): Promise<OrderDetails[]> {
  if (orders.length === 0) return [];
  const orderIds = orders.map(({ orderId }) => orderId);
  const [attempts, events] = await Promise.all([attemptsOf(db, orderIds), eventsOf(db, orderIds)]);
  const latest = new Map(attempts.map((row) => [row.order_id, toAttempt(row)]));
  const timelines = Map.groupBy(events, (row) => row.order_id);
  return orders.map((order) => ({
    ...order,
    latestAttempt: latest.get(order.orderId) ?? null,
    timeline: (timelines.get(order.orderId) ?? []).map((row) => ({
      type: row.type,
      atMs: row.at.getTime(),
      correlationId: row.correlation_id,
      detail: row.detail,
    })),
  }));
}

function attemptsOf(db: Ledger, orderIds: readonly string[]) {
  return db.selectFrom('payments').selectAll().where('order_id', 'in', orderIds).orderBy('attempt_number').execute();
}

function eventsOf(db: Ledger, orderIds: readonly string[]) {
  return db
    .selectFrom('order_events')
    .select(['order_id', 'type', 'at', 'correlation_id', 'detail'])
    .where('order_id', 'in', orderIds)
    .orderBy('at')
    .orderBy('id')
    .execute();
}
