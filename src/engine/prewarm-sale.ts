import { type LedgerSale, readSale } from '../database/sales.ts';
import type { Ledger } from '../database/schema.ts';
import type { SaleView, Store } from '../store/store.ts';
import type { KillSwitches } from './kill-switches.ts';

export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  /** For the operator. */
  readonly detail: string;
}

interface PrewarmPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly switches: KillSwitches;
}

/** What the ledger applies in about a second: more than that waiting means that it does not keep up. */
const MAX_LAG_EVENTS = 10_000;

/** Looks whether everything that a sale needs at its start is there. Never touches live stock. */
export async function prewarmSale(
  { store, ledger, switches }: PrewarmPorts,
  saleId: string,
): Promise<readonly ReadinessCheck[] | 'not_found' | 'wrong_state'> {
  const [view, known] = await Promise.all([store.readSale(saleId), readSale(ledger, saleId)]);
  if (!known || known.deletedAtMs !== null) return 'not_found';
  const state = view?.state ?? known.state;
  if (state === 'ended' || state === 'cancelled') return 'wrong_state';
  return [stockLoaded(view), ledgerAgrees(view, known), logApplied(view), ...switchesOn(switches)];
}

function stockLoaded(view: SaleView | null): ReadinessCheck {
  const name = 'stock_loaded';
  if (!view) return { name, ok: false, detail: 'the store does not hold the sale' };
  const units = view.stock.reduce((sum, { available }) => sum + available, 0);
  return { name, ok: units > 0, detail: `${units} units for sale, of ${view.stock.length} items` };
}

function ledgerAgrees(view: SaleView | null, { items }: LedgerSale): ReadinessCheck {
  const name = 'ledger_agrees';
  const differing = items.filter(
    ({ skuId, totalStock }) => view?.stock.find((stock) => stock.skuId === skuId)?.totalStock !== totalStock,
  );
  if (differing.length === 0) return { name, ok: true, detail: 'store and ledger have the same total stock' };
  return { name, ok: false, detail: `total stock differs: ${differing.map(({ skuId }) => skuId).join(', ')}` };
}

function logApplied(view: SaleView | null): ReadinessCheck {
  const waiting = view ? view.lastSeq - view.trimmedSeq : 0;
  return { name: 'order_log_applied', ok: waiting <= MAX_LAG_EVENTS, detail: `${waiting} events wait for the ledger` };
}

function switchesOn(switches: KillSwitches): ReadinessCheck[] {
  return (['purchases', 'payments'] as const).map((name) => {
    const ok = switches.isOn(name);
    return { name: `${name}_on`, ok, detail: ok ? 'switched on' : 'switched off by an operator' };
  });
}
