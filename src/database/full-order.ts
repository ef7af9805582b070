import { type Notification, readNotificationsOfOrder } from './notifications.ts';
import { findOrder, type OrderDetails } from './orders.ts';
import { type PaymentAttempt, readAttemptsOfOrder } from './payments.ts';
import type { Ledger } from './schema.ts';

/** An order with every attempt to pay it and all that was told of it, each the first one first. */
export interface FullOrder extends OrderDetails {
  readonly attempts: readonly PaymentAttempt[];
  readonly mails: readonly Notification[];
  readonly webhooks: readonly Notification[];
}

export async function readFullOrder(db: Ledger, orderId: string): Promise<FullOrder | null> {
  const order = await findOrder(db, orderId);
  if (!order) return null;
  const [attempts, mails, webhooks] = await Promise.all([
    readAttemptsOfOrder(db, orderId),
    readNotificationsOfOrder(db, 'mail', orderId),
    readNotificationsOfOrder(db, 'webhook', orderId),
  ]);
  return { ...order, attempts, mails, webhooks };
}
