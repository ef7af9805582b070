import type { Decision } from './decision.ts';
import type { DrawResult } from './draw.ts';
import type { GateSettings } from './gate.ts';
import type { LiveSale } from './live-sale.ts';
import { type Change, releaseOf, type SaleChange } from './order-event.ts';
import {
  drawClosesAtMs,
  SALE_TRANSITIONS,
  type SaleAction,
  type SaleDefinition,
  type SaleState,
  stateByClock,
} from './sale.ts';

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
  if (command.type === 'gate') return decideGateChange(live, command.settings);
  if (command.type === 'draw') return decideDraw(live, command.draw);
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

function decideGateChange(live: LiveSale, settings: Partial<GateSettings>): Decision<ChangeOutcome> {
  if (live.isOver) return { outcome: 'wrong_state', changes: [] };
  if (!live.room) return { outcome: 'not_found', changes: [] };
  const before = live.room.gate.settings;
  const after = { ...before, ...settings };
  const same =
    after.ratePerSecond === before.ratePerSecond &&
    after.maxActive === before.maxActive &&
    after.paused === before.paused;
  if (same) return { outcome: 'unchanged', changes: [] };
  return { outcome: 'changed', changes: [{ type: 'gate_changed', settings: after }] };
}

/** Of the list as it was closed; another one is no draw of this sale. */
function decideDraw({ room }: LiveSale, draw: DrawResult): Decision<ChangeOutcome> {
  if (!room) return { outcome: 'not_found', changes: [] };
  if (room.draw) return { outcome: 'unchanged', changes: [] };
  if (room.entrants !== draw.entrants) return { outcome: 'wrong_state', changes: [] };
  return { outcome: 'changed', changes: [{ type: 'draw_made', draw }] };
}

/** What stands against defining a sale anew: it has begun, its draw is closed, or places would be taken away. */
export type PrepareRefusal = 'begun' | 'draw_closed' | 'places_given';

/** What a new definition of a sale has to respect. */
export interface PreparedSale {
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly room: { readonly tickets: number; readonly entrants: number | null } | null;
}

/** Why a sale may not be defined anew like this. Null: it may. */
export function prepareRefusal({ sale, state, room }: PreparedSale, next: SaleDefinition): PrepareRefusal | null {
  if (state !== 'scheduled') return 'begun';
  if (room === null) return null;
  if (room.entrants !== null) return 'draw_closed';
  const placesStay = next.waitingRoom !== null && next.waitingRoom.order === sale.waitingRoom?.order;
  return room.tickets === 0 || placesStay ? null : 'places_given';
}

/** May a scheduled sale be defined anew like this? Not when it would take places away from those who queue already. */
export function mayPrepare({ sale, state, room }: LiveSale, next: SaleDefinition): boolean {
  const given = room && { tickets: room.size, entrants: room.entrants };
  return prepareRefusal({ sale, state, room: given }, next) === null;
}

/** Start and end happen by the clock. A sale whose whole window has passed unseen starts and ends at once. */
export function changesByClock(live: LiveSale, nowMs: number): Change[] {
  return [...drawClosing(live, nowMs), ...transitionsByClock(live, nowMs)];
}

/** The list is closed before the beacon's round that decides about it is known. */
function drawClosing({ room, sale, isOver }: LiveSale, nowMs: number): Change[] {
  if (!room?.awaitsDraw || room.entrants !== null || isOver) return [];
  if (nowMs < drawClosesAtMs(sale)) return [];
  return [{ type: 'draw_closed', entrants: room.size }];
}

function transitionsByClock(live: LiveSale, nowMs: number): Change[] {
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
