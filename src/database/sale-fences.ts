import { sql } from 'kysely';
import type { RecoveryOutcome } from '../domain/order-event.ts';
import type { SaleState } from '../domain/sale.ts';
import type { LogPosition } from './log-positions.ts';
import type { Ledger } from './schema.ts';

/** Which store may sell a sale, as the ledger says. */
export interface SaleFence {
  readonly saleId: string;
  readonly state: SaleState;
  readonly epoch: number;
  /** Null until a store has said what it runs as. */
  readonly incarnation: string | null;
  readonly isRecovering: boolean;
  /** The last event applied; 0 before the first. */
  readonly position: number;
}

/** Where an epoch begins: behind the last event that counts of those before. */
export interface EpochStart {
  readonly afterSeq: number;
  /** The epoch that the last event is of; 0 when there is none. */
  readonly follows: number;
}

/**
 * Sales that a store has to hold: those that are not over, and those that are while a payment is still to be settled
 * with a store: money that goes back needs none. With them those of `saleIds`, however they stand.
 */
export async function readFences(db: Ledger, saleIds: readonly string[]): Promise<SaleFence[]> {
  const { rows } = await sql<{
    sale_id: string;
    state: SaleState;
    epoch: number;
    incarnation: string | null;
    is_recovering: boolean;
    position: number;
  }>`
    select sale_id, state, sales.epoch, incarnation, recovering_since is not null as is_recovering,
      coalesce(log_positions.seq, 0)::bigint as position
    from sales left join log_positions using (sale_id)
    where deleted_at is null and sales.epoch > 0 and (
      state not in ('ended', 'cancelled') or sale_id = any(${saleIds}::text[])
      or exists (
        select from payments
        where next_try_at is not null and payments.state <> 'refunding' and payments.sale_id = sales.sale_id
      )
    )
    order by sale_id`.execute(db);
  return rows.map((row) => ({
    saleId: row.sale_id,
    state: row.state,
    epoch: row.epoch,
    incarnation: row.incarnation,
    isRecovering: row.is_recovering,
    position: Number(row.position),
  }));
}

/** Has a store ever had it? Then one that lacks it has lost it. */
export function wasHeld({ state, incarnation, isRecovering, position }: SaleFence): boolean {
  return isRecovering || incarnation !== null || position > 0 || state !== 'scheduled';
}

/** Names the run of the store that sells a sale. Changes nothing while it is being recovered, or in another epoch. */
export async function nameIncarnation(
  db: Ledger,
  { saleId, epoch, incarnation }: { readonly saleId: string; readonly epoch: number; readonly incarnation: string },
): Promise<void> {
  await db
    .updateTable('sales')
    .set({ incarnation })
    .where('sale_id', '=', saleId)
    .where('epoch', '=', epoch)
    .where('recovering_since', 'is', null)
    .execute();
}

export interface RecoveryLease {
  readonly saleId: string;
  /** The epoch that was read: another one means that somebody was faster. */
  readonly epoch: number;
  /** The process that recovers it. */
  readonly by: string;
  readonly leaseMs: number;
  /** The new epoch is above this one too: what the store holds may be newer than the ledger. */
  readonly above: number;
}

/**
 * Takes a sale from every store that sells it: raises its epoch, so that nothing is claimed for now, and nothing of an
 * older epoch that the log has not told of. Returns the epoch that is to begin, or null while another process is at it.
 */
export async function beginRecovery(
  db: Ledger,
  { saleId, epoch, by, leaseMs, above }: RecoveryLease,
): Promise<number | null> {
  const { rows } = await sql<{ epoch: number }>`
    update sales set
      epoch = greatest(epoch, ${above}) + 1,
      recovering_since = coalesce(recovering_since, now()),
      recovering_by = ${by},
      recovering_until = now() + ${leaseMs} * interval '1 millisecond'
    where sale_id = ${saleId} and epoch = ${epoch}
      and (recovering_until is null or recovering_until <= now() or recovering_by = ${by})
    returning epoch`.execute(db);
  return rows[0]?.epoch ?? null;
}

