import { sql } from 'kysely';
import type { Ledger } from './schema.ts';

/** The last event of a sale that the ledger has applied; 0 before the first. */
export interface LogPosition {
  readonly epoch: number;
  readonly seq: number;
}

/** Up to which event the ledger has applied the order log. */
export async function readPosition(db: Ledger, saleId: string): Promise<LogPosition> {
  const found = await db
    .selectFrom('log_positions')
    .select(['epoch', 'seq'])
    .where('sale_id', '=', saleId)
    .executeTakeFirst();
  return found ?? { epoch: 0, seq: 0 };
}

/**
 * Null when another consumer of the sale has it: the caller does better to see to another sale than to wait. Only the
 * first batch of a sale waits for the one that comes before it.
 */
export async function lockPosition(tx: Ledger, saleId: string): Promise<LogPosition | null> {
  const known = await sql<LogPosition>`
    select epoch, seq from log_positions where sale_id = ${saleId} for update skip locked`.execute(tx);
  if (known.rows[0]) return known.rows[0];
  const begun = await sql<LogPosition>`
    insert into log_positions (sale_id, epoch, seq) values (${saleId}, 0, 0)
    on conflict (sale_id) do nothing
    returning epoch, seq`.execute(tx);
  return begun.rows[0] ?? null;
}

/** The epoch that the ledger applies; it stays until the transaction ends. 0 before the first event. */
export async function holdEpoch(tx: Ledger, saleId: string): Promise<number> {
  const { rows } = await sql<LogPosition>`
    select epoch, seq from log_positions where sale_id = ${saleId} for share`.execute(tx);
  return rows[0]?.epoch ?? 0;
}

export async function movePosition(tx: Ledger, saleId: string, { epoch, seq }: LogPosition): Promise<void> {
  await tx.updateTable('log_positions').set({ epoch, seq }).where('sale_id', '=', saleId).execute();
}
