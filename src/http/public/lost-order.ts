import type { OrderView } from '../../engine/order-view.ts';
import type { TokenClaims } from '../tokens.ts';

/** An order that neither store nor ledger knows any longer, as its reservation token tells of it. */
export function lostOrder(claims: TokenClaims['reservation']): OrderView {
  return {
    orderId: claims.order_id,
    saleId: claims.sale_id,
    userId: claims.sub,
    state: 'cancelled',
    lines: claims.items.map((item) => ({
      skuId: item.sku_id,
      quantity: item.quantity,
      unitPriceMinor: item.unit_price_minor,
      remainingStock: 0,
    })),
    totalMinor: claims.total_minor,
    currency: claims.currency,
    idempotencyKey: '',
    reservedAtMs: claims.iat * 1_000,
    deadlineMs: Date.parse(claims.payment_deadline),
    payingUntilMs: null,
    attemptId: null,
    releaseReason: 'lost_in_recovery',
    ticket: null,
    deviceId: null,
    correlationId: claims.order_id,
    reservedInEpoch: 0,
    fulfilment: null,
    review: null,
    customer: null,
    latestAttempt: null,
    timeline: [],
  };
}
