import { markDeleted, restock } from '../database/sales.ts';
import type { ChangeOutcome, SaleCommand } from '../domain/sale-change.ts';
import { type Operator, recordSaleAction, type SalePorts } from './operator.ts';

/** Pauses, resumes, ends or cancels a sale. Only a change is written down; asking twice is answered alike. */
export async function operateSale(
  ports: SalePorts,
  operator: Operator,
  saleId: string,
  action: 'pause' | 'resume' | 'end' | 'cancel',
): Promise<ChangeOutcome> {
  const outcome = await ports.store.changeSale(saleId, { type: action }, operator.correlationId);
  if (outcome === 'changed') await recordSaleAction(ports, operator, saleId, `sale_${action}`);
  return outcome;
}

/**
 * Adds units: to the ledger's total first, so that no unit is ever sold which the ledger would refuse. A repeat with
 * the same id completes what was left half done; another restock under that id changes nothing.
 */
export async function restockSale(
  ports: SalePorts,
  operator: Operator,
  saleId: string,
  command: Extract<SaleCommand, { type: 'restock' }>,
): Promise<ChangeOutcome | 'idempotency_key_reused'> {
  const { store, ledger } = ports;
  const view = await store.readSale(saleId);
  if (!view?.stock.some((item) => item.skuId === command.skuId)) return 'not_found';
  if (view.state !== 'active' && view.state !== 'paused') return 'wrong_state';
  const { restockId, skuId, quantity } = command;
  const recorded = await restock(ledger, { restockId, saleId, skuId, quantity, nowMs: await store.now() });
  if (recorded === 'not_found' || recorded === 'idempotency_key_reused') return recorded;
  const outcome = await store.changeSale(saleId, command, operator.correlationId);
  const detail = { sku_id: skuId, quantity };
  if (outcome === 'changed') await recordSaleAction(ports, operator, saleId, 'sale_restocked', detail);
  return outcome;
}

/** Removes a sale from the store and from every list. The ledger keeps its orders. */
export async function deleteSale(
  ports: SalePorts,
  operator: Operator,
  saleId: string,
): Promise<'deleted' | 'not_found' | 'wrong_state'> {
  const { store, ledger, board } = ports;
  const forgotten = await store.forgetSale(saleId);
  if (forgotten === 'wrong_state') return 'wrong_state';
  if (forgotten === 'not_found' && !board.find(saleId)) return 'not_found';
  const deleted = await markDeleted(ledger, saleId, await store.now());
  if (deleted === 'deleted') await recordSaleAction(ports, operator, saleId, 'sale_deleted');
  return deleted;
}
