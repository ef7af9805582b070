import { setTimeout as sleep } from 'node:timers/promises';
import { readSaleStatus, type SaleStatus } from '#sdk/contract/sale.ts';
import type { Ask } from './buyer-api.ts';
import type { Buyer } from './crowd.ts';
import type { Sender, Tally } from './tally.ts';

/**
 * How a visit can end. `expired`: paid too late, and got the money back. `too_late`: came when the sale was over.
 * `no_show`: was called, and did not come. `left`: gave the place in the queue up.
 */
export const ENDINGS = [
  'bought',
  'sold_out',
  'abandoned',
  'declined',
  'expired',
  'too_late',
  'no_show',
  'left',
  'turned_away',
  'unresolved',
] as const;

export type Ending = (typeof ENDINGS)[number];

/** One buyer at one sale. */
export interface Visit {
  readonly buyer: Buyer;
  /** The buyer's session token. */
  readonly token: string;
  /** What opens a purchase: the session token, or an admission token where the sale has a waiting room. */
  readonly purchaseToken: string;
  readonly sale: { readonly saleId: string; readonly startsAtMs: number; readonly purchaseLimit: number };
  readonly ask: Ask;
  readonly tally: Tally;
}

const REFRESH_MS = 300;

export function senderOf({ bot }: Buyer): Sender {
  return bot ? 'bots' : 'people';
}

export async function arrive({ buyer, sale }: Visit): Promise<void> {
  await sleep(Math.max(0, sale.startsAtMs + buyer.arrivesAtMs - Date.now()));
}

/** Null: the server turns the buyer away. */
export async function look({ ask, sale }: Visit): Promise<SaleStatus | null> {
  const answer = await ask(readSaleStatus, { sale_id: sale.saleId });
  return answer.kind === 'given' ? answer.body : null;
}

/** Until the next look: as the server asks, but for those who cannot wait. */
export function pauseMs({ buyer }: Visit, { poll }: SaleStatus): number {
  if (buyer.refreshes) return REFRESH_MS;
  return poll.interval_ms + buyer.random() * poll.jitter_ms;
}
