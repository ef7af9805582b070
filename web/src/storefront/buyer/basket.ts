import type { Sale, SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { keep, onKeptElsewhere, readKept } from './kept.ts';

/** Units by SKU; no entry for none. */
export type Basket = Readonly<Record<string, number>>;

export interface BasketLine {
  readonly item: Sale['items'][number];
  readonly quantity: number;
  /** Units left for sale now, by the newest word. */
  readonly remaining: number;
}

const basketKey = (saleId: string) => `basket.${saleId}`;

export function keptBasket(saleId: string): Basket {
  return readKept<Basket>(basketKey(saleId)) ?? {};
}

export function keepBasket(saleId: string, basket: Basket): void {
  keep(basketKey(saleId), Object.keys(basket).length === 0 ? null : basket);
}

/** Calls back when another tab has changed the basket. Returns the unsubscribe function. */
export function onBasketElsewhere(saleId: string, listener: () => void): () => void {
  return onKeptElsewhere(basketKey(saleId), listener);
}

export function withQuantity(basket: Basket, skuId: string, quantity: number): Basket {
  const { [skuId]: _, ...others } = basket;
  return quantity > 0 ? { ...others, [skuId]: quantity } : others;
}

/** Every item of the sale with what the basket has of it, in the order of the sale. */
export function basketLines(sale: Sale, status: SaleStatus | null, basket: Basket): BasketLine[] {
  const stock = new Map((status?.items ?? []).map(({ sku_id, remaining }) => [sku_id, remaining]));
  return sale.items.map((item) => ({
    item,
    quantity: Math.min(basket[item.sku_id] ?? 0, sale.purchase_limit),
    remaining: stock.get(item.sku_id) ?? item.remaining,
  }));
}

/** How many units of the basket can be had now, and what they come to. */
export function basketTotal(details: SaleDetails, status: SaleStatus | null, basket: Basket) {
  const stock = new Map(status?.items.map(({ sku_id, remaining }) => [sku_id, remaining]));
  const limit = details.purchase_limit;
  const chosen = details.items.map(({ sku_id, flash_price_minor }) => {
    const quantity = Math.min(basket[sku_id] ?? 0, limit, stock.get(sku_id) ?? limit);
    return { quantity, minor: quantity * flash_price_minor };
  });
  return {
    units: chosen.reduce((sum, { quantity }) => sum + quantity, 0),
    totalMinor: chosen.reduce((sum, { minor }) => sum + minor, 0),
  };
}

export interface BasketTotal {
  readonly units: number;
  readonly totalMinor: number;
  /** What the same would have cost at list price, less the total. */
  readonly savedMinor: number;
}

export function totalOf(lines: readonly BasketLine[]): BasketTotal {
  const sum = (value: (line: BasketLine) => number) => lines.reduce((total, line) => total + value(line), 0);
  const totalMinor = sum(({ item, quantity }) => item.flash_price_minor * quantity);
  const listMinor = sum(({ item, quantity }) => item.original_price_minor * quantity);
  return { units: sum(({ quantity }) => quantity), totalMinor, savedMinor: listMinor - totalMinor };
}
