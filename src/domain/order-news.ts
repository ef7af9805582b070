import type { ReleaseReason } from './order.ts';
import type { OrderEvent } from './order-event.ts';

/**
 * What became of an order, as people outside are told. `payment_returned`: money that was taken for an order which
 * could not be kept went back.
 */
export type OrderNews = 'order_paid' | 'order_expired' | 'order_cancelled' | 'order_refunded' | 'payment_returned';

export interface OrderReport {
  readonly orderId: string;
  readonly news: OrderNews;
  /** Why it ended without goods. */
  readonly reason: ReleaseReason | null;
  readonly atMs: number;
  readonly correlationId: string;
}

/** Who is told what becomes of orders: the shop only where it has named a webhook. */
export type Audience = 'buyers' | 'buyers_and_shop';

/** Buyers know what they did themselves, and see it when their own card fails or their time runs out. */
const BUYERS_OWN_DOING: readonly (ReleaseReason | null)[] = ['cancelled_by_buyer', 'payment_failed', 'expired'];

/** Null for what is nobody's news outside. */
export function reportOf(event: OrderEvent): OrderReport | null {
  switch (event.type) {
    case 'order_paid':
    case 'order_expired':
    case 'order_cancelled': {
      const { type: news, order, atMs, correlationId } = event;
      return { orderId: order.orderId, news, reason: order.releaseReason, atMs, correlationId };
    }
    default:
      return null;
  }
}

/** Is a mail due? */
export function concernsBuyer({ news, reason }: OrderReport): boolean {
  if (news === 'order_expired') return false;
  return news !== 'order_cancelled' || !BUYERS_OWN_DOING.includes(reason);
}

/** Is a webhook due? A payment that went back changes nothing about its order, which the shop has heard of. */
export function concernsShop({ news }: OrderReport): boolean {
  return news !== 'payment_returned';
}
