import type { Order } from '../../src/domain/order.ts';
import type { OrderChange, OrderEvent } from '../../src/domain/order-event.ts';
import type { RecoveredSale } from '../../src/domain/recovered-sale.ts';
import { T0 } from './clock.ts';
import { saleDefinition } from './sale-fixtures.ts';

/** A live sale that is rebuilt at event 40, in epoch 2, with orders as the ledger has them and what recovery changes of them. */
export function recoveredSale(
  recovered: Partial<RecoveredSale> = {},
  corrections: readonly OrderChange[] = [],
): RecoveredSale {
  const { epoch = 2 } = recovered;
  const changes = [{ type: 'sale_recovered', how: 'rebuilt' } as const, ...corrections];
  const events = changes.map((change, index): OrderEvent => {
    const header = { saleId: 'sale-1', epoch, seq: 41 + index, atMs: T0, correlationId: 'recovery' };
    return { ...header, ...('order' in change && { correlationId: change.order.correlationId }), ...change };
  });
  return {
    sale: saleDefinition(),
    state: 'active',
    epoch,
    lastSeq: 40 + events.length,
    lastAtMs: T0,
    orders: correctedOrders(recovered.orders ?? [], corrections),
    restockIds: [],
    gate: null,
    draw: null,
    room: null,
    events,
    replaces: null,
    ...withoutOrders(recovered),
  };
}

function correctedOrders(orders: readonly Order[], corrections: readonly OrderChange[]): Order[] {
  const known = new Map(orders.map((order) => [order.orderId, order]));
  for (const { order } of corrections) known.set(order.orderId, order);
  return [...known.values()];
}

function withoutOrders({ orders, ...rest }: Partial<RecoveredSale>): Partial<RecoveredSale> {
  return rest;
}
