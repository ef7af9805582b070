import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { StoreNotDurable } from '../../src/store/redis/durability.ts';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import { saleKeys } from '../../src/store/redis/sale-keys.ts';
import { Script } from '../../src/store/redis/script.ts';
import { SaleRecovering, StoreUnavailable } from '../../src/store/store.ts';
import { recoveredSale } from '../support/recovered-sales.ts';
import { startRedis } from '../support/redis.ts';
import { purchaseRequest, saleDefinition, saleItem } from '../support/sale-fixtures.ts';
import { orderOf } from '../support/sale-rig.ts';
import { adoptOnceFenced } from '../support/steadfast-buyers.ts';

const server = await startRedis();
const url = server?.url ?? '';
/** Only a hang waits as long as this. */
const PATIENCE = { timeout: 20_000 };
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(() => server?.stop());

let lastStore = 0;

async function openStore(options: Partial<Parameters<typeof RedisStore.open>[0]> = {}): Promise<RedisStore> {
  lastStore += 1;
  const namespace = `test-${lastStore}`;
  const store = await RedisStore.open({ url, durability: 'aof', outboxMax: 1_000, namespace, ...options });
  open.push(store);
  return store;
}

/** A sale that is live by the server's own clock. */
function liveSale(totalStock = 10) {
  const nowMs = Date.now();
  return saleDefinition({
    startsAtMs: nowMs - 60_000,
    endsAtMs: nowMs + 3_600_000,
    items: [saleItem({ totalStock })],
  });
}

async function setting(name: string, value: string): Promise<void> {
  const client = new Redis(url);
  await client.config('SET', name, value);
  client.disconnect();
}

describe.skipIf(!server)('a Redis store', () => {
  test('runs on the clock of its server', async () => {
    const store = await openStore();
    expect(Math.abs((await store.now()) - Date.now())).toBeLessThan(5_000);
    await store.prepareSale(liveSale(), 1, 'c');
    expect(await store.readSale('sale-1')).toMatchObject({ state: 'active' });
    const order = orderOf(await store.purchase(purchaseRequest()));
    expect(Math.abs(order.reservedAtMs - Date.now())).toBeLessThan(5_000);
  });

  test('many processes sell no more together than there is', async () => {
    const sizes: number[] = [];
    const namespace = 'shared';
    const stores = [
      await openStore({ namespace, onBatch: (size) => sizes.push(size) }),
      await openStore({ namespace }),
      await openStore({ namespace }),
    ];
    await stores[0]?.prepareSale(liveSale(25), 1, 'c');
    const crowd = stores.flatMap((store, index) =>
      Array.from({ length: 300 }, (_, buyer) => store.purchase(purchaseRequest({ userId: `${index}-${buyer}` }))),
    );
    const codes = (await Promise.all(crowd)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'reserved')).toHaveLength(25);
    expect(codes.filter((code) => code === 'sold_out')).toHaveLength(875);
    expect(sizes, 'what is asked in one turn goes together').toEqual([256, 44]);
  });

  test('a purchase that cannot be leaves the others of its batch as they are', async () => {
    const store = await openStore();
    await store.prepareSale(liveSale(), 1, 'c');
    const taken = orderOf(await store.purchase(purchaseRequest()));
    const answers = await Promise.allSettled([
      store.purchase(purchaseRequest({ userId: 'bob' })),
      store.purchase(purchaseRequest({ userId: 'cat', orderId: taken.orderId })),
      store.purchase(purchaseRequest({ userId: 'dan', lines: [] })),
      store.purchase(purchaseRequest({ userId: 'eve', lines: [{ skuId: 'hat', quantity: 1 }] })),
      store.purchase(purchaseRequest({ userId: 'fay' })),
    ]);
    expect(answers).toMatchObject([
      { value: { code: 'reserved' } },
      { reason: expect.any(RangeError) },
      { reason: expect.any(RangeError) },
      { value: { code: 'unknown_sku' } },
      { value: { code: 'reserved' } },
    ]);
  });

  test('with its server gone it says so at once, and once it is back decides nothing before it is adopted', async () => {
    if (!server?.outage) return;
    const store = await openStore();
    await store.prepareSale(liveSale(), 1, 'c');
    const request = purchaseRequest();
    const order = orderOf(await store.purchase(request));
    await server.outage.begin();
    await vi.waitFor(() => expect(store.purchase(purchaseRequest())).rejects.toThrow(StoreUnavailable), PATIENCE);
    const begun = performance.now();
    await expect(store.purchase(purchaseRequest())).rejects.toThrow(StoreUnavailable);
    await expect(store.readSale('sale-1')).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - begun).toBeLessThan(1_000);
    await server.outage.end();
    await vi.waitFor(() => expect(store.purchase(request)).rejects.toThrow(SaleRecovering), PATIENCE);
    expect(await store.readOrder(order)).toEqual(order);
    await adoptOnceFenced(store, 'sale-1');
    expect(await store.purchase(request)).toEqual({ code: 'reserved', replayed: true, order });
    expect(await store.purchase(purchaseRequest())).toMatchObject({ code: 'reserved', replayed: false });
  });

  test('a sale is on the list before it is sold, and comes back to a list that is lost', async () => {
    const client = new Redis(url);
    const store = await openStore({ namespace: 'listed' });
    await client.set('listed:sales', 'no list at all');
    await expect(store.prepareSale(liveSale(), 1, 'c')).rejects.toThrow(StoreUnavailable);
    expect(await store.readSale('sale-1')).toBeNull();
    await client.del('listed:sales');
    await store.prepareSale(liveSale(), 1, 'c');
    await client.del('listed:sales');
    expect((await store.listSales()).views).toEqual([]);
    await store.readSale('sale-1');
    expect((await store.listSales()).views.map(({ sale }) => sale.saleId)).toEqual(['sale-1']);
    client.disconnect();
  });

  test('an installation that was broken off is at no event, and is begun again', async () => {
    const client = new Redis(url);
    const store = await openStore({ namespace: 'halfway' });
    const { orders: _, events: __, ...begun } = recoveredSale();
    const words = ['', JSON.stringify(begun), JSON.stringify(begun.sale)];
    await new Script('begin-install').run(client, saleKeys('halfway', 'sale-1'), words);
    expect(await store.readSale('sale-1')).toMatchObject({ recovering: true, epoch: 2, lastSeq: 0 });
    expect(await store.readEvents('sale-1', 40, 10)).toEqual([]);
    const again = recoveredSale({ epoch: 3, replaces: { epoch: 2, lastSeq: 0 } });
    expect(await store.install(again)).toBe('installed');
    expect(await store.readEvents('sale-1', 40, 10)).toEqual(again.events);
    client.disconnect();
  });

  test('a server that takes connections and says nothing is no server', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    await expect(openStore({ url: `redis://127.0.0.1:${port}` })).rejects.toThrow(StoreUnavailable);
    silent.close();
  });
});

