import type { Order } from '../../domain/order.ts';

/** Not what stands for nothing. */
const NUMBERED = /^\d/;

interface StoredOrder {
  /** Of the event that made it. */
  readonly firstSeq: number;
  readonly order: Order;
}

/** What `includes/orders.lua` keeps of an order. */
export function parseStoredOrder(stored: string): StoredOrder {
  const space = stored.indexOf(' ');
  return { firstSeq: Number(stored.slice(0, space)), order: JSON.parse(stored.slice(space + 1)) as Order };
}

/** All orders of a sale as they are kept, oldest first. */
export function parseStoredOrders(all: readonly string[]): Order[] {
  const orders = all.filter((stored) => NUMBERED.test(stored)).map(parseStoredOrder);
  return orders.toSorted((a, b) => a.firstSeq - b.firstSeq).map(({ order }) => order);
}

/** A script's reply of orders in JSON. None when the sale is not there. */
export function parseOrders(reply: unknown): Order[] {
  return ((reply ?? []) as string[]).map((json) => JSON.parse(json) as Order);
}
