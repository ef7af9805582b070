import type { ReleaseReason } from './order.ts';
import type { OrderChangeType, OrderEvent } from './order-event.ts';

/** What happened to one purchase, for whoever counts. It names no person. */
export interface AnalyticsFact {
  /** `sale:epoch:seq`: a fact that comes again has the same. */
  readonly factId: string;
  readonly type: OrderChangeType;
  readonly atMs: number;
  readonly saleId: string;
  readonly orderId: string;
  readonly items: readonly { readonly skuId: string; readonly quantity: number; readonly unitPriceMinor: number }[];
  readonly totalMinor: number;
  readonly currency: string;
  /** Why it ended without goods. */
  readonly reason: ReleaseReason | null;
  readonly correlationId: string;
}

/** Null for what is about the sale as a whole. */
export function factOf(event: OrderEvent): AnalyticsFact | null {
  if (!('order' in event)) return null;
  const { saleId, epoch, seq, atMs, type, order, correlationId } = event;
  return {
    factId: `${saleId}:${epoch}:${seq}`,
    type,
    atMs,
    saleId,
    orderId: order.orderId,
    items: order.lines.map(({ skuId, quantity, unitPriceMinor }) => ({ skuId, quantity, unitPriceMinor })),
    totalMinor: order.totalMinor,
    currency: order.currency,
    reason: order.releaseReason,
    correlationId,
  };
}
