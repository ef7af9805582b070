import { nameIncarnation } from '../database/sale-fences.ts';
import { insertSale, setEpoch, updateSale } from '../database/sales.ts';
import { type FieldError, lateErrors, type SaleDefinition, saleErrors } from '../domain/sale.ts';
import { type PrepareRefusal, prepareRefusal } from '../domain/sale-change.ts';
import { type Operator, recordSaleAction, type SalePorts } from './operator.ts';
import { planDraw } from './plan-draw.ts';

export type CreateOutcome = { readonly code: 'created' } | { readonly code: 'invalid'; readonly errors: FieldError[] };

export type EditOutcome =
  | { readonly code: 'changed' | 'not_found' }
  | { readonly code: 'wrong_state'; readonly reason: PrepareRefusal }
  | { readonly code: 'invalid'; readonly errors: FieldError[] };

/** The epoch that a new sale is sold under. The ledger knows it before the store does: it can refuse any other. */
const FIRST_EPOCH = 1;

/**
 * Schedules a sale: in the ledger first, which is the authority on its stock, then in the store, which sells it. Its
 * draw, if it has one, is bound to a seed and a round here.
 */
export async function createSale(ports: SalePorts, operator: Operator, draft: SaleDefinition): Promise<CreateOutcome> {
  const { store, ledger } = ports;
  const errors = [...saleErrors(draft), ...lateErrors(draft, await store.now())];
  if (errors.length > 0) return { code: 'invalid', errors };
  const sale = await planDraw(ports, draft, null);
  await insertSale(ledger, sale, await store.now());
  await setEpoch(ledger, sale.saleId, FIRST_EPOCH);
  await store.prepareSale(sale, FIRST_EPOCH, operator.correlationId);
  await nameStore(ports, sale.saleId);
  await recordSaleAction(ports, operator, sale.saleId, 'sale_created', { name: sale.name });
  return { code: 'created' };
}

/** From here on the ledger knows who sells it: a store that lacks it has lost it. */
async function nameStore({ store, ledger }: SalePorts, saleId: string): Promise<void> {
  const view = await store.readSale(saleId);
  if (view) await nameIncarnation(ledger, { saleId, epoch: view.epoch, incarnation: view.incarnation });
}

/** Changes a sale that has not started. The store decides whether it has. */
export async function editSale(ports: SalePorts, operator: Operator, draft: SaleDefinition): Promise<EditOutcome> {
  const { store, ledger } = ports;
  const view = await store.readSale(draft.saleId);
  if (!view) return { code: 'not_found' };
  const reason = prepareRefusal(view, draft);
  if (reason) return { code: 'wrong_state', reason };
  const errors = [...saleErrors(draft), ...lateErrors(draft, await store.now())];
  if (errors.length > 0) return { code: 'invalid', errors };
  const sale = await planDraw(ports, draft, view.sale);
  const updated = await updateSale(ledger, sale);
  if (updated === 'not_found') return { code: 'not_found' };
  if (updated === 'wrong_state') return { code: 'wrong_state', reason: 'begun' };
  const prepared = await store.prepareSale(sale, view.epoch, operator.correlationId);
  if (prepared === 'wrong_state') {
    await updateSale(ledger, view.sale);
    return { code: 'wrong_state', reason: await reasonNow(ports, sale) };
  }
  await recordSaleAction(ports, operator, sale.saleId, 'sale_edited');
  return { code: 'changed' };
}

/** What has come between since the sale was read. */
async function reasonNow({ store }: SalePorts, sale: SaleDefinition): Promise<PrepareRefusal> {
  const view = await store.readSale(sale.saleId);
  return (view && prepareRefusal(view, sale)) ?? 'begun';
}
