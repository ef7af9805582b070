import { expect, vi } from 'vitest';
import type { Order } from '../../src/domain/order.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../src/domain/purchase.ts';
import { SaleRecovering, type Store, StoreUnavailable } from '../../src/store/store.ts';
import { PATIENCE_MS } from './patience.ts';
import { purchaseRequest } from './sale-fixtures.ts';

const AGAIN_AFTER_MS = 20;
const ADOPTION = { timeout: PATIENCE_MS, interval: 10 };

/** Buyers, one after the other, who ask again under the same key until they are answered. */
export class SteadfastBuyers {
  /** What was acknowledged. */
  readonly orders: Order[] = [];
  readonly #store: Store;
  readonly #name: string;
  #isStopped = false;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Until it is stopped. */
  async buy(saleId: string): Promise<void> {
    for (let buyer = 0; !this.#isStopped; buyer++) {
      const outcome = await this.#ask(purchaseRequest({ saleId, userId: `${this.#name}-${buyer}` }));
      if (outcome?.code === 'reserved') this.orders.push(outcome.order);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #ask(request: PurchaseRequest): Promise<PurchaseOutcome | null> {
    while (!this.#isStopped) {
      try {
        return await this.#store.purchase(request);
      } catch (error) {
        if (!(error instanceof StoreUnavailable || error instanceof SaleRecovering)) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      }
    }
    return null;
  }
}

/** Opens a sale again once it is found fenced off, but whole, as recovery does. It may be open though the answer was lost. */
export async function adoptOnceFenced(store: Store, saleId: string): Promise<void> {
  let tried: number | null = null;
  await vi.waitFor(async () => {
    const view = await store.readSale(saleId);
    if (view && !view.recovering && view.epoch === tried) return;
    if (!view?.recovering) throw new Error(`sale ${saleId} is not fenced off`);
    tried = view.epoch + 1;
    const adoption = { epoch: tried, expectedEpoch: view.epoch, expectedSeq: view.lastSeq };
    expect(await store.adopt(saleId, adoption)).toBe('adopted');
  }, ADOPTION);
}
