import type { GateSettings } from '../domain/gate.ts';
import type { DrawPlan, SaleDefinition, WaitingRoomRules } from '../domain/sale.ts';
import type { SaleView } from '../store/store.ts';
import type { ReadinessCheck } from './prewarm-sale.ts';

/** Less than that, and the crowd comes in one second. */
const MIN_OPENING_MS = 60_000;

/** A sale with a waiting room, as it is at `nowMs`. */
interface Facts {
  readonly sale: SaleDefinition;
  readonly rules: WaitingRoomRules;
  readonly gate: GateSettings;
  /** For sale at this moment. */
  readonly units: number;
  readonly nowMs: number;
}

/** Whether a waiting room fits its sale. Nothing to look at where nobody queues. */
export function roomReadiness({ sale, stock, room }: SaleView, nowMs: number): ReadinessCheck[] {
  const rules = sale.waitingRoom;
  if (!rules || !room) return [];
  const units = stock.reduce((sum, { available }) => sum + available, 0);
  const facts = { sale, rules, gate: room.settings, units, nowMs };
  const draw = rules.order === 'draw' ? [drawPlanned(rules.draw)] : [];
  return [roomOpens(facts), gateOpen(facts), capFitsRate(facts), rateFitsSale(facts), ...draw];
}

function roomOpens({ sale, rules }: Facts): ReadinessCheck {
  const openMs = sale.startsAtMs - rules.opensAtMs;
  const detail = `buyers can queue ${Math.round(openMs / 1000)} s before the start`;
  return { name: 'room_opens_in_time', ok: openMs >= MIN_OPENING_MS, detail };
}

function gateOpen({ gate }: Facts): ReadinessCheck {
  return {
    name: 'gate_open',
    ok: !gate.paused,
    detail: gate.paused ? 'paused by an operator' : 'lets in at the start',
  };
}

/** Little's law, for shoppers who take all the time that they have; no more come in than there are units. */
function capFitsRate({ rules, gate, units }: Facts): ReadinessCheck {
  const { ratePerSecond, maxActive } = gate;
  const inside = Math.min(ratePerSecond * rules.admissionSeconds, units);
  const detail = `${ratePerSecond} a second for ${rules.admissionSeconds} s: up to ${inside} inside, the cap is ${maxActive}`;
  return { name: 'cap_fits_rate', ok: inside <= maxActive, detail };
}

/** When each shopper takes one unit. */
function rateFitsSale({ sale, gate, units, nowMs }: Facts): ReadinessCheck {
  const seconds = Math.ceil(units / gate.ratePerSecond);
  const left = Math.round((sale.endsAtMs - Math.max(sale.startsAtMs, nowMs)) / 1000);
  const detail = `${units} units at ${gate.ratePerSecond} shoppers a second take ${seconds} s of ${left} s`;
  return { name: 'rate_fits_sale', ok: seconds <= left, detail };
}

function drawPlanned(plan: DrawPlan | null): ReadinessCheck {
  const name = 'draw_planned';
  if (!plan) return { name, ok: false, detail: 'no seed is committed to' };
  if (!plan.beacon) return { name, ok: true, detail: 'bound to a committed seed alone: buyers trust the operator' };
  const { round, dueAtMs } = plan.beacon;
  return { name, ok: true, detail: `bound to round ${round} of the beacon, due ${new Date(dueAtMs).toISOString()}` };
}
