import type { Ledger } from './schema.ts';

/** Up to which event of each sale the ledger has applied the order log. */
export async function readPositions(db: Ledger): Promise<Map<string, number>> {
  const rows = await db.selectFrom('log_positions').select(['sale_id', 'seq']).execute();
  return new Map(rows.map((row) => [row.sale_id, row.seq]));
}
