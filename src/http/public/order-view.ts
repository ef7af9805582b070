import type { AdminOrder, Order } from '#sdk/contract/order.ts';
import type { PaymentAttempt } from '../../database/payments.ts';
import type { Customer } from '../../database/schema.ts';
import type { OrderView } from '../../engine/order-view.ts';
import { isoTime } from './sale-view.ts';

/** An order as its buyer sees it. */
export function orderView(order: OrderView): Order {
  const reason = order.releaseReason ?? refundReason(order);
  return {
    order_id: order.orderId,
    sale_id: order.saleId,
    status: order.state,
    fulfilment: order.fulfilment,
    total_minor: order.totalMinor,
    currency: order.currency,
    items: order.lines.map(({ skuId, quantity, unitPriceMinor }) => ({
      sku_id: skuId,
      quantity,
      unit_price_minor: unitPriceMinor,
    })),
    reserved_at: isoTime(order.reservedAtMs),
    payment_deadline: isoTime(order.deadlineMs),
    ...(reason && { reason }),
    payment: order.latestAttempt && paymentView(order.latestAttempt),
    timeline: order.timeline.map(({ type, atMs, detail }) => {
      const note = detail.note;
      return { type, at: isoTime(atMs), ...(typeof note === 'string' && { detail: note }) };
    }),
  };
}

/** Why an order that was paid is not kept: its buyer hears that from the moment the money is on its way back. */
function refundReason({ state, review, latestAttempt }: OrderView): 'refused_in_review' | 'refunded_by_shop' | null {
  const isGivenBack = state === 'refunded' || (state === 'paid' && latestAttempt?.state === 'refunding');
  if (!isGivenBack) return null;
  return review === 'cancelled' ? 'refused_in_review' : 'refunded_by_shop';
}

/** An order as operators see it, and without its customer as viewers do. */
export function adminOrderView(order: OrderView, seesCustomer: boolean): AdminOrder {
  return {
    ...orderView(order),
    user_id: order.userId,
    customer: seesCustomer && order.customer ? customerView(order.customer) : null,
    review: order.review,
    correlation_id: order.correlationId,
  };
}

function customerView({ name, email, phone, address }: Customer): NonNullable<AdminOrder['customer']> {
  return { name, email, ...(phone !== null && { phone }), ...(address !== null && { address }) };
}

function paymentView({ attemptNumber, state, declineReason }: PaymentAttempt): NonNullable<Order['payment']> {
  return { attempt_number: attemptNumber, status: state, message: declineReason };
}
