import { sql } from 'kysely';
import { commitmentOf, type DrawResult, ENTRY_BYTES } from '../domain/draw.ts';
import type { SaleDefinition } from '../domain/sale.ts';
import type { Ledger } from './schema.ts';

/** A draw as it is kept for good. */
export interface DrawRecord {
  readonly saleId: string;
  readonly madeAtMs: number;
  /** SHA-256 of the committed seed, hexadecimal. */
  readonly commitment: string;
  readonly draw: DrawResult;
}

/** A sale that had a draw. */
export interface EarlierDraw {
  readonly saleId: string;
  readonly startsAtMs: number;
  readonly commitment: string;
  /** Null: it was never made. */
  readonly record: DrawRecord | null;
}

/** Entries in one row. */
const CHUNK = 10_000;
const EARLIER_DRAWS = 50;

/**
 * Keeps a draw with all its entries, which are `ENTRY_BYTES` each, one behind the other. Repeatable. The draw's own row
 * comes last: where it is, nothing is missing.
 */
export async function archiveDraw(db: Ledger, record: DrawRecord, entries: Uint8Array): Promise<void> {
  for (let after = 0; after < record.draw.entrants; after += CHUNK) {
    const chunk = Buffer.from(entries.subarray(after * ENTRY_BYTES, (after + CHUNK) * ENTRY_BYTES));
    await db
      .insertInto('draw_entries')
      .values({ sale_id: record.saleId, first_ticket: after + 1, entries: chunk })
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
  await db
    .insertInto('draws')
    .values({
      sale_id: record.saleId,
      made_at: new Date(record.madeAtMs),
      commitment: record.commitment,
      draw: JSON.stringify(record.draw),
    })
    .onConflict((oc) => oc.doNothing())
    .execute();
}

export async function readDraw(db: Ledger, saleId: string): Promise<DrawRecord | null> {
  const row = await db.selectFrom('draws').selectAll().where('sale_id', '=', saleId).executeTakeFirst();
  if (!row) return null;
  return { saleId, madeAtMs: row.made_at.getTime(), commitment: row.commitment, draw: row.draw };
}

/** At most `limit` entries from the ticket behind `after`, one behind the other; fewer at the end of the list. */
export async function readDrawEntries(db: Ledger, saleId: string, after: number, limit: number): Promise<Uint8Array> {
  const rows = await db
    .selectFrom('draw_entries')
    .select(['first_ticket', 'entries'])
    .where('sale_id', '=', saleId)
    .where('first_ticket', '>', after - CHUNK)
    .where('first_ticket', '<=', after + limit)
    .orderBy('first_ticket')
    .execute();
  const skipped = after + 1 - (rows[0]?.first_ticket ?? 1);
  const entries = Buffer.concat(rows.map((row) => row.entries));
  return entries.subarray(skipped * ENTRY_BYTES, (skipped + limit) * ENTRY_BYTES);
}

/** Other sales of this name that had a draw, deleted ones too: the latest start first, at most 50. */
export async function listEarlierDraws(
  db: Ledger,
  { saleId, name }: Pick<SaleDefinition, 'saleId' | 'name'>,
): Promise<EarlierDraw[]> {
  const rows = await db
    .selectFrom('sales')
    .leftJoin('draws', 'draws.sale_id', 'sales.sale_id')
    .select(['sales.sale_id', 'sales.starts_at', 'sales.definition', 'draws.made_at', 'draws.draw'])
    .where('sales.name', '=', name)
    .where('sales.sale_id', '!=', saleId)
    .where(sql<boolean>`jsonb_typeof(sales.definition -> 'waitingRoom' -> 'draw') = 'object'`)
    .orderBy('sales.starts_at', 'desc')
    .limit(EARLIER_DRAWS)
    .execute();
  return rows.flatMap((row) => {
    const plan = row.definition.waitingRoom?.draw;
    if (!plan) return [];
    const commitment = commitmentOf(plan.seed);
    const { made_at: madeAt, draw, sale_id: id } = row;
    const record = madeAt && draw ? { saleId: id, madeAtMs: madeAt.getTime(), commitment, draw } : null;
    return [{ saleId: id, startsAtMs: row.starts_at.getTime(), commitment, record }];
  });
}
