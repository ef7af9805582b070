import { poisonReason } from '../database/poison-reason.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';
import { applyEvents } from './apply-events.ts';
import { type BuryPorts, buryEvent } from './bury.ts';

export interface ApplyPorts extends BuryPorts {
  readonly audience: Audience;
}

/**
 * Applies one sale's events like `applyEvents`, and goes on behind those that no repeat will ever apply: they become
 * dead letters. The batch is halved until such an event stands alone, so that all others of it are applied. Whatever a
 * repeat may mend is thrown.
 */
export async function applyAroundPoison(
  ports: ApplyPorts,
  saleId: string,
  events: readonly OrderEvent[],
): Promise<number | 'busy'> {
  try {
    return await applyEvents(ports.ledger, saleId, events, ports.audience, (count) =>
      ports.events.ordersLost(saleId, 'late', count),
    );
  } catch (error) {
    const reason = poisonReason(error);
    const [event] = events;
    if (reason === null || event === undefined) throw error;
    if (events.length === 1) return buryEvent(ports, event, reason);
    return applyHalves(ports, saleId, events);
  }
}

async function applyHalves(ports: ApplyPorts, saleId: string, events: readonly OrderEvent[]): Promise<number | 'busy'> {
  const middle = Math.ceil(events.length / 2);
  const position = await applyAroundPoison(ports, saleId, events.slice(0, middle));
  return position === 'busy' ? position : applyAroundPoison(ports, saleId, events.slice(middle));
}
