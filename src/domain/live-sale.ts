import { DeadlineQueue } from './deadline-queue.ts';
import { countsAgainstLimit, type Order, type OrderState } from './order.ts';
import type { OrderEvent } from './order-event.ts';
import type { SaleDefinition, SaleState } from './sale.ts';

/** Where the units of an item are. Their sum is its total stock at every step. */
export interface UnitCounts {
  available: number;
  reserved: number;
  paying: number;
  sold: number;
  buffer: number;
}

const UNITS_OF_STATE: Readonly<Record<OrderState, keyof UnitCounts>> = {
  reserved: 'reserved',
  paying: 'paying',
  paid: 'sold',
  refunded: 'sold',
  cancelled: 'available',
  expired: 'available',
};

const STATE_AFTER = {
  sale_started: 'active',
  sale_paused: 'paused',
  sale_resumed: 'active',
  sale_ended: 'ended',
  sale_cancelled: 'cancelled',
} as const;

/**
 * One sale as its events make it: the fold of the order log. Decisions read it; only `apply` changes it, so a
 * journal that is read again yields the same sale.
 */
export class LiveSale {
  readonly saleId: string;
  readonly epoch: number;
  #sale: SaleDefinition;
  #state: SaleState = 'scheduled';
  #lastSeq = 0;
  #lastAtMs = 0;
  readonly #units = new Map<string, UnitCounts>();
  readonly #orders = new Map<string, Order>();
  readonly #orderIdsByBuyer = new Map<string, string[]>();
  readonly #restockIds = new Set<string>();
  readonly #reservationDeadlines = new DeadlineQueue();
  readonly #paymentDeadlines = new DeadlineQueue();

  constructor(sale: SaleDefinition, epoch: number) {
    this.saleId = sale.saleId;
    this.epoch = epoch;
    this.#sale = sale;
  }

  get sale(): SaleDefinition {
    return this.#sale;
  }

  get state(): SaleState {
    return this.#state;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /** Null for a SKU that is not in this sale. */
  units(skuId: string): Readonly<UnitCounts> | null {
    return this.#units.get(skuId) ?? null;
  }

  order(orderId: string): Order | null {
    return this.#orders.get(orderId) ?? null;
  }

  orders(): Iterable<Order> {
    return this.#orders.values();
  }

  ordersOf(userId: string): Order[] {
    return (this.#orderIdsByBuyer.get(userId) ?? []).map((orderId) => this.#known(orderId));
  }

  /** The order that this buyer's key made, if it made one. */
  orderByKey(userId: string, idempotencyKey: string): Order | null {
    for (const orderId of this.#orderIdsByBuyer.get(userId) ?? []) {
      const order = this.#known(orderId);
      if (order.idempotencyKey === idempotencyKey) return order;
    }
    return null;
  }

  /** Units of a SKU that a buyer holds or owns. */
  heldUnits(userId: string, skuId: string): number {
    let held = 0;
    for (const orderId of this.#orderIdsByBuyer.get(userId) ?? []) {
      const order = this.#known(orderId);
      if (!countsAgainstLimit(order.state)) continue;
      for (const line of order.lines) if (line.skuId === skuId) held += line.quantity;
    }
    return held;
  }

  wasRestocked(restockId: string): boolean {
    return this.#restockIds.has(restockId);
  }

  /** Reservations whose deadline has passed, earliest first. A cancelled sale holds none any longer. */
  dueReservations(nowMs: number, limit: number): Order[] {
    const until = this.#state === 'cancelled' ? Number.POSITIVE_INFINITY : nowMs;
    return this.#reservationDeadlines
      .due(until, limit, (orderId) => this.#known(orderId).state === 'reserved')
      .map((orderId) => this.#known(orderId));
  }

  /** Payments that are still under way after their time, earliest first. */
  duePayments(nowMs: number, limit: number): Order[] {
    return this.#paymentDeadlines
      .due(nowMs, limit, (orderId, atMs) => this.#known(orderId).payingUntilMs === atMs)
      .map((orderId) => this.#known(orderId));
  }

  apply(event: OrderEvent): void {
    if (event.seq !== this.#lastSeq + 1) {
      throw new Error(`sale ${this.saleId}: event ${event.seq} cannot follow event ${this.#lastSeq}`);
    }
    switch (event.type) {
      case 'sale_prepared':
        this.#prepare(event.sale);
        break;
      case 'sale_started':
      case 'sale_paused':
      case 'sale_resumed':
      case 'sale_ended':
      case 'sale_cancelled':
        this.#state = STATE_AFTER[event.type];
        break;
      case 'sale_restocked':
        this.#restock(event.restockId, event.skuId, event.quantity);
        break;
      default:
        this.#put(event.order);
    }
    this.#lastSeq = event.seq;
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs);
  }

  #prepare(sale: SaleDefinition): void {
    this.#sale = sale;
    this.#units.clear();
    for (const { skuId, totalStock, safetyBuffer } of sale.items) {
      const available = totalStock - safetyBuffer;
      this.#units.set(skuId, { available, reserved: 0, paying: 0, sold: 0, buffer: safetyBuffer });
    }
  }

  #restock(restockId: string, skuId: string, quantity: number): void {
    this.#restockIds.add(restockId);
    this.#unitsOf(skuId).available += quantity;
    const items = this.#sale.items.map((item) =>
      item.skuId === skuId ? { ...item, totalStock: item.totalStock + quantity } : item,
    );
    this.#sale = { ...this.#sale, items };
  }

  #put(order: Order): void {
    const before = this.#orders.get(order.orderId);
    this.#moveUnits(order, before ? UNITS_OF_STATE[before.state] : 'available', UNITS_OF_STATE[order.state]);
    this.#orders.set(order.orderId, order);
    if (!before) this.#addToBuyer(order);
    if (order.state === 'reserved') this.#reservationDeadlines.add(order.deadlineMs, order.orderId);
    if (order.payingUntilMs !== null) this.#paymentDeadlines.add(order.payingUntilMs, order.orderId);
  }

  #moveUnits(order: Order, from: keyof UnitCounts, to: keyof UnitCounts): void {
    if (from === to) return;
    for (const { skuId, quantity } of order.lines) {
      const units = this.#unitsOf(skuId);
      units[from] -= quantity;
      units[to] += quantity;
      if (units[from] < 0) throw new Error(`sale ${this.saleId}: ${skuId} would have ${units[from]} units ${from}`);
    }
  }

  #addToBuyer(order: Order): void {
    const orderIds = this.#orderIdsByBuyer.get(order.userId);
    if (orderIds) orderIds.push(order.orderId);
    else this.#orderIdsByBuyer.set(order.userId, [order.orderId]);
  }

  #known(orderId: string): Order {
    const order = this.#orders.get(orderId);
    if (!order) throw new Error(`sale ${this.saleId} has no order ${orderId}`);
    return order;
  }

  #unitsOf(skuId: string): UnitCounts {
    const units = this.#units.get(skuId);
    if (!units) throw new Error(`sale ${this.saleId} has no item ${skuId}`);
    return units;
  }
}