/** Keeps the sale for this process, if it is still its to recover, in this epoch. */
export async function renewRecovery(
  db: Ledger,
  { saleId, by, epoch, leaseMs }: Omit<RecoveryLease, 'above'>,
): Promise<'renewed' | 'lost'> {
  const { rows } = await sql`
    update sales set recovering_until = now() + ${leaseMs} * interval '1 millisecond'
    where sale_id = ${saleId} and epoch = ${epoch} and recovering_by = ${by}
    returning sale_id`.execute(db);
  return rows.length > 0 ? 'renewed' : 'lost';
}

/**
 * Ends the log of all earlier epochs where the ledger has read to: what comes of them later does not count. Null when a
 * later epoch is to begin already: whoever took over from a slow process is not set back by it.
 */
export async function beginEpoch(
  db: Ledger,
  { saleId, epoch }: { readonly saleId: string; readonly epoch: number },
): Promise<EpochStart | null> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<LogPosition>`
      insert into log_positions as current (sale_id, epoch, seq) values (${saleId}, 0, 0)
      on conflict (sale_id) do update set epoch = current.epoch
      returning epoch, seq`.execute(tx);
    if (!(await isNewestEpoch(tx, saleId, epoch))) return null;
    if (await isOvertaken(tx, saleId, epoch)) return null;
    const { epoch: ended, seq } = rows[0] ?? { epoch: 0, seq: 0 };
    const follows = await lastEpochWithEvents(tx, saleId, ended, seq);
    await tx
      .insertInto('sale_epochs')
      .values({ sale_id: saleId, epoch, after_seq: seq, follows, begun_at: sql<Date>`now()` })
      .execute();
    await tx.updateTable('log_positions').set({ epoch }).where('sale_id', '=', saleId).execute();
    return { afterSeq: seq, follows };
  });
}

async function isNewestEpoch(tx: Ledger, saleId: string, epoch: number): Promise<boolean> {
  const sale = await tx.selectFrom('sales').select('epoch').where('sale_id', '=', saleId).executeTakeFirst();
  return sale?.epoch === epoch;
}

/** It stays so until the transaction ends. */
async function isOvertaken(tx: Ledger, saleId: string, epoch: number): Promise<boolean> {
  const sale = await tx.selectFrom('sales').select('epoch').where('sale_id', '=', saleId).forShare().executeTakeFirst();
  return sale !== undefined && sale.epoch > epoch;
}

/** Recoveries that came to nothing began epochs without events. */
async function lastEpochWithEvents(tx: Ledger, saleId: string, epoch: number, seq: number): Promise<number> {
  const begun = await tx
    .selectFrom('sale_epochs')
    .select(['after_seq', 'follows'])
    .where('sale_id', '=', saleId)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return begun && begun.after_seq === seq ? begun.follows : epoch;
}

/** Gives the sale to the store that it was installed in, or that was found to be whole. */
export async function finishRecovery(
  db: Ledger,
  fence: { readonly saleId: string; readonly epoch: number; readonly incarnation: string },
  how: RecoveryOutcome | null,
): Promise<void> {
  const { saleId, epoch, incarnation } = fence;
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('sales')
      .set({ incarnation, recovering_since: null, recovering_by: null, recovering_until: null })
      .where('sale_id', '=', saleId)
      .where('epoch', '=', epoch)
      .execute();
    if (how === null) return;
    await tx.updateTable('sale_epochs').set({ how }).where('sale_id', '=', saleId).where('epoch', '=', epoch).execute();
  });
}

/** Behind which event each epoch that a recovery began begins, oldest first: what came before of earlier ones counts. */
export async function readEpochStarts(db: Ledger, saleId: string): Promise<{ epoch: number; afterSeq: number }[]> {
  const rows = await db
    .selectFrom('sale_epochs')
    .select(['epoch', 'after_seq'])
    .where('sale_id', '=', saleId)
    .orderBy('epoch')
    .execute();
  return rows.map((row) => ({ epoch: row.epoch, afterSeq: row.after_seq }));
}
