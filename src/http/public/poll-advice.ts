import type { SaleStatus } from '#sdk/contract/sale.ts';
import type { Place } from '../../domain/queueing.ts';
import { type BoardSale, stockMayReturn } from '../../engine/sale-board.ts';

export type PollAdvice = SaleStatus['poll'];

const SOON_MS = 60_000;
const LONG_BEFORE = { interval_ms: 15_000, jitter_ms: 5_000 };
const WHILE_IT_MATTERS = { interval_ms: 2_000, jitter_ms: 1_000 };
const WHILE_IT_STANDS_STILL = { interval_ms: 5_000, jitter_ms: 2_500 };
const WHEN_ALL_IS_SAID = { interval_ms: 60_000, jitter_ms: 30_000 };

/** What all who wait may ask together, without a cache before the server: a fraction of what one core answers. */
export const CROWD_POLLS_PER_SECOND = 10_000;

/**
 * When everybody is to look at the shared status again: by the phase, and no sooner than
 * `waiting / CROWD_POLLS_PER_SECOND`, so that the load does not grow with the crowd.
 */
export function crowdPoll(shown: BoardSale): PollAdvice {
  const { interval_ms, jitter_ms } = pollOfPhase(shown);
  const crowdMs = Math.ceil(((shown.room?.waiting ?? 0) / CROWD_POLLS_PER_SECOND) * 1000);
  return { interval_ms: Math.max(interval_ms, crowdMs), jitter_ms: Math.max(jitter_ms, Math.ceil(crowdMs / 2)) };
}

/**
 * When a buyer is to look at their own place again: at half of what is left to wait. Near the front that is every
 * few seconds, however long the crowd's interval is; and whoever waits for an hour asks some ten times in all.
 */
export function ownPoll({ state, estimatedWaitSeconds }: Place, shown: BoardSale): PollAdvice {
  if (state === 'ready') return WHILE_IT_MATTERS;
  if (state !== 'waiting' || estimatedWaitSeconds === null) return crowdPoll(shown);
  const intervalMs = Math.max(WHILE_IT_MATTERS.interval_ms, estimatedWaitSeconds * 500);
  return { interval_ms: intervalMs, jitter_ms: Math.ceil(intervalMs / 4) };
}

function pollOfPhase(shown: BoardSale): PollAdvice {
  const { sale, phase, nowMs } = shown;
  switch (phase) {
    case 'upcoming':
      return pollBefore(sale.waitingRoom?.opensAtMs ?? sale.startsAtMs, nowMs);
    case 'queueing':
      return pollBefore(sale.startsAtMs, nowMs);
    case 'live':
      return WHILE_IT_MATTERS;
    case 'sold_out':
      return stockMayReturn(shown) ? WHILE_IT_STANDS_STILL : LONG_BEFORE;
    case 'paused':
    case 'recovering':
      return WHILE_IT_STANDS_STILL;
    case 'ended':
    case 'cancelled':
      return WHEN_ALL_IS_SAID;
  }
}

/** Where nobody queues, nobody waits longer than until the moment comes, and then all come spread over the jitter. */
function pollBefore(atMs: number, nowMs: number): PollAdvice {
  return atMs - nowMs > SOON_MS ? LONG_BEFORE : WHILE_IT_MATTERS;
}
