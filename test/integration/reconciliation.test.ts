import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleEndedSales } from '../../src/engine/settle-ended-sales.ts';
import { RecoveryRig } from '../support/recovery-rig.ts';
import { type Answer, TestServer } from '../support/server.ts';
import { embeddedPlace } from '../support/store-places.ts';

const PATIENCE = { timeout: 20_000 };

let server: TestServer;
let rig: RecoveryRig;
beforeAll(async () => {
  [server, rig] = await Promise.all([TestServer.start(), RecoveryRig.open(embeddedPlace)]);
});
afterAll(() => Promise.all([server.stop(), rig.close()]));

const reconcile = (saleId: string): Promise<Answer> => server.operate(`/sales/${saleId}/reconcile`, { method: 'POST' });

async function stockOf(saleId: string) {
  return (await server.operate(`/sales/${saleId}`)).json.items[0].stock;
}

test('store and ledger agree about a sale that is on, at one place of the log', async () => {
  const { sale_id: saleId } = await server.createSale();
  const buyer = await server.guest();
  const { order_id: paid } = await server.reserve(saleId, buyer);
  await server.pay(paid, buyer, 'pm_ok');
  await server.reserve(saleId, await server.guest());
  const { status, json } = await reconcile(saleId);
  expect(status).toBe(200);
  expect(json).toMatchObject({ agrees: true, compared: { items: 1, orders: 2 }, differences: [], surplus: null });
  expect(json.ledger_position).toBeGreaterThanOrEqual(json.store_position);
});

test('trap: reconcile: of a sale that is on it only reports', async () => {
  const { sale_id: saleId } = await server.createSale();
  const { order_id: orderId } = await server.reserve(saleId, await server.guest());
  const { db } = server.app.ports.ledger;
  const known = async () => (await reconcile(saleId)).json.ledger_position;
  await expect.poll(known, PATIENCE).toBeGreaterThan(2);
  await db.updateTable('orders').set({ state: 'expired' }).where('order_id', '=', orderId).execute();
  const before = await stockOf(saleId);

  for (let time = 0; time < 3; time++) {
    expect((await reconcile(saleId)).json).toMatchObject({
      agrees: false,
      differences: [{ about: 'order', id: orderId, store: 'reserved', ledger: 'expired' }],
    });
  }
  expect(await stockOf(saleId)).toEqual(before);
  expect((await server.call(`/api/v1/flash-sale/${saleId}/status`)).json.phase).toBe('live');
});

test('only operators reconcile, and only what there is', async () => {
  const missing = await reconcile('01900000-0000-7000-8000-000000000000');
  expect(missing).toMatchObject({ status: 404, json: { code: 'not_found' } });
});

test('after a sale, paid orders that no units are left for are given back, the last first, and told', async () => {
  const saleId = await rig.openSale(3);
  const ann = await rig.buy(saleId, 'ann');
  rig.payments.clock.advance(1);
  const ben = await rig.buy(saleId, 'ben');
  rig.payments.clock.advance(1);
  const cid = await rig.buy(saleId, 'cid');
  await rig.drain(saleId);
  // As if nobody had claimed two of them, and one unit were missing.
  const unclaimed = rig.db.updateTable('orders').set({ claimed_at: null });
  await unclaimed.where('order_id', 'in', [ben.orderId, cid.orderId]).execute();
  await rig.db.updateTable('sale_items').set({ sold: 1, total_stock: 2 }).where('sale_id', '=', saleId).execute();
  const ports = { store: rig.store, ledger: rig.db, events: rig.payments.events, audience: 'buyers_and_shop' } as const;

  await settleEndedSales(ports);
  expect(await rig.paymentState(cid)).toBe('confirmed');
  await rig.store.changeSale(saleId, { type: 'end' }, 'operator');
  await rig.drain(saleId);
  for (let time = 0; time < 2; time++) {
    await settleEndedSales(ports);
    await rig.work();
  }
  expect(await Promise.all([ann, ben, cid].map(async (order) => (await rig.known(order)).state))).toEqual([
    'paid',
    'paid',
    'refunded',
  ]);
  expect(await rig.payments.soldInLedger(saleId)).toBe(2);
  expect(await rig.payments.statement(cid.orderId)).toMatchObject([{ status: 'refunded' }]);
});

test('after a sale, an order that no store has had since a recovery is cancelled', async () => {
  const saleId = await rig.openSale(1);
  const lost = await rig.reserve(saleId, 'ann');
  await rig.restart(() => rig.place.empty());
  await rig.recover();
  await rig.recordPayment({ ...lost, state: 'paying', attemptId: 'a', payingUntilMs: lost.deadlineMs }, 'pm_declined');
  await rig.work();
  await rig.store.changeSale(saleId, { type: 'end' }, 'operator');
  await rig.drain(saleId);
  expect(await rig.lostOrders()).toMatchObject({ ended: 0 });
  await settleEndedSales({
    store: rig.store,
    ledger: rig.db,
    events: rig.payments.events,
    audience: 'buyers_and_shop',
  });
  expect(await rig.known(lost)).toMatchObject({ state: 'cancelled', releaseReason: 'lost_in_recovery' });
  expect(await rig.lostOrders()).toMatchObject({ ended: 1 });
  expect(await rig.findings(saleId)).toEqual([]);
});
