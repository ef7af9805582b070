import { Value } from 'typebox/value';
import type { SaleChange } from '#sdk/contract/admin-sale.ts';
import {
  type AdminWaitingRoom,
  admissionSeconds,
  type GateChange,
  maxActive,
  ratePerSecond,
  type WaitingRoomDraft,
} from '#sdk/contract/waiting-room.ts';
import type { GateSettings } from '../../domain/gate.ts';
import type { SaleDefinition, WaitingRoomRules } from '../../domain/sale.ts';
import { isoTime } from '../public/sale-view.ts';

const OPENS_BEFORE_START_MS = 5 * 60_000;
/** The contract's. A draw is planned when its sale is created. */
const DEFAULTS = {
  order: 'fifo',
  ratePerSecond: Value.Create(ratePerSecond),
  maxActive: Value.Create(maxActive),
  admissionSeconds: Value.Create(admissionSeconds),
  draw: null,
} as const;

/** What the operator asks for, with the contract's defaults. */
export function waitingRoomOfDraft(draft: WaitingRoomDraft | undefined, startsAtMs: number): WaitingRoomRules | null {
  return draft ? { ...DEFAULTS, opensAtMs: startsAtMs - OPENS_BEFORE_START_MS, ...namedRules(draft) } : null;
}

/** The rules with what the operator names changed. An opening that is still to come moves with the start. */
export function changedWaitingRoom(
  { waitingRoom: rules, startsAtMs }: SaleDefinition,
  { starts_at, waiting_room: draft }: SaleChange,
  nowMs: number,
): WaitingRoomRules | null {
  const nextStartsAtMs = starts_at === undefined ? startsAtMs : Date.parse(starts_at);
  if (draft === null) return null;
  if (!rules) return waitingRoomOfDraft(draft, nextStartsAtMs);
  const moveMs = rules.opensAtMs > nowMs ? nextStartsAtMs - startsAtMs : 0;
  return { ...rules, opensAtMs: rules.opensAtMs + moveMs, ...(draft && namedRules(draft)) };
}

export function waitingRoomView(rules: WaitingRoomRules | null): AdminWaitingRoom {
  if (!rules) return null;
  return {
    opens_at: isoTime(rules.opensAtMs),
    order: rules.order,
    rate_per_second: rules.ratePerSecond,
    max_active: rules.maxActive,
    admission_seconds: rules.admissionSeconds,
  };
}

/** The settings that the operator names. */
export function gateSettingsOf(change: GateChange): Partial<GateSettings> {
  return {
    ...(change.rate_per_second !== undefined && { ratePerSecond: change.rate_per_second }),
    ...(change.max_active !== undefined && { maxActive: change.max_active }),
    ...(change.paused !== undefined && { paused: change.paused }),
  };
}

function namedRules(draft: NonNullable<WaitingRoomDraft>): Partial<WaitingRoomRules> {
  return {
    ...(draft.opens_at !== undefined && { opensAtMs: Date.parse(draft.opens_at) }),
    ...(draft.order !== undefined && { order: draft.order }),
    ...(draft.rate_per_second !== undefined && { ratePerSecond: draft.rate_per_second }),
    ...(draft.max_active !== undefined && { maxActive: draft.max_active }),
    ...(draft.admission_seconds !== undefined && { admissionSeconds: draft.admission_seconds }),
  };
}
