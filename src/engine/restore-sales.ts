import { isDeepStrictEqual } from 'node:util';
import { readPositions } from '../database/log-positions.ts';
import { listRestocks } from '../database/restocks.ts';
import { type LedgerSale, listSales } from '../database/sales.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';

/** The store has lost its end: the ledger has applied events that the store does not know. */
class StoreBehindLedger extends Error {
  readonly code = 'store_behind_ledger';
  readonly retryable = false;

  constructor(saleId: string, storeSeq: number, ledgerSeq: number) {
    super(
      `Sale ${saleId} ends at event ${storeSeq} in the store, and the ledger has applied events up to ${ledgerSeq}: ` +
        'the store lost its end, or is an older copy than the ledger. Selling on could sell units twice, so nothing ' +
        'starts. Restore store and ledger from the same backup; docs/operations.md says how.',
    );
  }
}

/**
 * Before a start: completes what a crash left between ledger and store, and tells the store what the ledger has. It
 * never touches live stock.
 */
export async function restoreSales({
  store,
  ledger,
}: {
  readonly store: Store;
  readonly ledger: Ledger;
}): Promise<void> {
  const positions = await readPositions(ledger);
  for (const ledgerSale of await listSales(ledger)) {
    const position = positions.get(ledgerSale.sale.saleId) ?? 0;
    await restoreSale(store, ledgerSale, position);
    await restoreRestocks(store, ledger, ledgerSale.sale.saleId);
  }
}

async function restoreSale(store: Store, { sale, state, epoch }: LedgerSale, position: number): Promise<void> {
  const view = await store.readSale(sale.saleId);
  if (!view) {
    if (state === 'scheduled' && position === 0) await store.prepareSale(sale, epoch, 'restart');
    return;
  }
  if (position > view.lastSeq) throw new StoreBehindLedger(sale.saleId, view.lastSeq, position);
  await store.trimEvents(sale.saleId, position);
  if (view.state === 'scheduled' && !isDeepStrictEqual(view.sale, sale))
    await store.prepareSale(sale, epoch, 'restart');
}

async function restoreRestocks(store: Store, ledger: Ledger, saleId: string): Promise<void> {
  for (const { restockId, skuId, quantity } of await listRestocks(ledger, saleId)) {
    await store.changeSale(saleId, { type: 'restock', restockId, skuId, quantity }, 'restart');
  }
}
