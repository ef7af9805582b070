import type { Beacons } from '../beacon/beacon.ts';
import { writeAudit } from '../database/audit-log.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { SaleBoard } from './sale-board.ts';

/** Who asks, and under which correlation id. */
export interface Operator {
  readonly actor: string;
  readonly correlationId: string;
}

export interface SalePorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly board: SaleBoard;
  readonly events: EngineEvents;
  readonly beacons: Beacons;
}

/** Writes down what an operator did to a sale, and lets everybody see it at once. */
export async function recordSaleAction(
  { store, ledger, board, events }: SalePorts,
  operator: Operator,
  saleId: string,
  action: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await writeAudit(ledger, { atMs: await store.now(), ...operator, action, target: saleId, detail });
  events.saleChanged(saleId, action, operator.actor, operator.correlationId);
  await board.refreshAll();
}
