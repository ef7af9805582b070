import type { AdmitOutcome, TicketRef } from '../domain/queueing.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { KillSwitches } from './kill-switches.ts';
import { missingPlace } from './missing-place.ts';
import type { SaleBoard } from './sale-board.ts';

interface AdmitPorts {
  readonly store: Store;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly events: EngineEvents;
}

export type AdmitBuyerOutcome = AdmitOutcome | { readonly code: 'recovering' | 'switched_off' };

/** Lets a buyer in who has been called. While no purchases are taken nobody is: the admission would run out unused. */
export async function admitBuyer(ports: AdmitPorts, ref: TicketRef, correlationId: string): Promise<AdmitBuyerOutcome> {
  const { store, switches, events } = ports;
  if (!switches.isOn('purchases')) return { code: 'switched_off' };
  const decided = await admit(store, ref);
  const outcome = decided.code === 'not_found' ? { code: await missingPlace(ports, ref.saleId) } : decided;
  events.admissionDecided(ref, correlationId, outcome);
  return outcome;
}

/** A place that was lost with the store is given back to whoever shows its token. */
async function admit(store: Store, ref: TicketRef): Promise<AdmitOutcome> {
  const outcome = await store.admit(ref);
  return outcome.code === 'not_found' && (await store.restore(ref)) ? store.admit(ref) : outcome;
}
