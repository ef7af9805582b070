import { isOver } from '../domain/sale.ts';
import type { Store } from '../store/store.ts';
import type { SaleBoard } from './sale-board.ts';
import { unknownSale } from './unknown-sale.ts';

interface MissingPlacePorts {
  readonly store: Store;
  readonly board: SaleBoard;
}

/** `not_found`: the place was given up, or the sale is not known. */
export type MissingPlace = 'not_found' | 'sale_ended' | 'recovering';

/** Why the store knows nothing of a place that it once gave. */
export async function missingPlace({ store, board }: MissingPlacePorts, saleId: string): Promise<MissingPlace> {
  const view = await store.readSale(saleId);
  if (!view) return unknownSale(board, saleId);
  return isOver(view.state) ? 'sale_ended' : 'not_found';
}
