import { isOver } from '../domain/sale.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

/**
 * Frees what the store keeps of sales that ended more than `keepMs` ago. Until then repeats of purchases get their
 * original answer. The store refuses while an order is open or the ledger has not read everything.
 */
export async function forgetFinishedSales(
  { store, events }: { readonly store: Store; readonly events: EngineEvents },
  keepMs: number,
): Promise<void> {
  const nowMs = await store.now();
  for (const { sale, state, recovering } of (await store.listSales()).views) {
    if (recovering || !isOver(state) || sale.endsAtMs + keepMs > nowMs) continue;
    if ((await store.forgetSale(sale.saleId)) === 'forgotten') events.saleForgotten(sale.saleId);
  }
}
