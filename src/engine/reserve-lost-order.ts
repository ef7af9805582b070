import type { Order } from '../domain/order.ts';
import type { Store } from '../store/store.ts';

/**
 * Takes the units again of an order that a recovery has lost, under its own id and the rules of any purchase: its buyer
 * has come to pay. Only while they may: whoever was admitted through a waiting room queues again.
 */
export async function reserveLostOrder(store: Store, order: Order, correlationId: string): Promise<Order | null> {
  const outcome = await store.purchase({
    saleId: order.saleId,
    orderId: order.orderId,
    userId: order.userId,
    lines: order.lines.map(({ skuId, quantity }) => ({ skuId, quantity })),
    idempotencyKey: `lost ${order.orderId}`,
    admission: null,
    deviceId: order.deviceId,
    correlationId,
  });
  return outcome.code === 'reserved' ? outcome.order : null;
}
