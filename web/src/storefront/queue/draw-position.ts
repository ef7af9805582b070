import type { SaleStatus } from '#sdk/contract/sale.ts';
import { Permutation } from '../../../../src/domain/draw.ts';

/** Where a ticket has come to stand by the draw of the status; null until it is made. Late tickets queue behind. */
export function drawnPosition(ticket: number, { entrants, seed }: NonNullable<SaleStatus['draw']>): number | null {
  if (entrants === null || seed === null) return null;
  return ticket <= entrants ? 1 + new Permutation(seed, entrants).at(ticket - 1) : ticket;
}
