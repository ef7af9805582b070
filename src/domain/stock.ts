import type { OrderState, RequestedLine } from './order.ts';
import type { SaleItem } from './sale.ts';

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

/** The units of every item of a sale. No count is ever below zero: an event that would take it there is a fault. */
export class Stock {
  readonly #saleId: string;
  readonly #units = new Map<string, UnitCounts>();

  constructor(saleId: string) {
    this.#saleId = saleId;
  }

  /** Units of all items that are for sale at this moment. */
  get available(): number {
    let available = 0;
    for (const units of this.#units.values()) available += units.available;
    return available;
  }

  /** Nothing is left, and nothing can come back but by a restock. */
  get isSoldOutForGood(): boolean {
    for (const { available, reserved, paying } of this.#units.values()) {
      if (available + reserved + paying > 0) return false;
    }
    return true;
  }

  /** Null for a SKU that is not in this sale. */
  of(skuId: string): Readonly<UnitCounts> | null {
    return this.#units.get(skuId) ?? null;
  }

  /** Begins with all the units that the items have. */
  fill(items: readonly SaleItem[]): void {
    this.#units.clear();
    for (const { skuId, totalStock, safetyBuffer } of items) {
      const available = totalStock - safetyBuffer;
      this.#units.set(skuId, { available, reserved: 0, paying: 0, sold: 0, buffer: safetyBuffer });
    }
  }

  add(skuId: string, quantity: number): void {
    this.#known(skuId).available += quantity;
  }

  /** Units of an order go where its state says. `before` is null for one that is new. */
  move(lines: readonly RequestedLine[], before: OrderState | null, after: OrderState): void {
    const from = before ? UNITS_OF_STATE[before] : 'available';
    const to = UNITS_OF_STATE[after];
    if (from === to) return;
    for (const { skuId, quantity } of lines) {
      const units = this.#known(skuId);
      units[from] -= quantity;
      units[to] += quantity;
      if (units[from] < 0) throw new Error(`sale ${this.#saleId}: ${skuId} would have ${units[from]} units ${from}`);
    }
  }

  #known(skuId: string): UnitCounts {
    const units = this.#units.get(skuId);
    if (!units) throw new Error(`sale ${this.#saleId} has no item ${skuId}`);
    return units;
  }
}
