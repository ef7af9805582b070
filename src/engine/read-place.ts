import type { Place, TicketRef } from '../domain/queueing.ts';
import type { Store } from '../store/store.ts';
import { type MissingPlace, missingPlace } from './missing-place.ts';
import type { BoardSale, SaleBoard } from './sale-board.ts';

interface ReadPlacePorts {
  readonly store: Store;
  readonly board: SaleBoard;
}

export type PlaceOutcome =
  | { readonly code: 'found'; readonly place: Place; readonly shown: BoardSale }
  | { readonly code: MissingPlace };

/** A place that was lost with the store is given back to whoever shows its token. */
export async function readPlace(ports: ReadPlacePorts, ref: TicketRef): Promise<PlaceOutcome> {
  const place = (await ports.store.readPlace(ref)) ?? (await ports.store.restore(ref));
  const shown = ports.board.find(ref.saleId);
  return place && shown ? { code: 'found', place, shown } : { code: await missingPlace(ports, ref.saleId) };
}
