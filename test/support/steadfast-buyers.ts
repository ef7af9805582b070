import type { Order } from '../../src/domain/order.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../src/domain/purchase.ts';
import { SaleRecovering, type Store, StoreUnavailable } from '../../src/store/store.ts';
import { purchaseRequest } from './sale-fixtures.ts';

const AGAIN_AFTER_MS = 20;

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

/** Opens a sale again that is found fenced off but whole, as recovery does. */
export async function adoptIfFenced(store: Store, saleId: string): Promise<boolean> {
  const view = await store.readSale(saleId).catch(() => null);
  if (!view?.recovering) return false;
  const adoption = { epoch: view.epoch + 1, expectedEpoch: view.epoch, expectedSeq: view.lastSeq };
  return (await store.adopt(saleId, adoption)) === 'adopted';
}
