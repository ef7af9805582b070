import type { Decision } from './decision.ts';
import type { LiveSale } from './live-sale.ts';
import { type Change, releaseOf, type SaleChange } from './order-event.ts';
import { SALE_TRANSITIONS, type SaleAction, stateByClock } from './sale.ts';

export type SaleCommand =
  | { readonly type: 'pause' | 'resume' | 'end' | 'cancel' }
  | { readonly type: 'restock'; readonly restockId: string; readonly skuId: string; readonly quantity: number }
  /** Settings that are not named stay as they are. */
  | { readonly type: 'gate'; readonly settings: Partial<GateSettings> }
  /** The first draw stands. */
  | { readonly type: 'draw'; readonly draw: DrawResult };

export type ChangeOutcome = 'changed' | 'unchanged' | 'not_found' | 'wrong_state';

const EVENT_OF_ACTION = {
  start: 'sale_started',
  pause: 'sale_paused',
  resume: 'sale_resumed',
  end: 'sale_ended',
  cancel: 'sale_cancelled',
} as const satisfies Record<SaleAction, SaleChange['type']>;

const STATE_OF_ACTION = { pause: 'paused', resume: 'active', end: 'ended', cancel: 'cancelled' } as const;

/** What an operator does to a sale. Asking for the state that it is in already changes nothing. */
export function decideSaleChange(live: LiveSale, command: SaleCommand): Decision<ChangeOutcome> {
  if (command.type === 'restock') return decideRestock(live, command);
  if (live.state === STATE_OF_ACTION[command.type]) return { outcome: 'unchanged', changes: [] };
  if (!SALE_TRANSITIONS[live.state][command.type]) return { outcome: 'wrong_state', changes: [] };
  return { outcome: 'changed', changes: [{ type: EVENT_OF_ACTION[command.type] }] };
}

/** Only while the sale runs: before the start its definition is edited instead. */
function decideRestock(live: LiveSale, command: Extract<SaleCommand, { type: 'restock' }>): Decision<ChangeOutcome> {
  const { restockId, skuId, quantity } = command;
  if (live.wasRestocked(restockId)) return { outcome: 'unchanged', changes: [] };
  if (live.state !== 'active' && live.state !== 'paused') return { outcome: 'wrong_state', changes: [] };
  if (!live.units(skuId)) return { outcome: 'not_found', changes: [] };
  return { outcome: 'changed', changes: [{ type: 'sale_restocked', restockId, skuId, quantity }] };
}

/** Start and end happen by the clock. A sale whose whole window has passed unseen starts and ends at once. */
export function changesByClock(live: LiveSale, nowMs: number): Change[] {
  const next = stateByClock(live.state, live.sale, nowMs);
  if (next === live.state) return [];
  if (next === 'ended' && live.state === 'scheduled') return [{ type: 'sale_started' }, { type: 'sale_ended' }];
  return [{ type: next === 'ended' ? 'sale_ended' : 'sale_started' }];
}

/** The end of at most `limit` overdue reservations; those of a cancelled sale are all overdue. */
export function expiries(live: LiveSale, nowMs: number, limit: number): Change[] {
  const reason = live.state === 'cancelled' ? 'sale_cancelled' : 'expired';
  return live.dueReservations(nowMs, limit).map((order) => releaseOf(order, reason));
}
