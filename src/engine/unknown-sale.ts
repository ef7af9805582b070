import type { SaleBoard } from './sale-board.ts';

/** Why the store does not hold a sale: one that only the ledger knows is over, or being recovered. */
export async function unknownSale(
  board: SaleBoard,
  saleId: string,
): Promise<'not_found' | 'sale_ended' | 'recovering'> {
  switch ((await board.seek(saleId))?.phase) {
    case undefined:
      return 'not_found';
    case 'ended':
    case 'cancelled':
      return 'sale_ended';
    default:
      return 'recovering';
  }
}
