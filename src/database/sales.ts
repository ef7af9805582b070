import type { Selectable } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { SaleDefinition, SaleState } from '../domain/sale.ts';
import type { Ledger, SalesTable } from './schema.ts';

export interface LedgerSale {
  /** As it was scheduled: restocks are in `items`. */
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly epoch: number;
  readonly createdAtMs: number;
  readonly deletedAtMs: number | null;
  readonly items: readonly LedgerItem[];
}

interface LedgerItem {
  readonly skuId: string;
  readonly totalStock: number;
  /** Units claimed for payments. */
  readonly sold: number;
}

/** More units for a SKU. `restockId` names it: repeated, it changes nothing. */
export interface Restock {
  readonly restockId: string;
  readonly saleId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly nowMs: number;
}

export async function insertSale(db: Ledger, sale: SaleDefinition, nowMs: number): Promise<'inserted' | 'exists'> {
  return db.transaction().execute(async (tx) => {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('sales')
      .values({ sale_id: sale.saleId, state: 'scheduled', created_at: new Date(nowMs), ...definitionColumns(sale) })
      .onConflict((oc) => oc.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return 'exists';
    await replaceItems(tx, sale);
    return 'inserted';
  });
}

/** Replaces the definition of a sale that is still scheduled. */
export async function updateSale(db: Ledger, sale: SaleDefinition): Promise<'updated' | 'not_found' | 'wrong_state'> {
  return db.transaction().execute(async (tx) => {
    const found = await lockSale(tx, sale.saleId);
    if (found === undefined || found.deleted_at !== null) return 'not_found';
    if (found.state !== 'scheduled') return 'wrong_state';
    await tx.updateTable('sales').set(definitionColumns(sale)).where('sale_id', '=', sale.saleId).execute();
    await replaceItems(tx, sale);
    return 'updated';
  });
}

/** A deleted sale can still be read. */
export async function readSale(db: Ledger, saleId: string): Promise<LedgerSale | null> {
  const row = await selectSales(db).where('sale_id', '=', saleId).executeTakeFirst();
  return row === undefined ? null : toLedgerSale(row);
}

/** Latest start first, without the deleted. */
export async function listSales(db: Ledger): Promise<LedgerSale[]> {
  const rows = await selectSales(db)
    .where('deleted_at', 'is', null)
    .orderBy('starts_at', 'desc')
    .orderBy('sale_id')
    .execute();
  return rows.map(toLedgerSale);
}

/** Refused while the sale is active or paused. */
export async function markDeleted(
  db: Ledger,
  saleId: string,
  nowMs: number,
): Promise<'deleted' | 'not_found' | 'wrong_state'> {
  return db.transaction().execute(async (tx) => {
    const found = await lockSale(tx, saleId);
    if (found === undefined) return 'not_found';
    if (found.state === 'active' || found.state === 'paused') return 'wrong_state';
    const deletedAt = found.deleted_at ?? new Date(nowMs);
    await tx.updateTable('sales').set({ deleted_at: deletedAt }).where('sale_id', '=', saleId).execute();
    return 'deleted';
  });
}

/** Names the epoch in which the sale may be sold. It never falls. */
export async function setEpoch(db: Ledger, saleId: string, epoch: number): Promise<'set' | 'not_found' | 'stale'> {
  return db.transaction().execute(async (tx) => {
    const found = await lockSale(tx, saleId);
    if (found === undefined) return 'not_found';
    if (found.epoch > epoch) return 'stale';
    await tx.updateTable('sales').set({ epoch }).where('sale_id', '=', saleId).execute();
    return 'set';
  });
}

/** Raises `total_stock`, once for each `restockId`. Another restock under the same id is refused. */
export async function restock(
  db: Ledger,
  restock: Restock,
): Promise<'restocked' | 'repeated' | 'not_found' | 'idempotency_key_reused'> {
  const { restockId, saleId, skuId, quantity, nowMs } = restock;
  return db.transaction().execute(async (tx) => {
    const item = await tx
      .selectFrom('sale_items')
      .select('total_stock')
      .where('sale_id', '=', saleId)
      .where('sku_id', '=', skuId)
      .forUpdate()
      .executeTakeFirst();
    if (item === undefined) return 'not_found';
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('sale_restocks')
      .values({ restock_id: restockId, sale_id: saleId, sku_id: skuId, quantity, at: new Date(nowMs) })
      .onConflict((oc) => oc.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) {
      return (await isRecorded(tx, restock)) ? 'repeated' : 'idempotency_key_reused';
    }
    await tx
      .updateTable('sale_items')
      .set({ total_stock: item.total_stock + quantity })
      .where('sale_id', '=', saleId)
      .where('sku_id', '=', skuId)
      .execute();
    return 'restocked';
  });
}

async function isRecorded(tx: Ledger, { restockId, saleId, skuId, quantity }: Restock): Promise<boolean> {
  const recorded = await tx
    .selectFrom('sale_restocks')
    .select(['sale_id', 'sku_id', 'quantity'])
    .where('restock_id', '=', restockId)
    .executeTakeFirstOrThrow();
  return recorded.sale_id === saleId && recorded.sku_id === skuId && recorded.quantity === quantity;
}

function lockSale(tx: Ledger, saleId: string) {
  return tx
    .selectFrom('sales')
    .select(['state', 'epoch', 'deleted_at'])
    .where('sale_id', '=', saleId)
    .forUpdate()
    .executeTakeFirst();
}

function definitionColumns(sale: SaleDefinition) {
  return {
    name: sale.name,
    definition: JSON.stringify(sale),
    starts_at: new Date(sale.startsAtMs),
    ends_at: new Date(sale.endsAtMs),
    purchase_limit: sale.purchaseLimit,
  };
}

async function replaceItems(tx: Ledger, { saleId, items }: SaleDefinition): Promise<void> {
  await tx.deleteFrom('sale_items').where('sale_id', '=', saleId).execute();
  await tx
    .insertInto('sale_items')
    .values(items.map(({ skuId, totalStock }) => ({ sale_id: saleId, sku_id: skuId, total_stock: totalStock })))
    .execute();
}

function selectSales(db: Ledger) {
  return db
    .selectFrom('sales')
    .selectAll('sales')
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('sale_items')
          .select(['sku_id as skuId', 'total_stock as totalStock', 'sold'])
          .whereRef('sale_items.sale_id', '=', 'sales.sale_id')
          .orderBy('sku_id'),
      ).as('items'),
    );
}

function toLedgerSale(row: Selectable<SalesTable> & { readonly items: LedgerItem[] }): LedgerSale {
  return {
    sale: row.definition,
    state: row.state,
    epoch: row.epoch,
    createdAtMs: row.created_at.getTime(),
    deletedAtMs: row.deleted_at?.getTime() ?? null,
    items: row.items,
  };
}
