import type { Selectable } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { FulfilmentState } from '../domain/fulfilment.ts';
import type { Order, OrderLine } from '../domain/order.ts';
import type { ReviewState } from '../domain/review.ts';
import type { Customer, Ledger, OrdersTable } from './schema.ts';

/** An order with what only the ledger knows of it. Its lines are in the order of their SKUs. */
export interface LedgerOrder extends Order {
  /** When its units were claimed for a payment; null while they are not. */
  readonly claimedAtMs: number | null;
  readonly fulfilment: FulfilmentState | null;
  /** Where its risk review stands. Null where the sale asks for none, and until it is paid. */
  readonly review: ReviewState | null;
  /** Null if never given, or erased. */
  readonly customer: Customer | null;
}

export type OrderRow = Selectable<OrdersTable> & { readonly lines: OrderLine[] };

export function selectOrders(db: Ledger) {
  return db
    .selectFrom('orders')
    .selectAll('orders')
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('order_items')
          .select([
            'sku_id as skuId',
            'quantity',
            'unit_price_minor as unitPriceMinor',
            'remaining_stock as remainingStock',
          ])
          .whereRef('order_items.order_id', '=', 'orders.order_id')
          .orderBy('sku_id'),
      ).as('lines'),
    );
}

export function toLedgerOrder(row: OrderRow): LedgerOrder {
  return {
    orderId: row.order_id,
    saleId: row.sale_id,
    userId: row.user_id,
    state: row.state,
    lines: row.lines,
    totalMinor: row.total_minor,
    currency: row.currency,
    idempotencyKey: row.idempotency_key,
    reservedAtMs: row.reserved_at.getTime(),
    deadlineMs: row.deadline.getTime(),
    payingUntilMs: row.paying_until?.getTime() ?? null,
    attemptId: row.attempt_id,
    releaseReason: row.release_reason,
    ticket: row.ticket,
    deviceId: row.device_id,
    correlationId: row.correlation_id,
    reservedInEpoch: row.reserved_in_epoch,
    claimedAtMs: row.claimed_at?.getTime() ?? null,
    fulfilment: row.fulfilment,
    review: row.review,
    customer: row.customer,
  };
}
