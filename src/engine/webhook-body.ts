import type { Notification } from '../database/notifications.ts';
import type { LedgerOrder } from '../database/orders.ts';
import type { OrderNews } from '../domain/order-news.ts';

const EVENTS = {
  order_paid: { type: 'order.paid', status: 'paid' },
  order_expired: { type: 'order.expired', status: 'expired' },
  order_cancelled: { type: 'order.cancelled', status: 'cancelled' },
  order_refunded: { type: 'order.refunded', status: 'refunded' },
} as const;

/** What the shop calls a piece of news. */
export function webhookType(news: OrderNews) {
  return eventOf(news).type;
}

/**
 * What the shop is told: docs/integrate.md, "Webhooks". Only what never changes about an order, so that a replay says
 * what was said the first time; and no personal data.
 */
export function webhookBody(notification: Notification, order: LedgerOrder): string {
  const { notificationId, sequence, news, reason, atMs } = notification;
  const { type, status } = eventOf(news);
  return JSON.stringify({
    id: notificationId,
    type,
    created_at: new Date(atMs).toISOString(),
    sequence,
    data: {
      order: {
        order_id: order.orderId,
        sale_id: order.saleId,
        user_id: order.userId,
        status,
        ...(reason !== null && { reason }),
        items: order.lines.map(({ skuId, quantity, unitPriceMinor }) => ({
          sku_id: skuId,
          quantity,
          unit_price_minor: unitPriceMinor,
        })),
        total_minor: order.totalMinor,
        currency: order.currency,
        reserved_at: new Date(order.reservedAtMs).toISOString(),
      },
    },
  });
}

function eventOf(news: OrderNews) {
  if (news === 'payment_returned') throw new TypeError('the shop is not told of payments without an order');
  return EVENTS[news];
}