describe.skipIf(!server?.outage)('durability', () => {
  test.each([
    ['appendfsync', 'everysec', 'always'],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction'],
  ])('with %s %s nothing starts, and the refusal says what to set', async (name, wrong, right) => {
    await setting(name, wrong);
    const refusal = await openStore().catch((error: unknown) => error);
    await setting(name, right);
    expect(refusal).toBeInstanceOf(StoreNotDurable);
    expect((refusal as Error).message).toContain(`CONFIG SET ${name} ${right}`);
    expect((refusal as Error).message).toContain(`\`${name} ${right}\` in redis.conf`);
    await openStore();
  });

  test('a store that is told to do without takes what it finds', async () => {
    await setting('appendfsync', 'no');
    await openStore({ durability: 'memory' });
    await setting('appendfsync', 'always');
  });

  test('where settings may not be asked for, the refusal says so', async () => {
    const admin = new Redis(url);
    await admin.call('ACL', 'SETUSER', 'shop', 'on', '>secret', '~*', '&*', '+@all', '-config');
    const shop = url.replace('redis://', 'redis://shop:secret@');
    await expect(openStore({ url: shop })).rejects.toThrow(/forbids CONFIG.*\+config\|get/);
    await admin.call('ACL', 'SETUSER', 'shop', '+config|get');
    await openStore({ url: shop });
    admin.disconnect();
  });

  test('without memory nothing new is sold, and what is sold comes to its end', async () => {
    const store = await openStore();
    await store.prepareSale(liveSale(), 1, 'c');
    const [paid, cancelled] = [
      orderOf(await store.purchase(purchaseRequest({ userId: 'ada' }))),
      orderOf(await store.purchase(purchaseRequest({ userId: 'bob' }))),
    ];
    await setting('maxmemory', '1');
    try {
      await expect(store.purchase(purchaseRequest())).rejects.toThrow(StoreUnavailable);
      expect(await store.beginPayment(paid, 'attempt-1', 1_000)).toMatchObject({ code: 'done' });
      expect(await store.confirm(paid, 'attempt-1')).toMatchObject({ code: 'done' });
      expect(await store.release(cancelled, 'cancelled_by_buyer', null)).toMatchObject({ code: 'done' });
      expect(await store.changeSale('sale-1', { type: 'end' }, 'c')).toBe('changed');
      const lastSeq = (await store.readSale('sale-1'))?.lastSeq ?? 0;
      await store.trimEvents('sale-1', lastSeq);
      expect(await store.forgetSale('sale-1'), 'and its memory is free again').toBe('forgotten');
    } finally {
      await setting('maxmemory', '0');
    }
  });

  test('without a replica nothing is sold that a replica is to have', async () => {
    await setting('min-replicas-to-write', '1');
    const store = await openStore({ durability: 'replica' });
    await expect(store.prepareSale(liveSale(), 1, 'c')).rejects.toThrow(StoreUnavailable);
    await setting('min-replicas-to-write', '0');
    await expect(openStore({ durability: 'replica' })).rejects.toThrow(/min-replicas-to-write 1/);
    await expect(store.prepareSale(liveSale(), 1, 'c'), 'written, and by no replica').rejects.toThrow(StoreUnavailable);
  });
});
