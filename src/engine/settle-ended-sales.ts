import { cancelLostOrders, findGivenUpOrders } from '../database/lost-orders.ts';
import type { Ledger } from '../database/schema.ts';
import { settleSurplus } from '../database/surplus.ts';
import type { Audience } from '../domain/order-news.ts';
import { isOver } from '../domain/sale.ts';
import type { SaleView, Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

interface SettlePorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
  /** Who is told what becomes of orders. */
  readonly audience: Audience;
}

/**
 * Once a sale is over and the ledger has read all of it: gives paid orders back that no units are left for, the last
 * first, and cancels those that no store has had since a recovery.
 */
export async function settleEndedSales(ports: SettlePorts): Promise<void> {
  for (const view of (await ports.store.listSales()).views) if (isSettling(view)) await settle(ports, view.sale.saleId);
}

function isSettling({ state, recovering, lastSeq, trimmedSeq }: SaleView): boolean {
  return isOver(state) && !recovering && lastSeq === trimmedSeq;
}

async function settle({ store, ledger, events, audience }: SettlePorts, saleId: string): Promise<void> {
  const atMs = await store.now();
  const { backed, givenBack } = await settleSurplus(ledger, saleId, atMs);
  const cancelled = await ledger
    .transaction()
    .execute(async (tx) => cancelLostOrders(tx, await findGivenUpOrders(tx, saleId), { atMs, audience }));
  const facts = { backed: backed.length, givenBack: givenBack.length, cancelled: cancelled.length };
  events.ordersLost(saleId, 'ended', facts.cancelled);
  if (facts.backed + facts.givenBack + facts.cancelled > 0) events.surplusSettled(saleId, facts);
}
