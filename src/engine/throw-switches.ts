import { writeAudit } from '../database/audit-log.ts';
import type { Ledger } from '../database/schema.ts';
import type { Switches } from '../database/switches.ts';
import type { Store } from '../store/store.ts';
import type { KillSwitches } from './kill-switches.ts';
import type { Operator } from './operator.ts';

/** Turns activities of the whole shop off or on, and writes down who did. */
export async function throwSwitches(
  { store, ledger, switches }: { readonly store: Store; readonly ledger: Ledger; readonly switches: KillSwitches },
  operator: Operator,
  changes: Partial<Switches>,
): Promise<Switches> {
  const after = await switches.set(changes);
  const entry = { action: 'switches_thrown', target: 'switches', detail: { ...changes } };
  await writeAudit(ledger, { atMs: await store.now(), ...operator, ...entry });
  return after;
}
