import type { Order } from '../domain/order.ts';
import type { SettlementOutcome } from '../domain/settlement.ts';
import type { Store } from '../store/store.ts';

/** The buyer gives up a reservation that nobody is paying at the moment. */
export async function cancelOrder({ store }: { readonly store: Store }, order: Order): Promise<SettlementOutcome> {
  return store.release(order, 'cancelled_by_buyer', null);
}
