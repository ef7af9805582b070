import { writeAudit } from '../database/audit-log.ts';
import { eraseCustomer } from '../database/customer-erasure.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { Operator } from './operator.ts';

/** Removes a buyer's personal data. Returns how many orders held any. */
export async function eraseBuyer(
  { store, ledger }: { readonly store: Store; readonly ledger: Ledger },
  operator: Operator,
  userId: string,
): Promise<number> {
  const ordersErased = await eraseCustomer(ledger, { userId });
  const entry = { action: 'customer_erased', target: userId, detail: { orders_erased: ordersErased } };
  await writeAudit(ledger, { atMs: await store.now(), ...operator, ...entry });
  return ordersErased;
}
