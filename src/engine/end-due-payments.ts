import { abandonAttempt } from '../database/payment-records.ts';
import { readAttempts } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import { hasFailed } from '../domain/payment.ts';
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
    const abandoned = await abandonAttempt(ledger, abandonment);
    if (abandoned === 'too_late' && !(await hasFailedAlready(ledger, order.attemptId))) continue;
    await store.release(order, 'expired', order.attemptId);
    ended++;
  }
  return ended;
}

/** A process died between the end of an attempt in the ledger and the end of its hold in the store. */
async function hasFailedAlready(ledger: Ledger, attemptId: string): Promise<boolean> {
  const [attempt] = await readAttempts(ledger, [attemptId]);
  return attempt !== undefined && hasFailed(attempt.state);
}
