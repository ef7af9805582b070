import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

/** Lets the clock do its work on a sale: start, end, and the expiry of at most `limit` overdue reservations. */
export async function expireReservations(
  { store, events }: { readonly store: Store; readonly events: EngineEvents },
  saleId: string,
  limit: number,
): Promise<number> {
  const expired = await store.expireDue(saleId, limit);
  if (expired > 0) events.reservationsExpired(saleId, expired);
  return expired;
}
