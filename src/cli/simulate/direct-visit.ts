import { setTimeout as sleep } from 'node:timers/promises';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import { checkOut, reserve } from './till.ts';
import { arrive, type Ending, look, pauseMs, type Visit } from './visit.ts';

/** Waits for the sale to open, buys, pays: or not, each in its own way. */
export async function shop(visit: Visit): Promise<Ending> {
  await arrive(visit);
  for (let attempts = 0; ; ) {
    const status = await look(visit);
    if (!status) return 'turned_away';
    if (status.phase === 'ended') return attempts > 0 ? 'sold_out' : 'too_late';
    if (status.phase === 'sold_out' && attempts > 0 && !status.stock_may_return) return 'sold_out';
    if (status.phase === 'live' || (status.phase === 'sold_out' && attempts === 0)) {
      attempts++;
      const outcome = await reserve(visit, status, `purchase-${attempts}`);
      if (typeof outcome !== 'string') return checkOut(visit, outcome);
      if (outcome !== 'sold_out') return outcome === 'sale_ended' ? 'too_late' : 'turned_away';
      if (!visit.buyer.patient) return 'sold_out';
    }
    await sleep(untilNextLookMs(visit, status));
  }
}

/** Nobody who waits for the start sleeps through it. */
function untilNextLookMs(visit: Visit, status: SaleStatus): number {
  const askedMs = pauseMs(visit, status);
  if (status.phase !== 'upcoming') return askedMs;
  return Math.min(askedMs, Math.max(0, Date.parse(status.starts_at) - Date.parse(status.now)));
}
