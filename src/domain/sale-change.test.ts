import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import { MINUTE_MS, purchaseRequest, saleDefinition, waitingRoomRules } from '../../test/support/sale-fixtures.ts';
import { SaleRig } from '../../test/support/sale-rig.ts';
import { SALE_TRANSITIONS } from './sale.ts';
import { type PreparedSale, prepareRefusal, type SaleCommand } from './sale-change.ts';

const command = fc.constantFrom<SaleCommand['type'][]>('pause', 'resume', 'end', 'cancel') as fc.Arbitrary<
  'pause' | 'resume' | 'end' | 'cancel'
>;
const RESULT = { pause: 'paused', resume: 'active', end: 'ended', cancel: 'cancelled' } as const;

test('a command does what the table says, nothing when it is done already, and is refused otherwise', () => {
  fc.assert(
    fc.property(fc.array(command), fc.boolean(), (commands, started) => {
      const rig = new SaleRig(saleDefinition(), new ManualClock(started ? T0 : T0 - 1));
      rig.letClockWork();
      for (const type of commands) {
        const { state } = rig.live;
        const next = SALE_TRANSITIONS[state][type];
        const expected = state === RESULT[type] ? 'unchanged' : next ? 'changed' : 'wrong_state';
        expect(rig.change({ type })).toBe(expected);
        expect(rig.live.state).toBe(expected === 'changed' ? next : state);
      }
    }),
  );
});

test('a restock counts once under its id, however often it is sent', () => {
  const ids = fc.array(fc.constantFrom('r1', 'r2', 'r3'));
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 100 }), (sent, quantity) => {
      const rig = new SaleRig(saleDefinition());
      for (const restockId of sent) rig.change({ type: 'restock', restockId, skuId: 'sneaker', quantity });
      const total = 10 + new Set(sent).size * quantity;
      expect(rig.stock()).toMatchObject({ totalStock: total, available: total });
      expect(rig.live.sale.items[0]?.totalStock).toBe(total);
    }),
  );
});

test('a restock of an item that is not there, or of a sale that is over, is refused', () => {
  const rig = new SaleRig(saleDefinition());
  const restock = { type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 } as const;
  expect(rig.change({ ...restock, skuId: 'hat' })).toBe('not_found');
  rig.change({ type: 'end' });
  expect(rig.change(restock)).toBe('wrong_state');
});

test('sold-out stock can be bought again after a restock', () => {
  const rig = new SaleRig(saleDefinition());
  for (let buyer = 0; buyer < 10; buyer++) rig.purchase(purchaseRequest({ userId: `buyer-${buyer}` }));
  expect(rig.purchase(purchaseRequest()).code).toBe('sold_out');
  rig.change({ type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 });
  expect(rig.purchase(purchaseRequest()).code).toBe('reserved');
});

test('a sale whose window passed unseen starts and ends', () => {
  const rig = new SaleRig(saleDefinition(), new ManualClock(T0 + 600 * MINUTE_MS));
  rig.letClockWork();
  expect(rig.events.map(({ type }) => type)).toEqual(['sale_prepared', 'sale_started', 'sale_ended']);
});

test('the sweep ends at most as many reservations as asked, those of a cancelled sale before their time', () => {
  const rig = new SaleRig(saleDefinition());
  for (let buyer = 0; buyer < 5; buyer++) rig.purchase(purchaseRequest({ userId: `buyer-${buyer}` }));
  expect(rig.expireDue()).toBe(0);
  rig.change({ type: 'cancel' });
  expect([rig.expireDue(3), rig.expireDue(3), rig.expireDue(3)]).toEqual([3, 2, 0]);
  expect(rig.stock()).toMatchObject({ available: 10, reserved: 0 });
  expect([...rig.live.orders()].map(({ releaseReason }) => releaseReason)).toEqual(Array(5).fill('sale_cancelled'));
});

test('a scheduled sale is defined anew unless that would take places away', () => {
  const fifo = saleDefinition({ waitingRoom: waitingRoomRules() });
  const drawn = saleDefinition({ waitingRoom: waitingRoomRules({ order: 'draw' }) });
  const without = saleDefinition();
  const scheduled = (room: PreparedSale['room']): PreparedSale => ({ sale: fifo, state: 'scheduled', room });
  const empty = scheduled({ tickets: 0, entrants: null });
  expect([fifo, drawn, without].map((next) => prepareRefusal(empty, next))).toEqual([null, null, null]);
  const queue = scheduled({ tickets: 1, entrants: null });
  expect([fifo, drawn, without].map((next) => prepareRefusal(queue, next))).toEqual([
    null,
    'places_given',
    'places_given',
  ]);
  expect(prepareRefusal(scheduled(null), fifo)).toBeNull();
  expect(prepareRefusal(scheduled({ tickets: 0, entrants: 0 }), fifo)).toBe('draw_closed');
  expect(prepareRefusal({ ...empty, state: 'active' }, fifo)).toBe('begun');
});
