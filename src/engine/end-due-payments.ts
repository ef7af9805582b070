import { abandonAttempt } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';

/**
 * Ends payments that are still under way after their time: in the ledger first, so that nothing can be claimed for
 * them any more, then in the store. What the provider may hold is let go by the payment workers. Returns how many.
 */
export async function endDuePayments(
  { store, ledger }: { readonly store: Store; readonly ledger: Ledger },
  saleId: string,
  limit: number,
): Promise<number> {
  let ended = 0;
  for (const order of await store.duePayments(saleId, limit)) {
    if (order.attemptId === null) continue;
    const abandonment = { order, attemptId: order.attemptId, reason: 'expired', nowMs: await store.now() };
    if ((await abandonAttempt(ledger, abandonment)) === 'too_late') continue;
    await store.release(order, 'expired', order.attemptId);
    ended++;
  }
  return ended;
}
