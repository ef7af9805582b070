import { describe, expect, test } from 'vitest';
import { MINUTE_MS, purchaseRequest, saleDefinition, saleItem } from '../../test/support/sale-fixtures.ts';
import { orderOf, SaleRig } from '../../test/support/sale-rig.ts';
import { LiveSale } from './live-sale.ts';
import type { OrderEvent } from './order-event.ts';

function eventful(): SaleRig {
  const rig = new SaleRig(saleDefinition());
  const { orderId } = orderOf(rig.purchase(purchaseRequest()));
  rig.beginPayment(orderId, 'a1');
  rig.confirm(orderId, 'a1');
  rig.purchase(purchaseRequest({ userId: 'bob' }));
  rig.change({ type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 3 });
  rig.change({ type: 'pause' });
  return rig;
}

function fold(events: readonly OrderEvent[]): LiveSale {
  const live = new LiveSale(saleDefinition(), 1);
  for (const event of events) live.apply(event);
  return live;
}

describe('a sale', () => {
  test('is what its events make it', () => {
    const rig = eventful();
    const live = fold(rig.events);
    const stateOf = (sale: LiveSale) => ({
      sale: sale.sale,
      state: sale.state,
      units: sale.units('sneaker'),
      orders: [...sale.orders()],
      ofBob: sale.ordersOf('bob'),
      restocked: sale.wasRestocked('r1'),
      lastSeq: sale.lastSeq,
      lastAtMs: sale.lastAtMs,
    });
    expect(stateOf(live)).toEqual(stateOf(rig.live));
  });

  test('takes events only in their order', () => {
    const { events } = eventful();
    const [first, second, third] = events;
    if (!first || !second || !third) throw new Error('too few events');
    expect(() => fold([second])).toThrow('event 2 cannot follow event 0');
    expect(() => fold([first, third])).toThrow('event 3 cannot follow event 1');
    expect(() => fold([first, first])).toThrow('event 1 cannot follow event 1');
  });

  test('refuses an event that would take units which are not there', () => {
    const [prepared, started, reserved] = eventful().events;
    if (!prepared || !started || reserved?.type !== 'order_reserved') throw new Error('no reservation');
    const lines = reserved.order.lines.map((line) => ({ ...line, quantity: 11 }));
    const tooMany = { ...reserved, order: { ...reserved.order, lines } };
    expect(() => fold([prepared, started, tooMany])).toThrow('would have -1 units available');
  });

  test('that is prepared anew before its start has the new stock', () => {
    const rig = new SaleRig(
      saleDefinition({ startsAtMs: Number.MAX_SAFE_INTEGER - 1, endsAtMs: Number.MAX_SAFE_INTEGER }),
    );
    rig.prepare(saleDefinition({ items: [saleItem({ skuId: 'hat', totalStock: 3, safetyBuffer: 1 })] }), 'c');
    expect(rig.stock('hat')).toMatchObject({ available: 2, buffer: 1 });
    expect(rig.live.units('sneaker')).toBeNull();
  });

  test('gives back the reservations of a buyer, and counts only what is still held', () => {
    const rig = eventful();
    expect(rig.live.heldUnits('ann', 'sneaker')).toBe(1);
    expect(rig.live.heldUnits('bob', 'sneaker')).toBe(1);
    rig.clock.advance(10 * MINUTE_MS);
    rig.expireDue();
    expect(rig.live.heldUnits('bob', 'sneaker')).toBe(0);
    expect(rig.live.heldUnits('ann', 'sneaker')).toBe(1);
    expect(rig.live.heldUnits('ann', 'hat')).toBe(0);
  });
});
