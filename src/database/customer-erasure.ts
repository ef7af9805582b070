import type { Ledger } from './schema.ts';

/**
 * Removes the customer's data and the payment tokens from a buyer's orders, or from one. An attempt that was not
 * sent to the provider yet keeps its token until it is. Returns of how many orders something was removed.
 */
export async function eraseCustomer(
  db: Ledger,
  whose: { readonly userId: string } | { readonly orderId: string },
): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const [column, id] =
      'userId' in whose ? (['user_id', whose.userId] as const) : (['order_id', whose.orderId] as const);
    const orders = await tx
      .selectFrom('orders')
      .select('order_id')
      .where(column, '=', id)
      .orderBy('order_id')
      .forUpdate()
      .execute();
    const orderIds = orders.map((order) => order.order_id);
    if (orderIds.length === 0) return 0;
    await lockAttempts(tx, orderIds);
    await tx.deleteFrom('order_traits').where('order_id', 'in', orderIds).execute();
    const erased = [...(await eraseCustomers(tx, orderIds)), ...(await eraseTokens(tx, orderIds))];
    return new Set(erased.map((row) => row.order_id)).size;
  });
}

/** In the order that everybody keeps who locks several. */
function lockAttempts(tx: Ledger, orderIds: readonly string[]) {
  return tx
    .selectFrom('payments')
    .select('attempt_id')
    .where('order_id', 'in', orderIds)
    .orderBy('attempt_id')
    .forUpdate()
    .execute();
}

function eraseCustomers(tx: Ledger, orderIds: readonly string[]) {
  return tx
    .updateTable('orders')
    .set({ customer: null })
    .where('order_id', 'in', orderIds)
    .where('customer', 'is not', null)
    .returning('order_id')
    .execute();
}

function eraseTokens(tx: Ledger, orderIds: readonly string[]) {
  return tx
    .updateTable('payments')
    .set({ payment_method: null })
    .where('order_id', 'in', orderIds)
    .where('payment_method', 'is not', null)
    .where('state', '!=', 'created')
    .returning('order_id')
    .execute();
}
