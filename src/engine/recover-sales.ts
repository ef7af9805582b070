import { nameIncarnation, readFences, type SaleFence, wasHeld } from '../database/sale-fences.ts';
import { type SaleView, StoreUnavailable } from '../store/store.ts';
import { completeRecovery, type RecoveryPorts, recoverSale } from './recover-sale.ts';

/**
 * How store and ledger stand to each other. `unnamed`: the ledger has not yet been told which store sells it.
 * `unfinished`: the store has it back, and the ledger has not been told. `astray`: the store has lost it, or is not the
 * one that may sell it. A sale that no store has ever had is for whoever creates it, or loads it.
 */
type Standing = 'sound' | 'unnamed' | 'unfinished' | 'astray';

/** Sales that are put right at the same time: one that goes quickly does not wait for all before it. */
const AT_ONCE = 4;

/**
 * Compares every sale of the ledger with the store, and recovers those that have gone astray. To be repeated by every
 * processor. A sale that cannot be recovered keeps no other waiting. Throws
 * `StoreUnavailable` in the end when there are sales that could not be looked at.
 */
export async function recoverSales(ports: RecoveryPorts): Promise<void> {
  const list = await ports.store.listSales();
  const views = new Map(list.views.map((view) => [view.sale.saleId, view]));
  const unreachable = new Set(list.unreachable);
  const known = await readFences(ports.ledger, [...views.keys()]);
  const fences = known.filter(({ saleId }) => !unreachable.has(saleId)).values();
  const putAllRight = async () => {
    // Taken from in turn by all that do this.
    for (const fence of fences) await tryToPutRight(ports, fence, views.get(fence.saleId) ?? null);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, putAllRight));
  if (unreachable.size > 0)
    throw new StoreUnavailable(`the store does not answer for ${unreachable.size} of its sales`);
}

async function tryToPutRight(ports: RecoveryPorts, fence: SaleFence, view: SaleView | null): Promise<void> {
  try {
    await putRight(ports, fence, view);
  } catch (error) {
    ports.events.backgroundFailure(`recovery of sale ${fence.saleId}`, error);
  }
}

async function putRight(ports: RecoveryPorts, fence: SaleFence, view: SaleView | null): Promise<void> {
  switch (standingOf(fence, view)) {
    case 'sound':
      return;
    case 'unnamed':
      return nameIncarnation(ports.ledger, { ...fence, incarnation: view?.incarnation ?? '' });
    case 'unfinished':
      return completeRecovery(ports, fence, null);
    case 'astray':
      return recoverIfStill(ports, fence);
  }
}

/** The store was read before the ledger: what has changed in between is no reason. */
async function recoverIfStill(ports: RecoveryPorts, fence: SaleFence): Promise<void> {
  const view = await ports.store.readSale(fence.saleId);
  if (standingOf(fence, view) === 'astray') await recoverSale(ports, fence, view);
}

function standingOf(fence: SaleFence, view: SaleView | null): Standing {
  const { epoch, incarnation, isRecovering } = fence;
  if (!view) return wasHeld(fence) ? 'astray' : 'sound';
  if (view.recovering || view.epoch !== epoch) return 'astray';
  if (isRecovering) return 'unfinished';
  if (incarnation === null) return 'unnamed';
  return incarnation === view.incarnation ? 'sound' : 'astray';
}
