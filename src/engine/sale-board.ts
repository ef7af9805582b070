import { type LedgerSale, listSales } from '../database/sales.ts';
import type { Ledger } from '../database/schema.ts';
import { phaseOf, type SaleDefinition, type SalePhase, type SaleState } from '../domain/sale.ts';
import type { ItemStock, SaleView, Store } from '../store/store.ts';

/** A sale as it was when the board was last brought up to date. */
export interface BoardSale {
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly phase: SalePhase;
  readonly stock: readonly ItemStock[];
  /** The store's clock at that moment. */
  readonly nowMs: number;
}

export interface SaleBoardOptions {
  /** How old what the public sees may get. */
  readonly refreshMs: number;
  /** How often the ledger is asked for sales that the store does not hold. */
  readonly ledgerRefreshMs: number;
  readonly onFailure: (error: unknown) => void;
}

/**
 * All sales in memory: what every public read is answered from, so that a thousand readers cost the store what one
 * does. While store or ledger cannot answer, the last word stands.
 */
export class SaleBoard {
  readonly #store: Store;
  readonly #ledger: Ledger;
  readonly #options: SaleBoardOptions;
  readonly #listeners = new Set<() => void>();
  #sales = new Map<string, BoardSale>();
  #ledgerSales: readonly LedgerSale[] = [];
  #ledgerReadAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #refreshing: Promise<void> | null = null;

  constructor(store: Store, ledger: Ledger, options: SaleBoardOptions) {
    this.#store = store;
    this.#ledger = ledger;
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => this.#refreshQuietly(), this.#options.refreshMs);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#refreshing?.catch(() => {});
  }

  find(saleId: string): BoardSale | null {
    return this.#sales.get(saleId) ?? null;
  }

  /** Newest start first. */
  list(): BoardSale[] {
    return [...this.#sales.values()].sort((a, b) => b.sale.startsAtMs - a.sale.startsAtMs);
  }

  /** Units that the ledger has sold beyond its stock: 0, or everything else is wrong too. */
  oversoldUnits(): number {
    const items = this.#ledgerSales.flatMap((sale) => sale.items);
    return items.reduce((sum, { sold, totalStock }) => sum + Math.max(0, sold - totalStock), 0);
  }

  /** Called after each refresh. Returns the unsubscribe function. */
  onRefresh(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings the board up to date, with the ledger too: for whoever has just changed a sale. */
  async refreshAll(): Promise<void> {
    this.#ledgerReadAtMs = Number.NEGATIVE_INFINITY;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const [views, nowMs] = await Promise.all([this.#store.listSales(), this.#store.now()]);
    if (nowMs - this.#ledgerReadAtMs >= this.#options.ledgerRefreshMs) {
      this.#ledgerSales = await listSales(this.#ledger);
      this.#ledgerReadAtMs = nowMs;
    }
    const sales = new Map<string, BoardSale>();
    for (const ledgerSale of this.#ledgerSales) sales.set(ledgerSale.sale.saleId, fromLedger(ledgerSale, nowMs));
    for (const view of views) sales.set(view.sale.saleId, fromStore(view, nowMs));
    this.#sales = sales;
    for (const listener of this.#listeners) listener();
  }

  #refreshQuietly(): void {
    if (this.#refreshing) return;
    this.#refreshing = this.refresh()
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#refreshing = null;
      });
  }
}

function fromStore({ sale, state, stock }: SaleView, nowMs: number): BoardSale {
  const available = stock.reduce((sum, item) => sum + item.available, 0);
  return { sale, state, phase: phaseOf(state, available), stock, nowMs };
}

/** A sale that the store does not hold: over and forgotten, or lost and not to be sold until it has been recovered. */
function fromLedger({ sale, state, items }: LedgerSale, nowMs: number): BoardSale {
  const over = state === 'ended' || state === 'cancelled';
  const stock = items.map(({ skuId, totalStock, sold }): ItemStock => {
    const buffer = totalStock - sold;
    return { skuId, totalStock, available: 0, reserved: 0, paying: 0, sold, buffer };
  });
  return { sale, state, phase: over ? state : 'recovering', stock, nowMs };
}
