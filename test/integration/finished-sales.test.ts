import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetFinishedSales } from '../../src/engine/forget-finished-sales.ts';
import { PaymentRig } from '../support/payment-rig.ts';
import { line, MINUTE_MS, purchaseRequest } from '../support/sale-fixtures.ts';

/** A sale of the rig lasts an hour, and is kept for a day after that. */
const SALE_MS = 60 * MINUTE_MS;
const KEEP_MS = 24 * 60 * MINUTE_MS;

let rig: PaymentRig;
beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());

async function forget(): Promise<void> {
  await forgetFinishedSales({ store: rig.store, events: rig.events }, KEEP_MS);
}

test('a repeat gets its original answer until the sale is forgotten, and not longer', async () => {
  const saleId = await rig.openSale(3);
  const request = purchaseRequest({ saleId, orderId: randomUUID(), lines: [line('sneaker', 1)] });
  const first = await rig.store.purchase(request);
  rig.clock.advance(SALE_MS + KEEP_MS - 1);
  await rig.store.expireDue(saleId, 10);
  await rig.project(saleId);

  await forget();
  const repeat = await rig.store.purchase({ ...request, orderId: randomUUID() });
  expect(repeat).toMatchObject({ code: 'reserved', replayed: true });
  expect(repeat.code === 'reserved' && first.code === 'reserved' && repeat.order.orderId).toBe(request.orderId);

  rig.clock.advance(1);
  await forget();
  expect(await rig.store.readSale(saleId)).toBeNull();
  expect(await rig.store.purchase(request)).toEqual({ code: 'not_found' });
});

test('a sale is kept while the ledger has not read all of it', async () => {
  const saleId = await rig.openSale(3);
  rig.clock.advance(SALE_MS + KEEP_MS);
  await rig.store.expireDue(saleId, 10);

  await forget();
  expect(await rig.store.readSale(saleId)).not.toBeNull();

  await rig.project(saleId);
  await forget();
  expect(await rig.store.readSale(saleId)).toBeNull();
});

test('a sale that runs is never forgotten, however long ago it began', async () => {
  const saleId = await rig.openSale(3);
  await rig.project(saleId);
  rig.clock.advance(SALE_MS - 1);

  await forgetFinishedSales({ store: rig.store, events: rig.events }, 0);

  expect(await rig.store.readSale(saleId)).toMatchObject({ state: 'active' });
});
