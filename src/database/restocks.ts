import type { Ledger } from './schema.ts';

/** Units that were added to a sale after it was scheduled, oldest first. */
export async function listRestocks(db: Ledger, saleId: string) {
  const rows = await db
    .selectFrom('sale_restocks')
    .select(['restock_id', 'sku_id', 'quantity'])
    .where('sale_id', '=', saleId)
    .orderBy('at')
    .orderBy('restock_id')
    .execute();
  return rows.map((row) => ({ restockId: row.restock_id, skuId: row.sku_id, quantity: row.quantity }));
}
