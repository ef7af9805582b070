import { sql } from 'kysely';
import { readAttempts } from '../../../src/database/payments.ts';
import type { Ledger } from '../../../src/database/schema.ts';
import { Batcher } from '../../../src/engine/batcher.ts';
import type { ClaimBatcher } from '../../../src/engine/payment-batches.ts';

/**
 * Mistakes that a simulation must find. `unfenced_store`: a store that has lost its end sells on as if nothing had
 * been. `unchecked_claims`: the ledger counts what is sold, and asks for no limit. `hasty_trim`: events leave the outbox
 * before the ledger has them.
 */
export type Mutant = 'unfenced_store' | 'unchecked_claims' | 'hasty_trim';

export function uncheckedClaims(ledger: Ledger): ClaimBatcher {
  return new Batcher<string, Awaited<ReturnType<ClaimBatcher['ask']>>>(ledger, async (connection, attemptIds) => {
    await claimWithoutLimit(connection, attemptIds);
    const attempts = await readAttempts(connection, attemptIds);
    return attemptIds.map((attemptId) => {
      const attempt = attempts.find((known) => known.attemptId === attemptId) ?? null;
      return { outcome: 'claimed', attempt };
    });
  });
}

function claimWithoutLimit(ledger: Ledger, attemptIds: readonly string[]): Promise<void> {
  return ledger.transaction().execute(async (tx) => {
    const { rows } = await sql<{ order_id: string }>`
      update payments set state = 'claimed'
      where attempt_id = any(${attemptIds}::text[]) and state = 'authorised'
      returning order_id`.execute(tx);
    const orderIds = rows.map((row) => row.order_id);
    await sql`update orders set claimed_at = reserved_at where order_id = any(${orderIds}::text[])`.execute(tx);
    await sql`
      update sale_items as item set sold = least(total_stock, sold + claimed.units)
      from (
        select sale_id, sku_id, sum(quantity)::integer as units
        from orders join order_items using (order_id)
        where order_id = any(${orderIds}::text[])
        group by sale_id, sku_id
      ) as claimed
      where (item.sale_id, item.sku_id) = (claimed.sale_id, claimed.sku_id)`.execute(tx);
  });
}
