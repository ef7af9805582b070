import { ORDER_TRANSITIONS, type Order, type OrderState } from '../../src/domain/order.ts';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import { type RecoveredSale, readUpTo } from '../../src/domain/recovered-sale.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import type { ItemStock, SaleSnapshot } from '../../src/store/store.ts';

/** What a sale shows of itself at one moment, and every event since its beginning. */
export interface SaleEvidence {
  readonly snapshot: Pick<SaleSnapshot, 'sale' | 'stock' | 'orders' | 'lastSeq' | 'room'>;
  readonly events: readonly OrderEvent[];
  /** What the sale goes on from, and `events` with it. Null or left out: from its beginning. */
  readonly recovered?: RecoveredSale | null;
}

/**
 * The invariants of one sale, worked out from its orders and events alone, without the code that keeps them. Returns
 * what is wrong, in words; empty when all hold. I7 and I8 take a waiting room's history: see `QueueInvariants`.
 */
export function brokenInvariants(evidence: SaleEvidence): string[] {
  return [
    ...brokenNumbers(evidence),
    ...brokenStock(evidence),
    ...brokenLimits(evidence),
    ...brokenKeys(evidence),
    ...brokenLives(evidence),
    ...brokenWindow(evidence),
    ...brokenRoom(evidence),
  ];
}

function brokenNumbers({ snapshot, events, recovered }: SaleEvidence): string[] {
  const before = recovered ? readUpTo(recovered) : 0;
  const wrong = events.filter((event, index) => event.seq !== before + index + 1);
  const broken = wrong.map((event) => `event ${event.seq} is out of its place`);
  if (before + events.length !== snapshot.lastSeq)
    broken.push(`${events.length} events, but the last is ${snapshot.lastSeq}`);
  return broken;
}

/** I1: `available + reserved + paying + sold + buffer = totalStock`, and each count is what the orders say. */
function brokenStock({ snapshot }: SaleEvidence): string[] {
  return snapshot.stock.flatMap((stock) => {
    const { skuId, available, reserved, paying, sold, buffer, totalStock } = stock;
    const broken: string[] = [];
    if (available + reserved + paying + sold + buffer !== totalStock) broken.push(`I1 ${JSON.stringify(stock)}`);
    if (Math.min(available, reserved, paying, sold, buffer) < 0) broken.push(`I1 negative ${JSON.stringify(stock)}`);
    const counted = unitsByOrders(snapshot.orders, skuId);
    if (reserved !== counted.reserved || paying !== counted.paying || sold !== counted.sold) {
      broken.push(`I1 ${JSON.stringify(stock)} but the orders hold ${JSON.stringify(counted)}`);
    }
    return broken;
  });
}

function unitsByOrders(orders: readonly Order[], skuId: string): Pick<ItemStock, 'reserved' | 'paying' | 'sold'> {
  const inStates = (...states: OrderState[]) =>
    orders.filter((order) => states.includes(order.state)).reduce((sum, order) => sum + unitsOf(order, skuId), 0);
  return { reserved: inStates('reserved'), paying: inStates('paying'), sold: inStates('paid', 'refunded') };
}

function unitsOf(order: Order, skuId: string): number {
  return order.lines.filter((line) => line.skuId === skuId).reduce((sum, line) => sum + line.quantity, 0);
}

/** I3: no buyer holds or owns more units of a SKU than the limit. */
function brokenLimits({ snapshot }: SaleEvidence): string[] {
  const held = new Map<string, number>();
  for (const order of snapshot.orders) {
    if (order.state !== 'reserved' && order.state !== 'paying' && order.state !== 'paid') continue;
    for (const { skuId, quantity } of order.lines) {
      const buyer = `${order.userId} ${skuId}`;
      held.set(buyer, (held.get(buyer) ?? 0) + quantity);
    }
  }
  return [...held]
    .filter(([, units]) => units > snapshot.sale.purchaseLimit)
    .map(([who, units]) => `I3 ${who} ${units}`);
}

/** I4: one key of one buyer, one order. */
function brokenKeys({ snapshot }: SaleEvidence): string[] {
  const keys = snapshot.orders.map((order) => `${order.userId} ${order.idempotencyKey}`);
  const seen = new Set<string>();
  const repeated = keys.filter((key) => {
    const known = seen.has(key);
    seen.add(key);
    return known;
  });
  return repeated.map((key) => `I4 two orders under ${key}`);
}

/**
 * I5 and I6: each order goes only where the table leads, so that it ends once, and units come back at most once for
 * each time they were taken. The snapshot shows where the last event left each order.
 */
function brokenLives({ snapshot, events, recovered }: SaleEvidence): string[] {
  const lives = new Map<string, Order>(recovered?.orders.map((order) => [order.orderId, order]));
  const broken: string[] = [];
  for (const event of events) {
    if (!('order' in event) || event.seq <= (recovered?.lastSeq ?? 0)) continue;
    const before = lives.get(event.order.orderId);
    if (!mayFollow(before?.state ?? null, event.order.state)) {
      broken.push(`I6 ${event.order.orderId} went from ${before?.state} to ${event.order.state} at ${event.seq}`);
    }
    lives.set(event.order.orderId, event.order);
  }
  for (const order of snapshot.orders) {
    const last = lives.get(order.orderId)?.state;
    if (last !== order.state) broken.push(`I5 ${order.orderId} is ${order.state}, its last event says ${last}`);
  }
  if (lives.size !== snapshot.orders.length)
    broken.push(`I5 ${lives.size} orders began, ${snapshot.orders.length} are there`);
  return broken;
}

function mayFollow(before: OrderState | null, after: OrderState): boolean {
  if (before === null) return after === 'reserved';
  return Object.values(ORDER_TRANSITIONS[before]).includes(after);
}

/** I9: units are taken only inside `[startsAtMs, endsAtMs)`, in a sale that is active. */
function brokenWindow({ events, recovered }: SaleEvidence): string[] {
  const broken: string[] = [];
  let sale: SaleDefinition | null = recovered?.sale ?? null;
  let active = recovered?.state === 'active';
  for (const event of events) {
    if (event.type === 'sale_prepared') sale = event.sale;
    if (event.type === 'sale_started' || event.type === 'sale_resumed') active = true;
    if (event.type === 'sale_paused' || event.type === 'sale_ended' || event.type === 'sale_cancelled') active = false;
    if (event.type !== 'order_reserved' && event.type !== 'order_reserved_again') continue;
    const inWindow = sale !== null && sale.startsAtMs <= event.atMs && event.atMs < sale.endsAtMs;
    if (!active || !inWindow) broken.push(`I9 ${event.type} at ${event.atMs}, event ${event.seq}`);
  }
  return broken;
}

/** What a room counts of itself: nothing that must never happen, and nobody who is not there. */
function brokenRoom({ snapshot: { room } }: SaleEvidence): string[] {
  if (!room) return [];
  const { violations, tickets, waiting, nowServing, inside, atDoor } = room;
  const broken: string[] = [];
  if (violations.outOfTurn > 0) broken.push(`I7 ${violations.outOfTurn} came in out of turn`);
  if (violations.overRate + violations.overCap > 0) broken.push(`I8 ${JSON.stringify(violations)}`);
  const isCountable = Math.min(waiting, nowServing, inside, atDoor) >= 0 && waiting + nowServing <= tickets;
  if (!isCountable) broken.push(`I7 ${JSON.stringify(room)}`);
  return broken;
}
