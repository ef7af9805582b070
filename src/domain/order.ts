/** The units of one SKU in an order, at the price of the moment of purchase. */
export interface OrderLine {
  readonly skuId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Units of the SKU left for sale right after this purchase: part of the answer, and so of its repeats. */
  readonly remainingStock: number;
}

export type OrderState = 'reserved' | 'paying' | 'paid' | 'cancelled' | 'expired' | 'refunded';

export type OrderAction = 'begin_payment' | 'decline' | 'confirm' | 'cancel' | 'expire' | 'reserve_again' | 'refund';

/**
 * One table for the reservation in the store and the order in the ledger. `reserve_again` is the late payment:
 * money turned up for an order that had expired, and there was still stock (docs/decisions/0003).
 */
export const ORDER_TRANSITIONS: Readonly<Record<OrderState, Readonly<Partial<Record<OrderAction, OrderState>>>>> = {
  reserved: { begin_payment: 'paying', cancel: 'cancelled', expire: 'expired' },
  paying: { decline: 'reserved', confirm: 'paid', cancel: 'cancelled', expire: 'expired' },
  paid: { refund: 'refunded' },
  expired: { reserve_again: 'paying' },
  cancelled: {},
  refunded: {},
};

/** Why an order ended without goods. */
export type ReleaseReason =
  | 'expired'
  | 'cancelled_by_buyer'
  | 'payment_failed'
  | 'claim_refused'
  | 'sale_cancelled'
  /** The store lost it, and its units are somebody else's. */
  | 'lost_in_recovery';

/** Everything about an order that decides anything. Personal data is not among it: that lives in the ledger alone. */
export interface Order {
  readonly orderId: string;
  readonly saleId: string;
  readonly userId: string;
  readonly state: OrderState;
  readonly lines: readonly OrderLine[];
  readonly totalMinor: number;
  readonly currency: string;
  /** Scoped to the buyer and the sale. */
  readonly idempotencyKey: string;
  readonly reservedAtMs: number;
  /** The payment deadline that the buyer was told. */
  readonly deadlineMs: number;
  /** When a payment under way is ended: not before `deadlineMs`. Null unless `paying`. */
  readonly payingUntilMs: number | null;
  /** The payment attempt that holds the order, or held it when it ended. Null while `reserved`. */
  readonly attemptId: string | null;
  readonly releaseReason: ReleaseReason | null;
  /** The place in the waiting room that it was bought from. Null in a sale without one. */
  readonly ticket: number | null;
  /** A digest that names the device. Null when the buyer's page told none. */
  readonly deviceId: string | null;
  readonly correlationId: string;
  /** The W3C trace context of the request that made it. Absent unless that was traced. */
  readonly traceparent?: string;
  /** The epoch of the sale in which it was reserved. */
  readonly reservedInEpoch: number;
}

export interface RequestedLine {
  readonly skuId: string;
  /** Units: a positive integer. */
  readonly quantity: number;
}

/** Lines of the same SKU become one, so that limit and stock are checked on what is really asked for. */
export function mergeLines(lines: readonly RequestedLine[]): RequestedLine[] {
  if (lines.length === 1) return lines as RequestedLine[];
  const merged = new Map<string, number>();
  for (const line of lines) merged.set(line.skuId, (merged.get(line.skuId) ?? 0) + line.quantity);
  return [...merged].map(([skuId, quantity]) => ({ skuId, quantity }));
}

export function sameLines(order: Order, requested: readonly RequestedLine[]): boolean {
  return (
    order.lines.length === requested.length &&
    requested.every((line) => order.lines.some((had) => had.skuId === line.skuId && had.quantity === line.quantity))
  );
}

/** Units are held, and nothing is decided yet. */
export function isOpen(state: OrderState): boolean {
  return state === 'reserved' || state === 'paying';
}

/** Do the units of an order in this state count against the buyer's limit? */
export function countsAgainstLimit(state: OrderState): boolean {
  return state === 'reserved' || state === 'paying' || state === 'paid';
}
