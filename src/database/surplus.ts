import type { ClaimCandidate } from './claim-decision.ts';
import { changeSold, openBook } from './claims.ts';
import { selectOrders } from './order-rows.ts';
import { applyActions } from './payment-transition.ts';
import type { Ledger } from './schema.ts';

/** What became of paid orders whose units nobody had claimed. */
export interface SettledSurplus {
  /** There were units left for them: these are claimed now. */
  readonly backed: readonly string[];
  /** There were none: their money goes back. */
  readonly givenBack: readonly string[];
}

/**
 * Settles the orders of a sale that are paid though no units were claimed for them: whoever came first keeps the order
 * as long as units are left, and the last give it back. To be called when the sale is over. Repeatable.
 */
export async function settleSurplus(db: Ledger, saleId: string, nowMs: number): Promise<SettledSurplus> {
  return db.transaction().execute(async (tx) => {
    const unclaimed = await lockUnclaimed(tx, saleId);
    const book = await openBook(tx, unclaimed);
    const backed = unclaimed.filter((candidate) => book.decide(candidate) === 'claimed');
    const surplus = unclaimed.filter((candidate) => !backed.includes(candidate)).toReversed();
    await claimUnits(tx, backed, nowMs);
    await giveMoneyBack(tx, surplus, nowMs);
    return { backed: backed.map(orderIdOf), givenBack: surplus.map(orderIdOf) };
  });
}

function orderIdOf({ orderId }: ClaimCandidate): string {
  return orderId;
}

/** Locked in the order of their ids, and returned in the order in which they were reserved. */
async function lockUnclaimed(tx: Ledger, saleId: string): Promise<ClaimCandidate[]> {
  const rows = await selectOrders(tx)
    .innerJoin('sales', 'sales.sale_id', 'orders.sale_id')
    .innerJoin('payments', 'payments.attempt_id', 'orders.current_attempt_id')
    .select('sales.purchase_limit')
    .where('orders.sale_id', '=', saleId)
    .where('orders.state', '=', 'paid')
    .where('orders.claimed_at', 'is', null)
    .where('payments.state', '=', 'confirmed')
    .orderBy('orders.order_id')
    .forUpdate('orders')
    .execute();
  return rows
    .toSorted((a, b) => a.reserved_at.getTime() - b.reserved_at.getTime())
    .map((row) => ({
      attemptId: row.current_attempt_id ?? '',
      state: 'authorised',
      orderId: row.order_id,
      saleId,
      userId: row.user_id,
      isCurrent: true,
      isOrderClaimed: false,
      isSaleRecovering: false,
      isOrderLost: false,
      purchaseLimit: row.purchase_limit,
      lines: row.lines,
    }));
}

async function claimUnits(tx: Ledger, backed: readonly ClaimCandidate[], nowMs: number): Promise<void> {
  if (backed.length === 0) return;
  const orderIds = backed.map(orderIdOf);
  await tx
    .updateTable('orders')
    .set({ claimed_at: new Date(nowMs) })
    .where('order_id', 'in', orderIds)
    .execute();
  await changeSold(tx, backed, 1);
}

async function giveMoneyBack(tx: Ledger, surplus: readonly ClaimCandidate[], nowMs: number): Promise<void> {
  const note = 'No units were left for this order.';
  const refund = { action: 'refund', from: ['confirmed'], note, nowMs } as const;
  await applyActions(
    tx,
    surplus.map(({ attemptId }) => ({ ...refund, attemptId })),
  );
}
