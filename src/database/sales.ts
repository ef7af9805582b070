import type { SaleDefinition, SaleState } from '../domain/sale.ts';
import type { Ledger } from './schema.ts';

export interface LedgerSale {
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly epoch: number;
  readonly createdAtMs: number;
  readonly deletedAtMs: number | null;
  readonly items: readonly LedgerItem[];
}
/** `sold`: units claimed for payments. */
export interface LedgerItem {
  readonly skuId: string;
  readonly totalStock: number;
  readonly sold: number;
}
export interface Restock {
  readonly restockId: string;
  readonly saleId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly nowMs: number;
}

export async function insertSale(_db: Ledger, _sale: SaleDefinition, _nowMs: number): Promise<'inserted' | 'exists'> {
  throw new Error('not written yet');
}
/** Replaces the definition of a sale that is still scheduled. */
export async function updateSale(_db: Ledger, _sale: SaleDefinition): Promise<'updated' | 'not_found' | 'wrong_state'> {
  throw new Error('not written yet');
}
/** A deleted sale is still readable. */
export async function readSale(_db: Ledger, _saleId: string): Promise<LedgerSale | null> {
  throw new Error('not written yet');
}
/** Newest start first, without the deleted. */
export async function listSales(_db: Ledger): Promise<LedgerSale[]> {
  throw new Error('not written yet');
}
/** Refused while the sale is active or paused. */
export async function markDeleted(
  _db: Ledger,
  _saleId: string,
  _nowMs: number,
): Promise<'deleted' | 'not_found' | 'wrong_state'> {
  throw new Error('not written yet');
}
/** Names the epoch that may sell the sale. Never lowers it. */
export async function setEpoch(_db: Ledger, _saleId: string, _epoch: number): Promise<'set' | 'not_found' | 'stale'> {
  throw new Error('not written yet');
}
/** Raises `total_stock`, once for each `restockId`. */
export async function restock(_db: Ledger, _restock: Restock): Promise<'restocked' | 'repeated' | 'not_found'> {
  throw new Error('not written yet');
}
