import type { Store } from '../store/store.ts';

/**
 * Calls whoever may come in now, in every sale that has a waiting room. To be repeated: any process may do it at any
 * time, since the store alone decides how many are called.
 */
export async function advanceGates(store: Store): Promise<void> {
  const views = await store.listSales();
  const selling = views.filter(({ state, room }) => state === 'active' && room !== null && room.waiting > 0);
  await Promise.all(selling.map(({ sale }) => store.advanceGate(sale.saleId)));
}
