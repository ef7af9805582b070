import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, createClient } from '#sdk/client.ts';
import { Tally } from '../../src/cli/simulate/tally.ts';
import { verify } from '../../src/cli/simulate/verification.ts';
import { removeDirectory, type ServerProcess, startServer } from '../support/cli-process.ts';
import { makeDataDirectory } from '../support/data-directory.ts';
import { startHttpListener } from '../support/http-listener.ts';

const ADMIN_TOKEN = 'operator-of-these-tests';
const NEVER_MADE = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const PRICE_MINOR = 990;

let server: ServerProcess;
let directory: string;
let client: Client;
let saleId: string;
let paidId: string;
let cancelledId: string;

beforeAll(async () => {
  directory = await makeDataDirectory();
  server = await startServer({ DATA_DIR: directory, ADMIN_TOKEN });
  client = createClient({ baseUrl: server.url, token: ADMIN_TOKEN });
  const { sale_id } = await client.createSale({
    name: 'Verified',
    starts_at: '2020-01-01T00:00:00.000Z',
    ends_at: '2040-01-01T00:00:00.000Z',
    currency: 'EUR',
    items: [
      { sku_id: 'HAT', name: 'Hat', flash_price_minor: PRICE_MINOR, original_price_minor: 1_990, total_stock: 9 },
    ],
  });
  saleId = sale_id;
  const paying = await reserve();
  paidId = paying.orderId;
  await client.pay({ order_id: paidId, payment_method: 'pm_ok' }, { token: paying.token });
  const cancelling = await reserve();
  cancelledId = cancelling.orderId;
  await client.cancelOrder({ order_id: cancelledId }, { token: cancelling.token });
});

afterAll(async () => {
  await server.end();
  await removeDirectory(directory);
});

async function reserve() {
  const { token } = await client.createSession();
  const { order_id } = await client.purchase({ sale_id: saleId, sku_id: 'HAT', quantity: 1 }, { token });
  return { token, orderId: order_id };
}

function tallyOf(promises: { acknowledged: readonly string[]; paid: readonly string[] }): Tally {
  const tally = new Tally();
  for (const orderId of promises.acknowledged) tally.acknowledged.add(orderId);
  for (const orderId of promises.paid) tally.paid.add(orderId);
  return tally;
}

async function faultsOf(tally: Tally, simulatedProviderUrl = server.simulated_provider_url) {
  return (await verify({ client, saleId, tally, simulatedProviderUrl })).faults;
}

it('finds nothing where every promise was kept', async () => {
  const tally = tallyOf({ acknowledged: [paidId, cancelledId], paid: [paidId] });
  const { faults, chargedMinor } = await verify({
    client,
    saleId,
    tally,
    simulatedProviderUrl: server.simulated_provider_url,
  });
  expect(faults).toEqual([]);
  expect(chargedMinor).toBe(PRICE_MINOR);
});

it('finds a reservation that was acknowledged and is gone', async () => {
  const faults = await faultsOf(tallyOf({ acknowledged: [paidId, NEVER_MADE], paid: [] }));
  expect(faults).toEqual([`order ${NEVER_MADE} was acknowledged and is missing on the server`]);
});

it('finds a payment that was acknowledged and is no paid order', async () => {
  const faults = await faultsOf(tallyOf({ acknowledged: [], paid: [cancelledId] }));
  expect(faults).toEqual([`order ${cancelledId} was paid, and is cancelled on the server`]);
});

it('finds money that was taken for nothing, and money that was not taken', async () => {
  const payments = [{ order_id: cancelledId, captured_minor: 500, refunded_minor: 100 }];
  const provider = await startHttpListener((_request, response) => response.end(JSON.stringify({ payments })));
  const faults = await faultsOf(tallyOf({ acknowledged: [], paid: [] }), provider.url);
  await provider.close();
  expect(faults).toEqual([
    `the provider charged 400 for order ${cancelledId}, and 0 is due`,
    `the provider charged 0 for order ${paidId}, and ${PRICE_MINOR} is due`,
  ]);
});

it('passes on what the crowd itself found', async () => {
  const tally = new Tally();
  tally.fault('buyer 7 clicked twice and got two orders');
  expect(await faultsOf(tally)).toEqual(['buyer 7 clicked twice and got two orders']);
});
