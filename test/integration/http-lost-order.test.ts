import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { applyAroundPoison } from '../../src/processor/apply-around-poison.ts';
import type { Store } from '../../src/store/store.ts';
import { reservedOrder } from '../support/ledger-fixtures.ts';
import { saleItem, TestServer } from '../support/server.ts';

const KEY = { kid: 'test', secret: 'signs the tokens of the orders that this test says were lost' };
const tokens = new TokenSigner([KEY]);

let server: TestServer;
/** Sales that the store does not tell of. */
const hidden = new Set<string>();

beforeAll(async () => {
  server = await TestServer.start({ wrapStore: hidingSales, env: { TOKEN_KEYS: `${KEY.kid}:${KEY.secret}` } });
});
afterAll(() => server.stop());

function hidingSales(store: Store): Store {
  const listSales = async () => {
    const { views, unreachable } = await store.listSales();
    return { views: views.filter(({ sale }) => !hidden.has(sale.saleId)), unreachable };
  };
  return new Proxy(store, {
    get: (all, name) => (name === 'listSales' ? listSales : Reflect.get(all, name, all).bind(all)),
  });
}

/** A reservation as a store acknowledged it that has been replaced since. */
function lostReservation(saleId: string) {
  const orderId = randomUUID();
  const items = [{ sku_id: 'A', quantity: 1, unit_price_minor: 4_999 }];
  const iat = Math.floor(Date.now() / 1_000);
  const payment_deadline = new Date(Date.now() + 600_000).toISOString();
  const order = { sub: 'ann', order_id: orderId, sale_id: saleId, items, total_minor: 4_999, currency: 'EUR' };
  return { orderId, token: tokens.sign('reservation', { ...order, payment_deadline, iat, exp: iat + 3_600 }) };
}

test('a reservation that was lost is shown as such, and made again when its buyer comes to pay', async () => {
  const { sale_id: saleId } = await server.createSale();
  const { orderId, token } = lostReservation(saleId);
  const shown = await server.call(`/api/v1/orders/${orderId}`, { token });
  expect(shown.json).toMatchObject({ status: 'cancelled', order_id: orderId });
  await server.call(`/api/v1/orders/${orderId}`, { token });
  expect((await server.call('/metrics')).text).toContain('tidegate_orders_lost_total{how="unknown"} 1');
  const paid = await server.pay(orderId, token, 'pm_ok');
  expect(paid).toMatchObject({ status: 200, json: { status: 'paid', order: { order_id: orderId } } });
  expect((await server.operate(`/sales/${saleId}`)).json.items[0].stock).toMatchObject({ available: 9, sold: 1 });
});

test('it is made again also after the ledger has heard of it too late', async () => {
  const { sale_id: saleId } = await server.createSale();
  const { store, events } = server.app.ports;
  const { db } = server.app.ports.ledger;
  await db.updateTable('log_positions').set({ epoch: 2 }).where('sale_id', '=', saleId).execute();
  const { orderId, token } = lostReservation(saleId);
  const order = reservedOrder({ orderId, saleId, userId: 'ann', reservedInEpoch: 0 });
  const lines = order.lines.map((line) => ({ ...line, skuId: 'A' }));
  const late = { saleId, epoch: 0, seq: 99, atMs: Date.now(), correlationId: 'c' };
  const event: OrderEvent = { ...late, type: 'order_reserved', order: { ...order, lines } };
  await applyAroundPoison({ store, ledger: db, events, audience: 'buyers' }, saleId, [event]);
  expect((await server.call('/metrics')).text).toContain('tidegate_orders_lost_total{how="late"} 1');
  await db.updateTable('log_positions').set({ epoch: 1 }).where('sale_id', '=', saleId).execute();
  expect((await server.call(`/api/v1/orders/${orderId}`, { token })).json.status).toBe('cancelled');
  expect(await server.pay(orderId, token, 'pm_ok')).toMatchObject({ status: 200, json: { status: 'paid' } });
});

test('where its units are gone, nothing is charged', async () => {
  const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 1)] });
  await server.reserve(saleId, await server.guest());
  const { orderId, token } = lostReservation(saleId);
  const refused = await server.pay(orderId, token, 'pm_ok');
  expect(refused).toMatchObject({ status: 409, json: { code: 'sold_out' } });
  expect(refused.json.detail).toContain('Nothing was charged');
});

test('a token of a sale that nobody knows opens nothing', async () => {
  const { orderId, token } = lostReservation(randomUUID());
  expect((await server.call(`/api/v1/orders/${orderId}`, { token })).status).toBe(404);
});

test('while another sale is being recovered an unknown order is told at once; of its own sale, that it may come back', async () => {
  const [{ sale_id: saleId }, { sale_id: recovering }] = await Promise.all([server.createSale(), server.createSale()]);
  const read = ({ orderId, token }: ReturnType<typeof lostReservation>) =>
    server.call(`/api/v1/orders/${orderId}`, { token });
  hidden.add(recovering);
  await server.app.ports.board.refreshAll();
  try {
    expect((await read(lostReservation(saleId))).json).toMatchObject({ status: 'cancelled' });
    expect((await read(lostReservation(randomUUID()))).json).toMatchObject({ code: 'not_found' });
    expect((await read(lostReservation(recovering))).json).toMatchObject({ code: 'recovering' });
    const anywhere = await server.call(`/api/v1/orders/${randomUUID()}`, { token: await server.guest() });
    expect(anywhere.json).toMatchObject({ code: 'recovering' });
  } finally {
    hidden.delete(recovering);
    await server.app.ports.board.refreshAll();
  }
});
