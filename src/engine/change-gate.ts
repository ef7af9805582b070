import type { GateSettings } from '../domain/gate.ts';
import type { ChangeOutcome } from '../domain/sale-change.ts';
import { type Operator, recordSaleAction, type SalePorts } from './operator.ts';

/** How the audit log names a setting. */
const NAMES = {
  ratePerSecond: 'rate_per_second',
  maxActive: 'max_active',
  paused: 'paused',
} as const satisfies Record<keyof GateSettings, string>;

/** Changes how many are let in, from now on. What changed is written down, from what to what. */
export async function changeGate(
  ports: SalePorts,
  operator: Operator,
  saleId: string,
  settings: Partial<GateSettings>,
): Promise<ChangeOutcome | 'no_waiting_room'> {
  const { store } = ports;
  const view = await store.readSale(saleId);
  if (!view) return 'not_found';
  if (!view.room) return 'no_waiting_room';
  const outcome = await store.changeSale(saleId, { type: 'gate', settings }, operator.correlationId);
  const detail = changesBetween(view.room.settings, settings);
  if (outcome === 'changed') await recordSaleAction(ports, operator, saleId, 'gate_changed', detail);
  return outcome;
}

function changesBetween(before: GateSettings, named: Partial<GateSettings>): Record<string, object> {
  const after = { ...before, ...named };
  const changed = (Object.keys(NAMES) as (keyof GateSettings)[]).filter((name) => after[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [NAMES[name], { from: before[name], to: after[name] }]));
}
