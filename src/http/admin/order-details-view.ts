import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import type { FullOrder } from '../../database/full-order.ts';
import type { Channel, Notification } from '../../database/notifications.ts';
import type { PaymentAttempt } from '../../database/payments.ts';
import { adminOrderView } from '../public/order-view.ts';
import { isoTime } from '../public/sale-view.ts';

/** One order with its payments and what was told of it. */
export function orderDetailsView(order: FullOrder, seesCustomer: boolean): AdminOrderDetails {
  const notifications = [
    ...order.mails.map((mail) => notificationView('mail', mail)),
    ...order.webhooks.map((webhook) => notificationView('webhook', webhook)),
  ];
  return {
    ...adminOrderView(order, seesCustomer),
    payments: order.attempts.map(attemptView),
    notifications: notifications.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at)),
  };
}

function attemptView(attempt: PaymentAttempt): AdminOrderDetails['payments'][number] {
  return {
    attempt_id: attempt.attemptId,
    attempt_number: attempt.attemptNumber,
    status: attempt.state,
    amount_minor: attempt.amountMinor,
    currency: attempt.currency,
    provider_reference: attempt.providerReference,
    message: attempt.declineReason ?? attempt.abandonReason,
    tries: attempt.tries,
    last_error: attempt.lastError,
    correlation_id: attempt.correlationId,
    created_at: isoTime(attempt.createdAtMs),
    updated_at: isoTime(attempt.updatedAtMs),
  };
}

function notificationView(channel: Channel, notification: Notification): AdminOrderDetails['notifications'][number] {
  return {
    notification_id: notification.notificationId,
    channel,
    news: notification.news,
    ...deliveryView(notification),
  };
}

/** How far a piece of news has come. */
export function deliveryView({ state, atMs, tries, lastError, nextTryAtMs, settledAtMs }: Notification) {
  return {
    status: state,
    created_at: isoTime(atMs),
    tries,
    last_error: lastError,
    next_try_at: nextTryAtMs === null ? null : isoTime(nextTryAtMs),
    settled_at: settledAtMs === null ? null : isoTime(settledAtMs),
  };
}
