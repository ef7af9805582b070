import { afterAll, describe, expect, test, vi } from 'vitest';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import { RedisGroup } from '../support/redis-group.ts';
import { saleDefinition, saleItem } from '../support/sale-fixtures.ts';
import { brokenInvariants } from '../support/sale-invariants.ts';
import { adoptOnceFenced, SteadfastBuyers } from '../support/steadfast-buyers.ts';
import { allEvents } from '../support/store-bench.ts';

const SALE_ID = 'sale-1';
/** Only a hang waits as long as this. */
const PATIENCE = { timeout: 40_000, interval: 50 };
const REPLICATED = [
  '--min-replicas-to-write',
  '1',
  '--repl-diskless-sync-delay',
  '0',
  '--repl-ping-replica-period',
  '1',
];

let sentinelPort = 0;
/** A primary, two replicas, and a sentinel that knows all three. */
const group = await RedisGroup.start('Redis Sentinel', async (servers) => {
  const primary = await servers.add(REPLICATED);
  const replicaOf = [...REPLICATED, '--replicaof', '127.0.0.1', String(primary.port)];
  for (let replica = 0; replica < 2; replica++) await servers.add(replicaOf);
  await vi.waitFor(async () => {
    expect(await primary.admin.info('replication')).toContain('min_slaves_good_slaves:2');
  }, PATIENCE);
  sentinelPort = await servers.addSentinel('shop', primary.port);
});
afterAll(() => group?.stop());

describe.skipIf(!group)('behind a sentinel', () => {
  test('the primary is lost, a replica takes its place, and no acknowledged order is missing', async () => {
    const url = `redis+sentinel://127.0.0.1:${sentinelPort}/shop`;
    const store = await RedisStore.open({ url, durability: 'replica', outboxMax: 1_000_000 });
    const nowMs = Date.now();
    const window = { startsAtMs: nowMs - 60_000, endsAtMs: nowMs + 3_600_000 };
    await store.prepareSale(saleDefinition({ items: [saleItem({ totalStock: 100_000 })], ...window }), 1, 'c');
    const crowd = Array.from({ length: 10 }, (_, index) => new SteadfastBuyers(store, `crowd-${index}`));
    const buying = Promise.all(crowd.map((buyers) => buyers.buy(SALE_ID)));
    const bought = () => crowd.reduce((sum, { orders }) => sum + orders.length, 0);
    await vi.waitFor(() => expect(bought()).toBeGreaterThan(50), PATIENCE);

    await group?.nodes[0]?.server.stop('SIGKILL');
    await adoptOnceFenced(store, SALE_ID);
    const before = bought();
    await vi.waitFor(() => expect(bought()).toBeGreaterThan(before + 20), PATIENCE);
    for (const buyers of crowd) buyers.stop();
    await buying;

    const snapshot = await store.snapshot(SALE_ID);
    const events = await allEvents(store, SALE_ID);
    await store.close();
    if (!snapshot) throw new Error('the sale is gone');
    expect(brokenInvariants({ snapshot, events })).toEqual([]);
    const known = new Set(snapshot.orders.map(({ orderId }) => orderId));
    const lost = crowd.flatMap(({ orders }) => orders).filter(({ orderId }) => !known.has(orderId));
    expect(lost).toEqual([]);
  }, 90_000);
});
