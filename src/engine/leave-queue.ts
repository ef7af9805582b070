import type { TicketRef } from '../domain/queueing.ts';
import type { Store } from '../store/store.ts';
import { type MissingPlace, missingPlace } from './missing-place.ts';
import type { SaleBoard } from './sale-board.ts';

interface LeavePorts {
  readonly store: Store;
  readonly board: SaleBoard;
}

/** Gives a place up. After the end of a sale nobody has one any longer, so there it is given up already. */
export async function leaveQueue(
  ports: LeavePorts,
  ref: TicketRef,
): Promise<'left' | Exclude<MissingPlace, 'sale_ended'>> {
  const outcome = await ports.store.leave(ref);
  if (outcome === 'left') return 'left';
  const missing = await missingPlace(ports, ref.saleId);
  return missing === 'sale_ended' ? 'left' : missing;
}
