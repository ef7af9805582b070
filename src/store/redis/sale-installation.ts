import { eventToJson } from '../../domain/event-json.ts';
import { LiveSale } from '../../domain/live-sale.ts';
import type { RecoveredSale } from '../../domain/recovered-sale.ts';
import { rebuiltRoom } from '../../domain/room-rebuild.ts';
import { Script } from './script.ts';
import type { ScriptRunner } from './script-runner.ts';

/** Orders to a script: other sales of the server go on in between. */
const ORDERS_AT_ONCE = 500;

const SCRIPTS = {
  begin: new Script('begin-install'),
  putOrders: new Script('install-orders'),
  finish: new Script('finish-install'),
} as const;

/**
 * Puts a sale in place of what Redis holds of it, in steps: it stays fenced off until the last, and whoever looks before
 * finds it at no event. Throws where its orders do not fit into its stock; nothing is written then.
 */
export async function installSale(scripts: ScriptRunner, recovered: RecoveredSale): Promise<'installed' | 'changed'> {
  const { orders, events, ...head } = recovered;
  const { saleId } = recovered.sale;
  const [rebuilt] = rebuiltRoom(LiveSale.restored(recovered), recovered.room);
  const headJson = JSON.stringify(head);
  if ((await scripts.run(SCRIPTS.begin, saleId, headJson, JSON.stringify(recovered.sale))) === 'changed')
    return 'changed';
  for (let first = 0; first < orders.length; first += ORDERS_AT_ONCE) {
    const some = JSON.stringify(orders.slice(first, first + ORDERS_AT_ONCE));
    if ((await scripts.run(SCRIPTS.putOrders, saleId, recovered.epoch, first + 1, some)) === 'changed')
      return 'changed';
  }
  const draw = recovered.draw?.result;
  const outcome = await scripts.run(
    SCRIPTS.finish,
    saleId,
    headJson,
    orders.length,
    draw ? JSON.stringify(draw) : '',
    rebuilt ? JSON.stringify(rebuilt) : '',
    ...events.map(eventToJson),
  );
  return outcome as 'installed' | 'changed';
}
