import type { OrderEvent } from '../../src/domain/order-event.ts';
import type { PurchaseRequest } from '../../src/domain/purchase.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import type { ItemStock, OrderRef, SaleSnapshot, SaleView, Store } from '../../src/store/store.ts';
import { ManualClock } from './clock.ts';
import { purchaseRequest, saleDefinition } from './sale-fixtures.ts';
import { orderOf } from './sale-rig.ts';

export interface StoreOptions {
  readonly clock: ManualClock;
  /** New reservations are refused while so many events wait for the consumer. */
  readonly outboxMax: number;
}

export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens what it left behind. */
  reopen(): Promise<Store>;
  /** Makes the store another incarnation than the one that may sell the sale, as a restart of its server does. */
  supplant(saleId: string): Promise<void>;
  /** Closes the store and removes what it left behind. */
  close(): Promise<void>;
}

/**
 * Opens an empty store. Time in the tests passes only when they move `clock`. An adapter whose server has a clock of
 * its own (Redis `TIME`) has to run on `clock.read()` all the same: have its scripts take the time from a test-only
 * key when that exists, and write `clock.read()` to it before each operation. Waiting instead would take minutes, and
 * would fail on a busy machine.
 */
export type OpenStore = (options: StoreOptions) => Promise<OpenedStore>;

/** Enough for any test that does not want it to be full. */
export const OUTBOX_MAX = 60;

/** A store under test, and the few things that nearly every test does with it. */
export class StoreBench {
  readonly #open: OpenStore;
  #clock = new ManualClock();
  #opened: OpenedStore | null = null;
  #store: Store | null = null;

  constructor(open: OpenStore) {
    this.#open = open;
  }

  get clock(): ManualClock {
    return this.#clock;
  }

  get store(): Store {
    if (!this.#store) throw new Error('the bench has not been started');
    return this.#store;
  }

  async start(): Promise<void> {
    this.#clock = new ManualClock();
    this.#opened = await this.#open({ clock: this.#clock, outboxMax: OUTBOX_MAX });
    this.#store = this.#opened.store;
  }

  async reopen(): Promise<void> {
    if (this.#opened) this.#store = await this.#opened.reopen();
  }

  async supplant(saleId = 'sale-1'): Promise<void> {
    await this.#opened?.supplant(saleId);
  }

  async stop(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
    this.#store = null;
  }

  prepare(sale: Partial<SaleDefinition> = {}): Promise<'prepared' | 'wrong_state'> {
    return this.store.prepareSale(saleDefinition(sale), 1, 'set-up');
  }

  /** Makes a reservation that must succeed. */
  async reserve(request: Partial<PurchaseRequest> = {}): Promise<OrderRef> {
    const { saleId, orderId } = orderOf(await this.store.purchase(purchaseRequest(request)));
    return { saleId, orderId };
  }

  async view(saleId = 'sale-1'): Promise<SaleView> {
    return found(await this.store.readSale(saleId));
  }

  async snapshot(saleId = 'sale-1'): Promise<SaleSnapshot> {
    return found(await this.store.snapshot(saleId));
  }

  async stock(skuId = 'sneaker'): Promise<ItemStock> {
    const { stock } = await this.view();
    return found(stock.find((item) => item.skuId === skuId) ?? null);
  }

  events(saleId = 'sale-1'): Promise<OrderEvent[]> {
    return allEvents(this.store, saleId);
  }
}

/** Every event of a sale, read a page at a time as a consumer does. */
export async function allEvents(store: Store, saleId: string): Promise<OrderEvent[]> {
  const events: OrderEvent[] = [];
  for (;;) {
    const page = await store.readEvents(saleId, events.at(-1)?.seq ?? 0, 500);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/** Each run of a store has an incarnation of its own: nothing that two of them could be compared by. */
export function unnamed<View extends object>(view: View | null) {
  return view && { ...view, incarnation: '' };
}

function found<T>(value: T | null): T {
  if (value === null) throw new Error('not there');
  return value;
}
