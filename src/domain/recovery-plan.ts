import type { GateSettings } from './gate.ts';
import { countsAgainstLimit, type Order } from './order.ts';
import { type OrderChange, releaseOf } from './order-event.ts';
import { mayStillPay, type PaymentState } from './payment.ts';
import type { RecoveredDraw, SaleVersion } from './recovered-sale.ts';
import type { RoomCheckpoint } from './room-rebuild.ts';
import type { SaleDefinition, SaleState } from './sale.ts';

/** All that the ledger knows of a sale. */
export interface SaleAccount {
  /** The last event that it has applied. */
  readonly position: SaleVersion;
  /** As it is now: restocks are in its `totalStock`. */
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly restockIds: readonly string[];
  readonly gate: GateSettings | null;
  readonly draw: RecoveredDraw | null;
  readonly room: RoomCheckpoint | null;
  /** In the order in which they were reserved. */
  readonly orders: readonly AccountedOrder[];
}

export interface AccountedOrder {
  readonly order: Order;
  /** The newest event that told of it; 0 while it is known from its payment alone. */
  readonly lastSeq: number;
  /** Its units are sold, as far as the ledger is concerned. */
  readonly isClaimed: boolean;
  /** The one that may pay it. */
  readonly attempt: AccountedAttempt | null;
}

export interface AccountedAttempt {
  readonly attemptId: string;
  readonly state: PaymentState;
  readonly abandonReason: string | null;
}

export interface RecoveryPlan {
  /** What has to be changed of the orders in the log: nothing, if the store lost nothing that mattered. */
  readonly changes: readonly OrderChange[];
  /** The orders in the log as the changes leave them, and those that the changes restore. */
  readonly orders: readonly Order[];
  /** Known from their payment alone, and not restored. */
  readonly lost: readonly Order[];
}

/**
 * What becomes of a sale's orders when the store has lost its end, or everything. The log says how they stood; their
 * payments may have come further. Claimed units are held before all others, then whoever came first; what does not fit
 * into the stock or the buyer's limit any more is given up, the last first.
 */
export function planRecovery(account: SaleAccount, nowMs: number, graceMs: number): RecoveryPlan {
  const room = new Allotment(account.sale);
  const kept = new Map<string, OrderChange[]>();
  for (const accounted of byClaim(account.orders, nowMs)) {
    const changes = changesOf(accounted, nowMs, graceMs);
    const order = changes.at(-1)?.order ?? accounted.order;
    if (!countsAgainstLimit(order.state)) kept.set(order.orderId, changes);
    else if (room.take(order)) kept.set(order.orderId, changes);
    else if (isInLog(accounted)) kept.set(order.orderId, [releaseOf(accounted.order, 'lost_in_recovery')]);
  }
  const isKept = (accounted: AccountedOrder) =>
    isInLog(accounted) || (kept.get(accounted.order.orderId)?.length ?? 0) > 0;
  const changes = account.orders.flatMap(({ order }) => kept.get(order.orderId) ?? []);
  return {
    changes: [...changes.filter(isRelease), ...changes.filter((change) => !isRelease(change))],
    orders: account.orders.filter(isKept).map(({ order }) => kept.get(order.orderId)?.at(-1)?.order ?? order),
    lost: account.orders.filter((accounted) => !isKept(accounted)).map(({ order }) => order),
  };
}

function isInLog({ lastSeq }: AccountedOrder): boolean {
  return lastSeq > 0;
}

function isRelease({ type }: OrderChange): boolean {
  return type === 'order_cancelled' || type === 'order_expired';
}

/** Those that are claimed first; those whose time is over last. */
function byClaim(orders: readonly AccountedOrder[], nowMs: number): AccountedOrder[] {
  const rank = ({ order, isClaimed }: AccountedOrder) => {
    if (isClaimed || order.state === 'paid') return 0;
    return order.state === 'reserved' && order.deadlineMs <= nowMs ? 2 : 1;
  };
  return orders.toSorted((a, b) => rank(a) - rank(b) || a.order.reservedAtMs - b.order.reservedAtMs);
}

/** What brings an order from where the log left it to where its payment is. */
function changesOf(accounted: AccountedOrder, nowMs: number, graceMs: number): OrderChange[] {
  const { attempt } = accounted;
  if (!isInLog(accounted) && !mayBeRestored(accounted)) return [];
  const restored = isInLog(accounted) ? [] : [restore(accounted.order)];
  const order = restored[0]?.order ?? accounted.order;
  if (!attempt || !hasGoneFurther(accounted)) return restored;
  const held = hold(order, attempt.attemptId, Math.max(order.deadlineMs, nowMs + graceMs));
  const paying = held.at(-1)?.order ?? order;
  return [...restored, ...held, ...(isPaid(attempt) ? pay(paying) : [])];
}

function mayBeRestored({ order, attempt, isClaimed }: AccountedOrder): boolean {
  if (!attempt) return false;
  if (isClaimed) return true;
  if (!countsAgainstLimit(order.state)) return false;
  return attempt.state === 'declined' || mayStillPay(attempt);
}

/** A declined payment leaves its order open for another one. */
function hasGoneFurther(accounted: AccountedOrder): boolean {
  return accounted.isClaimed || (!isInLog(accounted) && accounted.attempt?.state !== 'declined');
}

function isPaid({ state }: AccountedAttempt): boolean {
  return state === 'confirmed' || state === 'refunding' || state === 'refunded';
}

function restore(order: Order): OrderChange {
  const reserved = { ...order, state: 'reserved', payingUntilMs: null, attemptId: null, releaseReason: null } as const;
  return { type: 'order_restored', order: reserved };
}

function hold(order: Order, attemptId: string, payingUntilMs: number): OrderChange[] {
  const paying = { ...order, state: 'paying', attemptId, payingUntilMs, releaseReason: null } as const;
  switch (order.state) {
    case 'reserved':
      return [{ type: 'payment_begun', order: paying }];
    case 'expired':
      return [{ type: 'order_reserved_again', order: paying }];
    case 'paying':
      return order.attemptId === attemptId ? [] : [decline(order), { type: 'payment_begun', order: paying }];
    default:
      return [];
  }
}

function decline(order: Order): OrderChange {
  return { type: 'payment_declined', order: { ...order, state: 'reserved', attemptId: null, payingUntilMs: null } };
}

function pay(order: Order): OrderChange[] {
  if (order.state !== 'paying') return [];
  return [{ type: 'order_paid', order: { ...order, state: 'paid', payingUntilMs: null } }];
}

/** Units for sale, and units a buyer may have, as one order after the other takes them. */
class Allotment {
  readonly #limit: number;
  readonly #left = new Map<string, number>();
  readonly #held = new Map<string, number>();

  constructor({ items, purchaseLimit }: SaleDefinition) {
    this.#limit = purchaseLimit;
    for (const { skuId, totalStock, safetyBuffer } of items) this.#left.set(skuId, totalStock - safetyBuffer);
  }

  take({ userId, lines }: Order): boolean {
    const held = (skuId: string) => this.#held.get(`${userId} ${skuId}`) ?? 0;
    const left = (skuId: string) => this.#left.get(skuId) ?? 0;
    const fits = lines.every(({ skuId, quantity }) => quantity <= left(skuId) && held(skuId) + quantity <= this.#limit);
    if (!fits) return false;
    for (const { skuId, quantity } of lines) {
      this.#left.set(skuId, left(skuId) - quantity);
      this.#held.set(`${userId} ${skuId}`, held(skuId) + quantity);
    }
    return true;
  }
}
