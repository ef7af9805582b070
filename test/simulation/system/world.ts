import type { EngineEvents } from '../../../src/telemetry/events.ts';
import type { Mutant } from './mutants.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedBroker } from './simulated-broker.ts';
import type { SimulatedLedger } from './simulated-ledger.ts';
import type { SimulatedProvider } from './simulated-provider.ts';
import type { SimulatedStore } from './simulated-store.ts';

/** What the processes of one simulation share. */
export interface World {
  readonly scheduler: Scheduler;
  readonly store: SimulatedStore;
  readonly ledger: SimulatedLedger;
  readonly provider: SimulatedProvider;
  readonly broker: SimulatedBroker;
  readonly events: EngineEvents;
  readonly saleId: string;
  /** Mistakes that are to be made. */
  readonly mutants: readonly Mutant[];
}

export const PAYMENT_GRACE_MS = 10_000;

/** A fault that the one who meets it gets over. Whatever else is thrown is a mistake of ours. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}
