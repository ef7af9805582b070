import type { Decision } from './decision.ts';
import type { LiveSale } from './live-sale.ts';
import { ORDER_TRANSITIONS, type Order, type OrderAction, type ReleaseReason } from './order.ts';
import { type OrderChangeType, releaseOf } from './order-event.ts';
import { availableUnits, refusalByLimit } from './purchase.ts';

/** `done`: the order is as asked, now or already. Any other code leaves it as `order` says. */
export type SettlementOutcome =
  | { readonly code: 'done'; readonly order: Order }
  | { readonly code: 'wrong_state'; readonly order: Order }
  | { readonly code: 'sold_out'; readonly order: Order }
  | { readonly code: 'not_found' };

type Settlement = Decision<SettlementOutcome>;

/** Holds a reservation for a payment attempt, at least `graceMs` from now, whatever its deadline. */
export function decideBeginPayment(
  live: LiveSale,
  order: Order,
  attemptId: string,
  nowMs: number,
  graceMs: number,
): Settlement {
  if (isHeldBy(order, attemptId)) return unchanged(order);
  if (order.state === 'reserved' && live.state === 'cancelled') return tooLate(order, 'sale_cancelled');
  if (order.state === 'reserved' && order.deadlineMs <= nowMs) return tooLate(order, 'expired');
  return change(order, 'begin_payment', 'payment_begun', {
    attemptId,
    payingUntilMs: Math.max(order.deadlineMs, nowMs + graceMs),
  });
}

/** The attempt failed: the reservation is open again while time is left. */
export function decideDecline(live: LiveSale, order: Order, attemptId: string, nowMs: number): Settlement {
  if (order.state === 'reserved') return unchanged(order);
  if (order.attemptId !== attemptId) return wrongState(order);
  if (live.state === 'cancelled') return decideRelease(order, 'sale_cancelled', attemptId);
  if (order.deadlineMs <= nowMs) return decideRelease(order, 'expired', attemptId);
  return change(order, 'decline', 'payment_declined', { attemptId: null, payingUntilMs: null });
}

/** The money is taken, the units are sold. */
export function decideConfirm(order: Order, attemptId: string): Settlement {
  if (order.attemptId !== attemptId) return wrongState(order);
  if (order.state === 'paid') return unchanged(order);
  return change(order, 'confirm', 'order_paid', { payingUntilMs: null });
}

/** Takes the units of an expired order again, under the rules of a purchase: window, pause, limit, stock. */
export function decideReserveAgain(
  live: LiveSale,
  order: Order,
  attemptId: string,
  nowMs: number,
  graceMs: number,
): Settlement {
  if (isHeldBy(order, attemptId)) return unchanged(order);
  if (order.state !== 'expired' || live.state !== 'active') return wrongState(order);
  const short = order.lines.some((line) => availableUnits(live, line.skuId) < line.quantity);
  if (short || isDeviceTaken(live, order) || refusalByLimit(live, order.userId, order.lines, null)) {
    return { outcome: { code: 'sold_out', order }, changes: [] };
  }
  return change(order, 'reserve_again', 'order_reserved_again', {
    attemptId,
    payingUntilMs: nowMs + graceMs,
    releaseReason: null,
  });
}

function isDeviceTaken(live: LiveSale, { orderId, deviceId }: Order): boolean {
  return live.sale.antiBot?.onePerDevice === true && deviceId !== null && live.isDeviceTaken(deviceId, orderId);
}

/** Gives the units back. A payment under way is ended only by who holds it. */
export function decideRelease(order: Order, reason: ReleaseReason, attemptId: string | null): Settlement {
  if (order.state === 'cancelled' || order.state === 'expired') return unchanged(order);
  if (order.state === 'paying' && order.attemptId !== attemptId) return wrongState(order);
  if (!ORDER_TRANSITIONS[order.state].cancel) return wrongState(order);
  const release = releaseOf(order, reason);
  return { outcome: { code: 'done', order: release.order }, changes: [release] };
}

function isHeldBy(order: Order, attemptId: string): boolean {
  return order.attemptId === attemptId && (order.state === 'paying' || order.state === 'paid');
}

/** The reservation ended before anyone looked: it is released now, and the payment refused. */
function tooLate(order: Order, reason: ReleaseReason): Settlement {
  const release = releaseOf(order, reason);
  return { outcome: { code: 'wrong_state', order: release.order }, changes: [release] };
}

function change(order: Order, action: OrderAction, type: OrderChangeType, fields: Partial<Order>): Settlement {
  const state = ORDER_TRANSITIONS[order.state][action];
  if (!state) return wrongState(order);
  const next: Order = { ...order, ...fields, state };
  return { outcome: { code: 'done', order: next }, changes: [{ type, order: next }] };
}

function unchanged(order: Order): Settlement {
  return { outcome: { code: 'done', order }, changes: [] };
}

function wrongState(order: Order): Settlement {
  return { outcome: { code: 'wrong_state', order }, changes: [] };
}
