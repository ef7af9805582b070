import { isOver } from '../domain/sale.ts';
import type { Store } from '../store/store.ts';
import type { KillSwitches } from './kill-switches.ts';

interface GatePorts {
  readonly store: Store;
  readonly switches: Pick<KillSwitches, 'isOn'>;
}

/**
 * Calls whoever may come in now, in every sale that people queue for, and has the store note how far each has come. To be
 * repeated: any process may do it at any time, since the store alone decides how many are called. While no purchases are taken nobody is: the called could
 * not come in, would be taken for no-shows, and the whole queue would soon be called in their place.
 */
export async function advanceGates({ store, switches }: GatePorts): Promise<void> {
  if (!switches.isOn('purchases')) return;
  const { views } = await store.listSales();
  const queueing = views.filter(
    ({ state, room, recovering }) => !recovering && !isOver(state) && room !== null && room.waiting > 0,
  );
  await Promise.all(queueing.map(({ sale }) => store.advanceGate(sale.saleId)));
}
