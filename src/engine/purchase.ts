import type { PurchaseOutcome, PurchaseRequest } from '../domain/purchase.ts';
import { SaleRecovering, type Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import { currentTraceparent, traced } from '../telemetry/tracing.ts';
import type { KillSwitches } from './kill-switches.ts';
import type { SaleBoard } from './sale-board.ts';
import { unknownSale } from './unknown-sale.ts';

interface PurchasePorts {
  readonly store: Store;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly events: EngineEvents;
}

/** Reserves units. Only the store says what a sale's state allows; a sale that only the ledger knows is being recovered. */
export async function purchase(
  { store, board, switches, events }: PurchasePorts,
  request: PurchaseRequest,
): Promise<PurchaseOutcome | { readonly code: 'switched_off' }> {
  if (!switches.isOn('purchases')) return { code: 'switched_off' };
  const startedAt = performance.now();
  let outcome: PurchaseOutcome;
  try {
    outcome = await traced('store purchase', {}, () => store.purchase(inTrace(request)));
  } catch (error) {
    if (!(error instanceof SaleRecovering)) {
      events.purchaseFailed();
      throw error;
    }
    outcome = { code: error.code };
  }
  if (outcome.code === 'not_found') outcome = { code: await unknownSale(board, request.saleId) };
  events.purchaseDecided(request, outcome, (performance.now() - startedAt) / 1000);
  return outcome;
}

/** What the order brings about later belongs to the same trace. */
function inTrace(request: PurchaseRequest): PurchaseRequest {
  const traceparent = currentTraceparent();
  return traceparent === null ? request : { ...request, traceparent };
}
