import type { Decision } from './decision.ts';
import type { LiveSale } from './live-sale.ts';
import { mergeLines, type Order, type OrderLine, type RequestedLine, sameLines } from './order.ts';
import { releaseOf } from './order-event.ts';

export interface PurchaseRequest {
  readonly saleId: string;
  /** The id the order gets if it is made. */
  readonly orderId: string;
  readonly userId: string;
  readonly lines: readonly RequestedLine[];
  /** Scoped to the buyer and the sale. */
  readonly idempotencyKey: string;
  /** What the buyer's admission token says. Null when they show none. */
  readonly admission: { readonly ticket: number; readonly admittedAtMs: number } | null;
  /** Null when the buyer's page told none. */
  readonly deviceId: string | null;
  readonly correlationId: string;
  /** The W3C trace context of the request. Absent unless it is traced. */
  readonly traceparent?: string;
}

export type PurchaseOutcome =
  | { readonly code: 'reserved'; readonly order: Order; readonly replayed: boolean }
  | PurchaseRefusal;

/** Why nothing was reserved. A refusal changes nothing and is not remembered. */
export type PurchaseRefusal =
  | { readonly code: 'not_found' }
  | { readonly code: 'unknown_sku'; readonly skuId: string }
  | { readonly code: 'idempotency_key_reused' }
  /** `device_unknown`: the sale asks for a device, and none was told. */
  | { readonly code: 'not_admitted' | 'admission_expired' | 'device_unknown' | 'device_limit_exceeded' }
  | { readonly code: 'recovering' | 'sale_not_started' | 'sale_paused' | 'sale_ended' | 'overloaded' }
  | { readonly code: 'limit_exceeded'; readonly skuId: string; readonly limit: number; readonly held: number }
  | { readonly code: 'sold_out'; readonly skuId: string; readonly remaining: number };

/** A purchase that finds too little stock lets at most so many overdue reservations go first. */
export const EXPIRED_PER_PURCHASE = 16;

/**
 * The purchase rule. In this order: idempotency, window and pause, room in the outbox, admission, device, limit on
 * merged lines, stock.
 * All lines are reserved or none. `outboxFull` refuses only new reservations.
 */
export function decidePurchase(
  live: LiveSale,
  request: PurchaseRequest,
  nowMs: number,
  outboxFull: boolean,
): Decision<PurchaseOutcome> {
  const lines = mergeLines(request.lines);
  const before = live.orderByKey(request.userId, request.idempotencyKey);
  if (before) {
    if (!sameLines(before, lines)) return refuse({ code: 'idempotency_key_reused' });
    return { outcome: { code: 'reserved', order: before, replayed: true }, changes: [] };
  }
  assertWellFormed(live, request);
  const refusal =
    refusalByState(live) ??
    (outboxFull ? ({ code: 'overloaded' } as const) : null) ??
    refusalByAdmission(live, request, nowMs) ??
    refusalByDevice(live, request) ??
    refusalByLimit(live, request.userId, lines, request.admission?.ticket ?? null);
  if (refusal) return refuse(refusal);
  return takeStock(live, request, lines, nowMs);
}

/** The edge validates and makes the ids. What gets past it would break the count of units, so it is a fault. */
function assertWellFormed(live: LiveSale, { orderId, lines }: PurchaseRequest): void {
  if (live.order(orderId)) throw new RangeError(`order id ${orderId} is in use`);
  if (lines.length === 0) throw new RangeError('a purchase has at least one line');
  for (const { skuId, quantity } of lines) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) throw new RangeError(`${quantity} units of ${skuId}`);
  }
}

function refuse(outcome: PurchaseRefusal): Decision<PurchaseOutcome> {
  return { outcome, changes: [] };
}

function refusalByState(live: LiveSale): PurchaseRefusal | null {
  switch (live.state) {
    case 'active':
      return null;
    case 'scheduled':
      return { code: 'sale_not_started' };
    case 'paused':
      return { code: 'sale_paused' };
    case 'ended':
    case 'cancelled':
      return { code: 'sale_ended' };
  }
}

/** By the store's clock, whatever time the token names. Where nobody queues, no admission is one. */
function refusalByAdmission(
  { room }: LiveSale,
  { userId, admission }: PurchaseRequest,
  nowMs: number,
): PurchaseRefusal | null {
  if (!room) return admission === null ? null : { code: 'not_admitted' };
  if (!admission || room.holderOf(admission.ticket) !== userId) return { code: 'not_admitted' };
  const { ticket, admittedAtMs } = admission;
  if (room.admissionOf(ticket)?.admittedAtMs === admittedAtMs) return null;
  const { expiresAtMs } = room.admissionAt(ticket, admittedAtMs);
  return { code: expiresAtMs <= nowMs ? 'admission_expired' : 'not_admitted' };
}

