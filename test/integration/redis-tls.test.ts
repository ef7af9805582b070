import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisGroup } from '../support/redis-group.ts';
import { purchaseRequest, saleDefinition } from '../support/sale-fixtures.ts';
import { adoptOnceFenced } from '../support/steadfast-buyers.ts';
import { trust } from '../support/trust.ts';

const SALE_ID = 'sale-1';
const PATIENCE = { timeout: 40_000, interval: 50 };
const CREDENTIALS = 'shop:p%40ss';
const PASSWORD = 'p@ss';
const WRONG_PASSWORD = 'sesame-open';
const USER = ['--user', 'shop', 'on', `>${PASSWORD}`, '~*', '&*', '+@all'];
const REPLICATED = [...USER, '--repl-diskless-sync-delay', '0'];

let sentinelPort = 0;
const pair = await RedisGroup.start('Redis Sentinel over TLS', startPair, { encrypted: true });
const cluster = await RedisCluster.start({ encrypted: true, args: USER });
afterAll(() => Promise.all([pair?.stop(), cluster?.stop()]));

/** A primary, its replica, and a sentinel. */
async function startPair(servers: RedisGroup): Promise<void> {
  const primary = await servers.add(REPLICATED);
  await servers.add([...REPLICATED, '--replicaof', '127.0.0.1', String(primary.port)]);
  await vi.waitFor(async () => {
    expect(await primary.admin.info('replication')).toContain('state=online');
  }, PATIENCE);
  sentinelPort = await servers.addSentinel('shop', primary.port);
}

describe.skipIf(!pair || !cluster)('Redis over TLS', () => {
  const [servers, nodes] = [pair as RedisGroup, cluster as RedisCluster];
  const single = (credentials: string) => `rediss://${credentials}@127.0.0.1:${servers.nodes[0]?.port}`;
  const sentinel = (credentials: string) => `rediss+sentinel://${credentials}@127.0.0.1:${sentinelPort}/shop`;
  const spread = (credentials: string) => `rediss+cluster://${credentials}@${nodes.addresses}`;
  let authorities: string[];

  beforeEach(async () => {
    authorities = await Promise.all([servers.tls, nodes.tls].map((tls) => readFile(tls?.ca ?? '', 'utf8')));
  });

  async function open(url: string, namespace: string): Promise<RedisStore> {
    return RedisStore.open({ url, durability: 'aof', outboxMax: 1_000, namespace });
  }

  async function openSale(store: RedisStore): Promise<void> {
    const nowMs = Date.now();
    await store.prepareSale(saleDefinition({ startsAtMs: nowMs - 60_000, endsAtMs: nowMs + 3_600_000 }), 1, 'c');
  }

  const buy = (store: RedisStore, id: string) =>
    store.purchase(purchaseRequest({ saleId: SALE_ID, userId: id, orderId: id, idempotencyKey: id }));

  test.each([
    ['one server', single],
    ['a cluster', spread],
  ])('%s sells to who signs in', async (_, urlOf) => {
    for (const authority of authorities) trust(authority);
    const store = await open(urlOf(CREDENTIALS), 'plainly');
    await openSale(store);
    expect(await buy(store, 'ann')).toMatchObject({ code: 'reserved' });
    await store.close();
  });

  test.each([
    ['one server', single],
    ['a sentinel', sentinel],
    ['a cluster', spread],
  ])('%s is not spoken to with a certificate that nobody vouches for', async (_, urlOf) => {
    const refused = { code: 'store_unavailable', message: expect.stringContaining('NODE_EXTRA_CA_CERTS') };
    await expect(open(urlOf(CREDENTIALS), 'never')).rejects.toMatchObject(refused);
  });

  test.each([
    ['one server', single],
    ['a sentinel', sentinel],
    ['a cluster', spread],
  ])('%s says that it lets nobody in by a wrong password, and never by which', async (_, urlOf) => {
    for (const authority of authorities) trust(authority);
    const error = await open(urlOf(`shop:${WRONG_PASSWORD}`), 'never').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('of STORE_URL') });
    expect(inspect(error, { depth: null })).not.toContain(WRONG_PASSWORD);
  });

  test('behind a sentinel, a replica that takes the place of its primary sells on', async () => {
    for (const authority of authorities) trust(authority);
    const store = await open(sentinel(CREDENTIALS), 'failover');
    await openSale(store);
    expect(await buy(store, 'ann')).toMatchObject({ code: 'reserved' });
    await servers.nodes[0]?.admin.wait(1, 5_000);

    await servers.nodes[0]?.server.stop('SIGKILL');

    await adoptOnceFenced(store, SALE_ID);
    expect(await buy(store, 'bob')).toMatchObject({ code: 'reserved' });
    expect((await store.readSale(SALE_ID))?.stock).toMatchObject([{ reserved: 2 }]);
    await store.close();
  }, 60_000);
});
