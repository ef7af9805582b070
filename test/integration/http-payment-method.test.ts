import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ payWaitMs: 20_000 });
});
afterAll(() => server.stop());

/** Reservations of as many buyers, of a sale where a means of payment pays one order. */
async function reservations(count: number, onePerPaymentMethod = true) {
  const { sale_id: saleId } = await server.createSale({ anti_bot: { one_per_payment_method: onePerPaymentMethod } });
  return Promise.all(Array.from({ length: count }, async () => server.reserve(saleId, await server.guest())));
}

const REFUSED = { status: 422, code: 'payment_method_limit_exceeded' };

async function payBy(paymentMethod: string, order: Awaited<ReturnType<typeof reservations>>[number] | undefined) {
  const { status, json } = await server.pay(order?.order_id ?? '', order?.reservation_token ?? '', paymentMethod);
  return { status, code: json.code };
}

test('a means of payment pays one order of a sale; the other order stands, and can be paid by other means', async () => {
  const [first, second] = await reservations(2);
  expect(await payBy('pm_ok', first)).toMatchObject({ status: 200 });
  expect(await payBy('pm_ok', second)).toEqual(REFUSED);
  const { json } = await server.call(`/api/v1/orders/${second?.order_id}`, { token: second?.reservation_token ?? '' });
  expect(json).toMatchObject({ status: 'reserved', payment: null });
  expect(await payBy('pm_ok_of_somebody_else', second)).toMatchObject({ status: 200 });
});

test('of two orders that pay by the same means at once one is paid', async () => {
  const orders = await reservations(2);
  const answers = await Promise.all(orders.map((order) => payBy('pm_ok', order)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422]);
});

test('a means of payment that was declined may be tried for another order', async () => {
  const [first, second] = await reservations(2);
  expect(await payBy('pm_declined', first)).toMatchObject({ status: 402 });
  expect(await payBy('pm_declined', second)).toMatchObject({ status: 402 });
});

test('a sale that does not ask for it takes the same means from everybody', async () => {
  const orders = await reservations(2, false);
  for (const order of orders) expect(await payBy('pm_ok', order)).toMatchObject({ status: 200 });
});