function refusalByDevice(live: LiveSale, { deviceId, orderId }: PurchaseRequest): PurchaseRefusal | null {
  if (!live.sale.antiBot?.onePerDevice) return null;
  if (deviceId === null) return { code: 'device_unknown' };
  return live.isDeviceTaken(deviceId, orderId) ? { code: 'device_limit_exceeded' } : null;
}

/**
 * The first line that would give the buyer more units of a SKU than the limit, or names a SKU that is not for sale.
 * With a ticket, what was taken with it and given back counts too: it is good for the limit once.
 */
export function refusalByLimit(
  live: LiveSale,
  userId: string,
  lines: readonly RequestedLine[],
  ticket: number | null,
): Extract<PurchaseRefusal, { code: 'unknown_sku' | 'limit_exceeded' }> | null {
  const limit = live.sale.purchaseLimit;
  for (const { skuId, quantity } of lines) {
    if (!live.units(skuId)) return { code: 'unknown_sku', skuId };
    const taken = ticket === null ? 0 : live.unitsTakenWith(userId, ticket, skuId);
    const held = Math.max(live.heldUnits(userId, skuId), taken);
    if (held + quantity > limit) return { code: 'limit_exceeded', skuId, limit, held };
  }
  return null;
}

function takeStock(
  live: LiveSale,
  request: PurchaseRequest,
  lines: readonly RequestedLine[],
  nowMs: number,
): Decision<PurchaseOutcome> {
  const short = lines.some((line) => availableUnits(live, line.skuId) < line.quantity);
  const overdue = short ? overdueOfOthers(live, request, nowMs) : [];
  const expiries = overdue.map((order) => releaseOf(order, 'expired'));
  const availableAfterExpiry = (skuId: string) => availableUnits(live, skuId) + unitsIn(overdue, skuId);

  for (const { skuId, quantity } of lines) {
    const remaining = availableAfterExpiry(skuId);
    if (remaining < quantity) return { outcome: { code: 'sold_out', skuId, remaining }, changes: expiries };
  }
  const order = newOrder(live, request, lines, nowMs, availableAfterExpiry);
  return {
    outcome: { code: 'reserved', order, replayed: false },
    changes: [...expiries, { type: 'order_reserved', order }],
  };
}

/** A purchase does not end the admission that it is made under: that ends with its last open order. */
function overdueOfOthers(live: LiveSale, { admission }: PurchaseRequest, nowMs: number): Order[] {
  const overdue = live.dueReservations(nowMs, EXPIRED_PER_PURCHASE);
  return admission ? overdue.filter(({ ticket }) => ticket !== admission.ticket) : overdue;
}

export function availableUnits(live: LiveSale, skuId: string): number {
  return live.units(skuId)?.available ?? 0;
}

function unitsIn(orders: readonly Order[], skuId: string): number {
  let units = 0;
  for (const order of orders) for (const line of order.lines) if (line.skuId === skuId) units += line.quantity;
  return units;
}

function newOrder(
  live: LiveSale,
  request: PurchaseRequest,
  requested: readonly RequestedLine[],
  nowMs: number,
  available: (skuId: string) => number,
): Order {
  const { sale } = live;
  const lines = requested.map(({ skuId, quantity }): OrderLine => {
    const unitPriceMinor = sale.items.find((item) => item.skuId === skuId)?.flashPriceMinor ?? 0;
    return { skuId, quantity, unitPriceMinor, remainingStock: available(skuId) - quantity };
  });
  return {
    orderId: request.orderId,
    saleId: sale.saleId,
    userId: request.userId,
    state: 'reserved',
    lines,
    totalMinor: lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0),
    currency: sale.currency,
    idempotencyKey: request.idempotencyKey,
    reservedAtMs: nowMs,
    deadlineMs: nowMs + sale.reservationSeconds * 1000,
    payingUntilMs: null,
    attemptId: null,
    releaseReason: null,
    ticket: live.room ? (request.admission?.ticket ?? null) : null,
    deviceId: request.deviceId,
    correlationId: request.correlationId,
    ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
    reservedInEpoch: live.epoch,
  };
}
