import type { DrawResult } from './draw.ts';
import type { GateSettings } from './gate.ts';
import type { Order, ReleaseReason } from './order.ts';
import type { RoomCheckpoint } from './room-rebuild.ts';
import type { SaleDefinition } from './sale.ts';

/**
 * What every event of the order log carries. `seq` starts at 1 and has no gaps within a sale, over all its epochs: a new
 * one goes on behind the end of the one before.
 */
interface EventHeader {
  readonly saleId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly correlationId: string;
}

export type RecoveryOutcome = 'adopted' | 'rebuilt';

export type SaleChange =
  | { readonly type: 'sale_prepared'; readonly sale: SaleDefinition }
  | { readonly type: 'sale_started' | 'sale_paused' | 'sale_resumed' | 'sale_ended' | 'sale_cancelled' }
  | { readonly type: 'sale_restocked'; readonly restockId: string; readonly skuId: string; readonly quantity: number }
  | { readonly type: 'gate_changed'; readonly settings: GateSettings }
  /** Begins a new epoch: the store's own state was found to be whole, or was built anew from the ledger. */
  | { readonly type: 'sale_recovered'; readonly how: RecoveryOutcome }
  /** Nobody else takes part in the draw: it is among tickets 1 to `entrants`. */
  | { readonly type: 'draw_closed'; readonly entrants: number }
  | { readonly type: 'draw_made'; readonly draw: DrawResult }
  | ({ readonly type: 'room_checkpoint' } & RoomCheckpoint);

export type OrderChangeType =
  | 'order_reserved'
  | 'payment_begun'
  | 'payment_declined'
  | 'order_paid'
  | 'order_cancelled'
  | 'order_expired'
  | 'order_reserved_again'
  /** The ledger knew it from its payment alone, and the store had lost it: its units are taken again. */
  | 'order_restored';

/** Carries the whole order as it is after the change, so that a consumer needs no earlier event. */
export interface OrderChange {
  readonly type: OrderChangeType;
  readonly order: Order;
}

/** What a decision makes happen; the store numbers and times it. */
export type Change = SaleChange | OrderChange;

/** One entry of the order log. */
export type OrderEvent = EventHeader & Change;

/** The W3C trace context of the purchase that it is about, if that was traced. */
export function traceparentOf(event: OrderEvent): string | undefined {
  return 'order' in event ? event.order.traceparent : undefined;
}

/** An open order ends without goods; its units are free again. */
export function releaseOf(order: Order, reason: ReleaseReason): OrderChange {
  const state = reason === 'expired' ? 'expired' : 'cancelled';
  return { type: `order_${state}`, order: { ...order, state, payingUntilMs: null, releaseReason: reason } };
}
