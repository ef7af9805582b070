import type { Notification } from '../database/notifications.ts';
import { readOrder } from '../database/orders.ts';
import { readSale } from '../database/sales.ts';
import type { Mail, Notifier } from '../notify/notifier.ts';
import { type DeliveryPorts, deliverNotification } from './deliver-notification.ts';
import { orderMail } from './order-mail.ts';

export interface TellBuyerPorts extends DeliveryPorts {
  readonly mailer: Notifier<Mail>;
  readonly publicUrl: string | null;
}

/**
 * Mails a buyer what became of their order. The address is read from the order at this moment: a buyer whose data was
 * erased meanwhile is not told.
 */
export async function tellBuyer(ports: TellBuyerPorts, notification: Notification): Promise<void> {
  await deliverNotification(ports, 'mail', notification, async () => {
    const { ledger, mailer, publicUrl } = ports;
    const order = await readOrder(ledger, notification.orderId);
    const found = order && (await readSale(ledger, order.saleId));
    if (!found || order.customer === null) return 'dropped';
    await mailer.send(orderMail({ notification, order, customer: order.customer, sale: found.sale, publicUrl }));
    return 'delivered';
  });
}
