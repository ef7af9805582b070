import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRefund } from '../../src/database/payments.ts';
import { beginRecovery } from '../../src/database/sale-fences.ts';
import type { Order } from '../../src/domain/order.ts';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { SaleRecovering } from '../../src/store/store.ts';
import { RecoveryRig } from '../support/recovery-rig.ts';
import { MINUTE_MS } from '../support/sale-fixtures.ts';
import { orderOf } from '../support/sale-rig.ts';
import { embeddedPlace, type MakePlace, redisPlace } from '../support/store-places.ts';

const redis = await redisPlace();
const PLACES: [string, MakePlace][] = [
  ['embedded', embeddedPlace],
  ...(redis ? [['in Redis', redis] as const] : []),
] as never;

describe.each(PLACES)('a store %s', { timeout: 60_000 }, (_, makePlace) => {
  let rig: RecoveryRig;
  beforeAll(async () => {
    rig = await RecoveryRig.open(makePlace);
  });
  afterAll(() => rig.close());

  /** The sale is sold out by buyers who come now, and everything adds up. */
  async function expectSoundUntilSoldOut(saleId: string, units: number): Promise<void> {
    for (let buyer = 0; buyer < units; buyer++) await rig.buy(saleId, `late-${buyer}`);
    expect(await rig.purchase(saleId, 'too-late')).toMatchObject({ code: 'sold_out' });
    expect(await rig.findings(saleId)).toEqual([]);
  }

  /** Handed over to the ledger as by a log that was slower than the recovery. */
  async function arriveLate(saleId: string, events: readonly OrderEvent[]): Promise<void> {
    await applyEvents(rig.db, saleId, events, 'buyers_and_shop');
  }

  test('that comes back whole goes on where it was, under a new epoch', async () => {
    const saleId = await rig.openSale(3);
    const ann = await rig.reserve(saleId, 'ann');
    const ben = await rig.beginPayment(await rig.reserve(saleId, 'ben'));
    await rig.restart();
    await rig.store.fence(saleId);
    await expect(rig.purchase(saleId, 'cid')).rejects.toThrow(SaleRecovering);

    await rig.recover();
    expect(await rig.store.readSale(saleId)).toMatchObject({ recovering: false, epoch: 2 });
    expect(await rig.stock(saleId)).toMatchObject({ available: 1, reserved: 1, paying: 1, sold: 0 });
    expect(await rig.purchase(saleId, 'ann')).toMatchObject({ code: 'reserved', replayed: true, order: ann });
    await rig.work();
    expect(await rig.paymentState(ben)).toBe('confirmed');
    await expectSoundUntilSoldOut(saleId, 1);
  });

  test('that is empty is filled again from the ledger', async () => {
    const saleId = await rig.openSale(6);
    const ann = await rig.reserve(saleId, 'ann');
    const ben = await rig.buy(saleId, 'ben');
    const cid = await rig.reserve(saleId, 'cid');
    await rig.store.release(cid, 'cancelled_by_buyer', null);
    const dan = await rig.beginPayment(await rig.reserve(saleId, 'dan'));
    await rig.drain(saleId);
    await rig.restart(() => rig.place.empty());
    expect(await rig.purchase(saleId, 'eve')).toEqual({ code: 'not_found' });

    await rig.recover();
    expect(await rig.stock(saleId)).toEqual({
      totalStock: 6,
      available: 3,
      reserved: 1,
      paying: 1,
      sold: 1,
      buffer: 0,
    });
    expect(await rig.purchase(saleId, 'ben')).toMatchObject({ replayed: true, order: { orderId: ben.orderId } });
    await rig.beginPayment(ann);
    await rig.work();
    expect(await Promise.all([ann, ben, dan].map((order) => rig.paymentState(order)))).toEqual(
      Array(3).fill('confirmed'),
    );
    await expectSoundUntilSoldOut(saleId, 3);
  });

  test('that is an older copy loses nothing that was paid, and sells no unit twice', async () => {
    const saleId = await rig.openSale(7);
    await rig.reserve(saleId, 'ann');
    await rig.drain(saleId);
    await rig.restart(() => rig.place.keepCopy());
    await rig.recover();
    const ben = await rig.buy(saleId, 'ben');
    await rig.drain(saleId);
    const cid = await rig.buy(saleId, 'cid');
    const dan = await rig.reserve(saleId, 'dan');
    const eve = await rig.beginPayment(await rig.reserve(saleId, 'eve'));
    const unread = await rig.store.readEvents(saleId, 0, 1_000);

    await rig.restart(() => rig.place.goBack());
    await rig.recover();
    expect(await rig.stock(saleId)).toMatchObject({ available: 3, reserved: 1, paying: 1, sold: 2 });
    for (const userId of ['ann', 'ben', 'cid', 'eve']) {
      expect(await rig.purchase(saleId, userId), userId).toMatchObject({ replayed: true });
    }
    await rig.work();
    expect(await Promise.all([ben, cid, eve].map((order) => rig.paymentState(order)))).toEqual(
      Array(3).fill('confirmed'),
    );

    await arriveLate(saleId, unread);
    expect(await rig.known(dan)).toMatchObject({ state: 'cancelled', releaseReason: 'lost_in_recovery' });
    expect(await rig.known(ben)).toMatchObject({ state: 'paid' });
    expect(orderOf(await rig.purchase(saleId, 'dan')).orderId).not.toBe(dan.orderId);
    await expectSoundUntilSoldOut(saleId, 2);
  });

  test('gives the money back of a payment whose order it lost before anybody knew of it', async () => {
    const saleId = await rig.openSale(2);
    await rig.drain(saleId);
    await rig.restart(() => rig.place.keepCopy());
    await rig.recover();
    const lost = await rig.reserve(saleId, 'ann');
    await rig.restart(() => rig.place.goBack());
    await rig.recover();
    await rig.recordPayment({ ...lost, state: 'paying', attemptId: 'a', payingUntilMs: lost.deadlineMs });
    const { payment = 0 } = await rig.lostOrders();
    await rig.work();
    expect(await rig.paymentState(lost)).toBe('voided');
    expect(await rig.known(lost)).toMatchObject({ state: 'cancelled', releaseReason: 'lost_in_recovery' });
    expect(await rig.lostOrders()).toMatchObject({ payment: payment + 1 });
    await expectSoundUntilSoldOut(saleId, 2);
  });

  test('counts an order as lost whose units were sold before its payment was known', async () => {
    const saleId = await rig.openSale(1);
    await rig.drain(saleId);
    await rig.restart(() => rig.place.keepCopy());
    await rig.recover();
    const lost = await rig.reserve(saleId, 'ann');
    await rig.restart(() => rig.place.goBack());
    await rig.recover();
    await rig.buy(saleId, 'ben');
    await rig.recordPayment({ ...lost, state: 'paying', attemptId: 'a', payingUntilMs: lost.deadlineMs });
    const { recovery = 0 } = await rig.lostOrders();
    await rig.restart(() => rig.place.empty());
    await rig.recover();
    expect(await rig.known(lost)).toMatchObject({ state: 'cancelled', releaseReason: 'lost_in_recovery' });
    expect(await rig.lostOrders()).toMatchObject({ recovery: recovery + 1 });
    await rig.work();
    expect(await rig.paymentState(lost)).toBe('voided');
    expect(await rig.findings(saleId)).toEqual([]);
  });

  test.each(['pause', 'end'] as const)('that lost a sale after its %s leaves it so', async (type) => {
    const saleId = await rig.openSale(2);
    const paying = await rig.beginPayment(await rig.reserve(saleId, 'ann'));
    await rig.store.changeSale(saleId, { type }, 'operator');
    await rig.drain(saleId);
    await rig.restart(() => rig.place.empty());
    await rig.recover();
    const code = type === 'pause' ? 'sale_paused' : 'sale_ended';
    expect(await rig.purchase(saleId, 'ben')).toEqual({ code });
    await rig.work();
    expect(await rig.paymentState(paying)).toBe('confirmed');
    expect(await rig.findings(saleId)).toEqual([]);
  });

  test('is not filled again with a sale of yesterday because an order is refunded', async () => {
    const saleId = await rig.openSale(2);
    const ann = await rig.buy(saleId, 'ann');
    await rig.store.changeSale(saleId, { type: 'end' }, 'operator');
    await rig.drain(saleId);
    expect(await rig.store.forgetSale(saleId)).toBe('forgotten');

    const nowMs = rig.payments.clock.read();
    await startRefund(rig.db, { orderId: ann.orderId, by: 'operator', nowMs });
    await rig.recover();
    expect(await rig.store.readSale(saleId)).toBeNull();
    await rig.work();
    expect(await rig.paymentState(ann)).toBe('refunded');
  });

  test('keeps restocks, deadlines and what the limit counts', async () => {
    const saleId = await rig.openSale(2, { purchaseLimit: 1 });
    await rig.store.changeSale(saleId, { type: 'restock', restockId: 'r', skuId: 'sneaker', quantity: 3 }, 'operator');
    await rig.db.updateTable('sale_items').set({ total_stock: 5 }).where('sale_id', '=', saleId).execute();
    const restock = { restock_id: `${saleId}-r`, sale_id: saleId, sku_id: 'sneaker', quantity: 3, at: new Date() };
    await rig.db.insertInto('sale_restocks').values(restock).execute();
    const ann = await rig.reserve(saleId, 'ann');
    await rig.drain(saleId);
    await rig.restart(() => rig.place.empty());
    await rig.recover();
    expect(await rig.stock(saleId)).toMatchObject({ totalStock: 5, available: 4, reserved: 1 });
    const again = { saleId, orderId: 'another', userId: 'ann', lines: [{ skuId: 'sneaker', quantity: 1 }] };
    const request = { ...again, idempotencyKey: 'another', admission: null, deviceId: null, correlationId: 'c' };
    expect(await rig.store.purchase(request)).toMatchObject({ code: 'limit_exceeded', held: 1 });
    rig.payments.clock.set(ann.deadlineMs);
    expect(await rig.store.expireDue(saleId, 10)).toBe(1);
    rig.payments.clock.set(ann.reservedAtMs);
  });

  test('is recovered once, however many processes are at it', async () => {
    const saleId = await rig.openSale(3);
    await rig.reserve(saleId, 'ann');
    await rig.drain(saleId);
    await rig.restart(() => rig.place.empty());
    await Promise.all(['one', 'two', 'three'].map((workerId) => rig.recover({ workerId })));
    expect(await rig.store.readSale(saleId)).toMatchObject({ recovering: false, epoch: 2 });
    await expectSoundUntilSoldOut(saleId, 2);
  });

  test('is recovered to the end by the next process when the first one dies at any point', async () => {
    for (const dieAt of [1, 2]) {
      const saleId = await rig.openSale(3);
      const ann = await rig.beginPayment(await rig.reserve(saleId, 'ann'));
      await rig.restart(() => rig.place.empty());
      let drained = 0;
      const drainLog = async (id: string) => {
        if (id === saleId && ++drained === dieAt) throw new Error('the process died');
        await rig.drain(id);
      };
      await rig.recover({ drainLog });
      await rig.db.updateTable('sales').set({ recovering_until: null }).where('sale_id', '=', saleId).execute();
      await rig.recover({ workerId: 'next' });
      expect(await rig.purchase(saleId, 'ann')).toMatchObject({ replayed: true, order: { orderId: ann.orderId } });
      await rig.work();
      expect(await rig.paymentState(ann)).toBe('confirmed');
      await expectSoundUntilSoldOut(saleId, 2);
    }
  });

  test('claims nothing while it is being recovered', async () => {
    const saleId = await rig.openSale(1);
    const order: Order = await rig.beginPayment(await rig.reserve(saleId, 'ann'));
    const lease = { saleId, epoch: 1, by: 'another', leaseMs: MINUTE_MS, above: 1 };
    expect(await beginRecovery(rig.db, lease)).toBe(2);
    await rig.work();
    expect(await rig.paymentState(order)).toBe('authorised');
    expect(await beginRecovery(rig.db, { ...lease, by: 'a third' })).toBeNull();
    await rig.db.updateTable('sales').set({ recovering_until: null }).where('sale_id', '=', saleId).execute();
    await rig.recover();
    rig.payments.clock.advance(MINUTE_MS);
    await rig.work();
    expect(await rig.paymentState(order)).toBe('confirmed');
    expect(await rig.findings(saleId)).toEqual([]);
  });
});
