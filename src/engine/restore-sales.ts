import { isDeepStrictEqual } from 'node:util';
import { hasLostOrders } from '../database/lost-orders.ts';
import { listRestocks } from '../database/restocks.ts';
import { nameIncarnation, readFences, type SaleFence, wasHeld } from '../database/sale-fences.ts';
import { readSale } from '../database/sales.ts';
import type { Ledger } from '../database/schema.ts';
import type { SaleView, Store } from '../store/store.ts';

interface RestorePorts {
  readonly store: Store;
  readonly ledger: Ledger;
  /** As what the store ran before this start. Null when it is new. */
  readonly previousIncarnation: string | null;
}

/**
 * Before the start of a store that sells alone: tells it from an older copy of itself, or from one that has lost its end.
 * A sale that it may go on selling is completed with what a crash left between ledger and store; any other is fenced
 * off, and waits for its recovery. Live stock is never touched.
 */
export async function restoreSales(ports: RestorePorts): Promise<void> {
  const views = new Map((await ports.store.listSales()).views.map((view) => [view.sale.saleId, view]));
  for (const fence of await readFences(ports.ledger, [...views.keys()])) {
    const view = views.get(fence.saleId);
    if (!view) await load(ports, fence);
    else if (await mayGoOn(ports, fence, view)) await goOn(ports, fence, view);
    else await ports.store.fence(fence.saleId);
  }
}

/** A process ended between the ledger, where a sale is created first, and the store. */
async function load({ store, ledger }: RestorePorts, fence: SaleFence): Promise<void> {
  const known = await readSale(ledger, fence.saleId);
  if (known && !wasHeld(fence)) await store.prepareSale(known.sale, fence.epoch, 'restart');
}

/** It is the one that sold last, and nothing has been heard of it that it does not know. */
async function mayGoOn({ store, ledger, previousIncarnation }: RestorePorts, fence: SaleFence, view: SaleView) {
  const { saleId, epoch, incarnation, isRecovering, position } = fence;
  if (isRecovering || epoch !== view.epoch || position > view.lastSeq) return false;
  if (incarnation !== null && incarnation !== previousIncarnation) return false;
  return !(await hasLostOrders(ledger, saleId, (orderId) => store.readOrder({ saleId, orderId })));
}

async function goOn(ports: RestorePorts, fence: SaleFence, view: SaleView): Promise<void> {
  const { store, ledger } = ports;
  const { saleId, epoch, position } = fence;
  await nameIncarnation(ledger, { saleId, epoch, incarnation: view.incarnation });
  await store.trimEvents(saleId, position);
  const known = await readSale(ledger, saleId);
  if (known && view.state === 'scheduled' && !isDeepStrictEqual(view.sale, known.sale)) {
    await store.prepareSale(known.sale, epoch, 'restart');
  }
  for (const { restockId, skuId, quantity } of await listRestocks(ledger, saleId)) {
    await store.changeSale(saleId, { type: 'restock', restockId, skuId, quantity }, 'restart');
  }
}
