import type { Order, ReleaseReason } from '../domain/order.ts';
import type { SettlementOutcome } from '../domain/settlement.ts';
import type { Store } from '../store/store.ts';

/** Gives up a reservation that nobody is paying at the moment. */
export async function cancelOrder(
  { store }: { readonly store: Store },
  order: Order,
  reason: Extract<ReleaseReason, 'cancelled_by_buyer' | 'cancelled_by_operator'>,
): Promise<SettlementOutcome> {
  return store.release(order, reason, null);
}
