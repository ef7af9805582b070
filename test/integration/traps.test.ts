import { cp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Crowd } from '../support/crowd.ts';
import { TestServer } from '../support/server.ts';
import { liveSale, ServerUnderTest } from '../support/server-under-test.ts';

const PATIENCE = { timeout: 20_000 };

async function startServer(): Promise<ServerUnderTest> {
  const server = await ServerUnderTest.start();
  onTestFinished(() => server.remove());
  return server;
}

async function openSale(server: ServerUnderTest, units: number) {
  const { sale_id: saleId } = await server.client.createSale(liveSale({ A: units }));
  const crowd = new Crowd(server, saleId);
  onTestFinished(() => crowd.close());
  return { saleId, crowd };
}

async function buyOne(crowd: Crowd, userId: string) {
  const attempt = { userId, key: 'buy', body: { sku_id: 'A', quantity: 1 } };
  const reservation = await crowd.purchase(attempt);
  if (typeof reservation === 'string') throw new Error(`no reservation: ${reservation}`);
  return { ...attempt, reservation };
}

/** The ledger has applied everything that the store decided. */
function ledgerCaughtUp(server: ServerUnderTest, saleId: string): Promise<void> {
  const waiting = async () => (await server.client.readAdminSale({ sale_id: saleId })).outbox_events;
  return expect.poll(waiting, PATIENCE).toBe(0);
}

describe('a process that starts', { timeout: 120_000 }, () => {
  test('trap: reconcile: touches no live stock, however often it starts', async () => {
    const server = await startServer();
    const { saleId, crowd } = await openSale(server, 10);
    const sold = await buyOne(crowd, 'ann');
    await crowd.pay(sold, 'pm_ok');
    await buyOne(crowd, 'ben');
    await crowd.cancel(await buyOne(crowd, 'cid'));
    await server.client.restockSale({ sale_id: saleId, sku_id: 'A', quantity: 5 });
    const { items } = await server.client.readAdminSale({ sale_id: saleId });
    expect(items[0]?.stock).toEqual({ available: 13, reserved: 1, paying: 0, sold: 1, buffer: 0 });

    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      await server.end(signal);
      await server.restart();
      expect((await server.client.readAdminSale({ sale_id: saleId })).items).toEqual(items);
    }
    expect((await server.client.runAudit({ sale_id: saleId })).ok).toBe(true);
  });

  test('trap: stale memory: sells nothing twice from an older copy than the ledger has seen', async () => {
    const server = await startServer();
    const { saleId, crowd } = await openSale(server, 3);
    await crowd.pay(await buyOne(crowd, 'ann'), 'pm_ok');
    await ledgerCaughtUp(server, saleId);
    await server.end('SIGTERM');
    const [journal, older] = [join(server.directory, 'journal'), join(server.directory, 'older')];
    await cp(journal, older, { recursive: true });

    await server.restart();
    const ben = await buyOne(crowd, 'ben');
    await crowd.pay(ben, 'pm_ok');
    await ledgerCaughtUp(server, saleId);
    await server.end('SIGTERM');
    await rm(journal, { recursive: true });
    await cp(older, journal, { recursive: true });

    await server.restart();
    const stock = async () => (await server.client.readAdminSale({ sale_id: saleId })).items[0]?.stock;
    await expect.poll(stock, PATIENCE).toEqual({ available: 1, reserved: 0, paying: 0, sold: 2, buffer: 0 });
    expect(await crowd.purchase(ben)).toMatchObject({ order_id: ben.reservation.order_id });
    await crowd.pay(await buyOne(crowd, 'cid'), 'pm_ok');
    expect(await crowd.purchase({ userId: 'dan', key: 'buy', body: { sku_id: 'A', quantity: 1 } })).toBe('sold_out');
    expect((await server.client.runAudit({ sale_id: saleId })).ok).toBe(true);
  });

  test('trap: consumer: applies what was accepted while the ledger did not follow, once', async () => {
    const server = await startServer();
    const { saleId, crowd } = await openSale(server, 50);
    const buyers = Array.from({ length: 50 }, (_, number) => buyOne(crowd, `buyer-${number}`));
    const bought = await Promise.all(buyers);
    await server.end('SIGKILL');
    await server.restart();

    await ledgerCaughtUp(server, saleId);
    const { orders } = await server.client.listSaleOrders({ sale_id: saleId, limit: 200 });
    const ids = bought.map(({ reservation }) => reservation.order_id);
    expect(orders.map(({ order_id }) => order_id).toSorted()).toEqual(ids.toSorted());
  });

  test('trap: compensation: a buyer whose connection breaks before the answer has one order, and its units', async () => {
    const server = await startServer();
    const { saleId, crowd } = await openSale(server, 10);
    await breakOff(`${server.url}/api/v1/flash-sale/${saleId}/purchase`, server.sessionOf('ann'));
    const available = async () => (await server.client.readAdminSale({ sale_id: saleId })).items[0]?.stock?.available;
    await expect.poll(available, PATIENCE).toBe(9);
    await server.end('SIGKILL');
    await server.restart();

    const { reservation } = await buyOne(crowd, 'ann');
    expect(reservation.remaining_stock).toBe(9);
    expect(await available()).toBe(9);
  });
});

/** Sends one unit's purchase and hangs up at once. */
function breakOff(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'buy' };
  return new Promise((gone) => {
    const purchase = request(url, { method: 'POST', headers });
    purchase.on('error', () => {}).on('close', gone);
    purchase.end(JSON.stringify({ sku_id: 'A', quantity: 1 }), () => purchase.destroy());
  });
}

describe('what operators are shown', () => {
  let server: TestServer;
  let buyer: string;
  let orderId: string;

  beforeAll(async () => {
    server = await TestServer.start({
      env: { PAYMENT_URL: 'http://127.0.0.1:9', PAYMENT_SECRET: 'signed', RETRY_BASE: '1ms', RETRY_ATTEMPTS: '1' },
    });
    const { sale_id } = await server.createSale();
    buyer = await server.guest();
    ({ order_id: orderId } = await server.reserve(sale_id, buyer));
  });
  afterAll(() => server.stop());

  async function metric(pattern: RegExp): Promise<number> {
    const { text } = await server.call('/metrics');
    return Number(pattern.exec(text)?.[1]);
  }

  test('trap: metrics: what a sale does is counted', async () => {
    expect(await metric(/tidegate_purchase_requests_total\{outcome="reserved"\} (\d+)/)).toBe(1);
    await expect.poll(() => metric(/tidegate_stock_remaining\{[^}]*sku="A"\} (\d+)/), PATIENCE).toBe(9);
    await expect.poll(() => metric(/tidegate_orders_applied_total (\d+)/), PATIENCE).toBeGreaterThan(0);
  });

  test('trap: breaker: opens when the provider is gone, and the gauge says so', async () => {
    const gauge = () => metric(/tidegate_circuit_breaker_state\{dependency="payment"\} (\d)/);
    expect(await gauge()).toBe(0);
    const status = async () => (await server.call(`/api/v1/orders/${orderId}`, { token: buyer })).json.status;
    for (let failures = 0; failures < 5; failures++) {
      await server.pay(orderId, buyer, 'pm_ok');
      await expect.poll(status, PATIENCE).toBe('reserved');
    }
    await expect.poll(gauge, PATIENCE).toBe(1);
    expect((await server.call('/health/ready')).json.breakers).toEqual({ payment: 'open' });
  });
});
