import type { LiveSale } from './live-sale.ts';
import type { WaitingRoom } from './waiting-room.ts';

/**
 * Seconds until the gate calls whoever has `ahead` places in front of them, if stock lasts. By the pace at which it has
 * moved lately, and while that is unknown by how it is set. Null while nothing honest can be said.
 */
export function estimateWaitSeconds(live: LiveSale, room: WaitingRoom, ahead: number, nowMs: number): number | null {
  if (room.gate.settings.paused) return null;
  if (live.state === 'scheduled') {
    const untilStartMs = Math.max(0, live.sale.startsAtMs - nowMs);
    return Math.ceil(untilStartMs / 1000 + secondsAsSet(room, ahead));
  }
  if (!room.isLettingIn || live.availableUnits === 0) return null;
  const pace = room.gate.calledPerSecond(nowMs);
  return Math.ceil(pace === null ? secondsAsSet(room, ahead) : (ahead + 1) / pace);
}

/** At the rate until all slots are taken, and then as fast as they come free if each is used for one admission's time. */
function secondsAsSet({ gate, rules, inside }: WaitingRoom, ahead: number): number {
  const { ratePerSecond, maxActive } = gate.settings;
  const freeSlots = Math.max(0, maxActive - inside);
  const intoFreeSlots = Math.min(ahead + 1, freeSlots);
  const intoUsedSlots = ahead + 1 - intoFreeSlots;
  return intoFreeSlots / ratePerSecond + intoUsedSlots / Math.min(ratePerSecond, maxActive / rules.admissionSeconds);
}
