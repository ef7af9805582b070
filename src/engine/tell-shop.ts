import type { Notification } from '../database/notifications.ts';
import { type LedgerOrder, readOrder } from '../database/orders.ts';
import type { Notifier, Webhook } from '../notify/notifier.ts';
import { type DeliveryPorts, deliverNotification } from './deliver-notification.ts';
import { webhookBody } from './webhook-body.ts';

export interface TellShopPorts extends DeliveryPorts {
  readonly webhooks: Notifier<Webhook>;
}

/** Calls the shop's webhook with what became of an order. */
export async function tellShop(ports: TellShopPorts, notification: Notification): Promise<void> {
  await deliverNotification(ports, 'webhook', notification, async () => {
    const order = await readOrder(ports.ledger, notification.orderId);
    if (order === null || isWithheld(notification, order)) return 'dropped';
    const { notificationId: webhookId, correlationId } = notification;
    await ports.webhooks.send({ webhookId, correlationId, body: webhookBody(notification, order) });
    return 'delivered';
  });
}

/** Risk review held it back until its money went back: a shop that heard that it is paid might send the goods. */
function isWithheld({ news }: Notification, { review }: LedgerOrder): boolean {
  return news === 'order_paid' && review === 'cancelled';
}
