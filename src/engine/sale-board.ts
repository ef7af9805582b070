import { type LedgerSale, listSales } from '../database/sales.ts';
import type { Ledger } from '../database/schema.ts';
import type { RoomView } from '../domain/queueing.ts';
import { isOver, phaseOf, type SaleDefinition, type SalePhase, type SaleState } from '../domain/sale.ts';
import type { ItemStock, SaleView, Store } from '../store/store.ts';
import { PeriodicTask } from './periodic-task.ts';

/** A sale as it was when the board was last brought up to date. */
export interface BoardSale {
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly phase: SalePhase;
  readonly stock: readonly ItemStock[];
  /** Null: nobody queues. */
  readonly room: RoomView | null;
  /** False: only the ledger knows it, since the store has forgotten or lost it. */
  readonly isHeld: boolean;
  /** The store's clock at that moment. */
  readonly nowMs: number;
}

/** Reservations that are open may lapse, while the sale could still sell what comes back. */
export function stockMayReturn({ state, stock }: BoardSale): boolean {
  if (isOver(state)) return false;
  return stock.some(({ reserved, paying }) => reserved + paying > 0);
}

export interface SaleBoardOptions {
  /** How old what the public sees may get. */
  readonly refreshMs: number;
  /** How often the ledger is asked for sales that the store does not hold. */
  readonly ledgerRefreshMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** Whoever asks for sales that are not there costs no more than that. */
const SEEK_MS = 1_000;
/** The same of orders: long enough for that, and too short for a buyer to come back in. */
const LOOK_AGAIN_MS = 100;
/** The store is asked many times in this. */
const CUT_OFF_MS = 10_000;

/**
 * All sales in memory: what every public read is answered from, so that a thousand readers cost the store what one
 * does. Store and ledger are asked apart: while one of them cannot answer, its last word stands and the other's goes on.
 */
export class SaleBoard {
  readonly #store: Store;
  readonly #ledger: Ledger;
  readonly #listeners = new Set<() => void>();
  #sales = new Map<string, BoardSale>();
  #ledgerSales: readonly LedgerSale[] = [];
  #ledgerReads = 0;
  #newestLedgerRead = 0;
  #soughtAtMs = Number.NEGATIVE_INFINITY;
  #seeking: Promise<void> | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  #unreachable: ReadonlySet<string> = new Set();
  readonly #tasks: readonly PeriodicTask[];

  constructor(store: Store, ledger: Ledger, { refreshMs, ledgerRefreshMs, onFailure }: SaleBoardOptions) {
    this.#store = store;
    this.#ledger = ledger;
    this.#tasks = [
      new PeriodicTask({ everyMs: refreshMs, run: () => this.refresh(), onFailure }),
      new PeriodicTask({ everyMs: ledgerRefreshMs, run: () => this.#readLedger(), onFailure }),
    ];
  }

  async start(): Promise<void> {
    await this.refreshAll();
    for (const task of this.#tasks) task.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#tasks.map((task) => task.stop()));
  }

  find(saleId: string): BoardSale | null {
    return this.#sales.get(saleId) ?? null;
  }

  /** A sale that another process may have made a moment ago too: asks store and ledger, once a second at most. */
  async seek(saleId: string): Promise<BoardSale | null> {
    const known = this.find(saleId);
    if (known) return known;
    if (performance.now() - this.#soughtAtMs >= SEEK_MS) {
      this.#soughtAtMs = performance.now();
      this.#seeking = this.refreshAll();
    }
    await this.#seeking;
    return this.find(saleId);
  }

  /** Brings the board up to date with the store for all who miss something on it at this moment. */
  async lookAgain(): Promise<void> {
    if (performance.now() - this.#lookedAtMs >= LOOK_AGAIN_MS) {
      this.#lookedAtMs = performance.now();
      this.#looking = this.refresh();
    }
    await this.#looking;
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

  /** Does the store, or its server that has the sale, not answer? What the board shows of the sale is old then. */
  isCutOffFrom(saleId: string): boolean {
    return this.#unreachable.has(saleId) || performance.now() - this.#refreshedAtMs >= CUT_OFF_MS;
  }

  /** Called after each refresh. Returns the unsubscribe function. */
  onRefresh(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings the board up to date, with the ledger too: for whoever has just changed a sale. */
  async refreshAll(): Promise<void> {
    await this.#readLedger();
    await this.refresh();
  }

  /** Brings the board up to date with the store. */
  async refresh(): Promise<void> {
    const [{ views, unreachable }, nowMs] = await Promise.all([this.#store.listSales(), this.#store.now()]);
    const sales = new Map<string, BoardSale>();
    for (const ledgerSale of this.#ledgerSales) sales.set(ledgerSale.sale.saleId, fromLedger(ledgerSale, nowMs));
    for (const view of views) sales.set(view.sale.saleId, fromStore(view, nowMs));
    for (const shown of this.#lastWordOn(unreachable)) sales.set(shown.sale.saleId, shown);
    this.#sales = sales;
    this.#unreachable = new Set(unreachable);
    this.#refreshedAtMs = performance.now();
    for (const listener of this.#listeners) listener();
  }

  #lastWordOn(saleIds: readonly string[]): BoardSale[] {
    return saleIds.flatMap((saleId) => this.#sales.get(saleId) ?? []);
  }

  async #readLedger(): Promise<void> {
    const read = ++this.#ledgerReads;
    const sales = await listSales(this.#ledger);
    // Over several connections, an answer can be overtaken by that to a later question.
    if (read < this.#newestLedgerRead) return;
    this.#newestLedgerRead = read;
    this.#ledgerSales = sales;
  }
}

/** While it is recovering, the store's word may be old: it is shown for want of a better one. */
function fromStore({ sale, state, stock, room, recovering }: SaleView, nowMs: number): BoardSale {
  const available = stock.reduce((sum, item) => sum + item.available, 0);
  const phase = recovering && !isOver(state) ? 'recovering' : phaseOf(sale, state, available, nowMs);
  return { sale, state, phase, stock, room, isHeld: true, nowMs };
}

/** A sale that the store does not hold: over and forgotten, or lost and not to be sold until it has been recovered. */
function fromLedger({ sale, state, items }: LedgerSale, nowMs: number): BoardSale {
  const stock = items.map(({ skuId, totalStock, sold }): ItemStock => {
    const buffer = totalStock - sold;
    return { skuId, totalStock, available: 0, reserved: 0, paying: 0, sold, buffer };
  });
  return { sale, state, phase: isOver(state) ? state : 'recovering', stock, room: null, isHeld: false, nowMs };
}
