import type { LiveSale } from './live-sale.ts';
import type { WaitingRoom } from './waiting-room.ts';

/**
 * Seconds until the gate calls whoever has `ahead` places in front of them, if stock lasts. By the pace at which it has
 * moved lately; where nothing is known of that, by the pace at which it is set to move, unless it cannot. Null while
 * nothing honest can be said.
 */
export function estimateWaitSeconds(live: LiveSale, room: WaitingRoom, ahead: number, nowMs: number): number | null {
  const { settings } = room.gate;
  if (settings.paused) return null;
  if (live.state === 'scheduled') {
    const untilStart = Math.max(0, live.sale.startsAtMs - nowMs) / 1000;
    return Math.ceil(untilStart + (ahead + 1) / settings.ratePerSecond);
  }
  if (!room.isLettingIn || live.availableUnits === 0) return null;
  const setPace = room.isFull ? null : settings.ratePerSecond;
  const pace = room.gate.calledPerSecond(nowMs) ?? setPace;
  return pace === null ? null : Math.ceil((ahead + 1) / pace);
}
