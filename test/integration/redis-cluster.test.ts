import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../src/domain/purchase.ts';
import { RedisOrderLog } from '../../src/order-log/redis/redis-order-log.ts';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import { saleKeys, salesKey } from '../../src/store/redis/sale-keys.ts';
import { applyAll, handlerOf } from '../support/event-handlers.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import type { RedisNode } from '../support/redis-group.ts';
import { purchaseRequest, saleDefinition, saleItem } from '../support/sale-fixtures.ts';
import { brokenInvariants } from '../support/sale-invariants.ts';
import { adoptOnceFenced, SteadfastBuyers } from '../support/steadfast-buyers.ts';
import { allEvents } from '../support/store-bench.ts';

const UNITS = 100_000;
/** Only a hang waits as long as this. */
const PATIENCE = { timeout: 30_000, interval: 10 };

const cluster = await RedisCluster.start();
afterAll(() => cluster?.stop());

describe.skipIf(!cluster)('on a cluster', () => {
  test('a sale that sells while its slot moves from node to node loses no unit', async () => {
    if (!cluster) return;
    const store = await RedisStore.open({ url: cluster.url, durability: 'aof', outboxMax: 1_000_000 });
    const saleId = 'on-the-move';
    const nowMs = Date.now();
    const window = { startsAtMs: nowMs - 60_000, endsAtMs: nowMs + 3_600_000 };
    await store.prepareSale(saleDefinition({ saleId, items: [saleItem({ totalStock: UNITS })], ...window }), 1, 'c');
    const crowd = Array.from({ length: 20 }, (_, index) => new SteadfastBuyers(store, `crowd-${index}`));
    const buying = Promise.all(crowd.map((buyers) => buyers.buy(saleId)));
    const bought = () => crowd.reduce((sum, { orders }) => sum + orders.length, 0);

    const keys = saleKeys('tidegate', saleId);
    const [slot, ...otherSlots] = await cluster.slotsOf(keys);
    if (slot === undefined) throw new Error('the sale has no keys');
    expect(otherSlots, 'a script may use keys of one slot').toEqual([]);
    for (let move = 0; move < 3; move++) {
      const before = bought();
      await vi.waitFor(() => expect(bought()).toBeGreaterThan(before + 20), PATIENCE);
      expect(await cluster.moveSlot(slot)).toBe(keys.length);
      // Another server executes the scripts: it sells once it is the one that may.
      await adoptOnceFenced(store, saleId);
    }
    const moved = bought();
    await vi.waitFor(() => expect(bought()).toBeGreaterThan(moved), PATIENCE);
    for (const buyers of crowd) buyers.stop();
    await buying;

    const snapshot = await store.snapshot(saleId);
    const events = await allEvents(store, saleId);
    await store.close();
    if (!snapshot) throw new Error('the sale is gone');
    expect(brokenInvariants({ snapshot, events })).toEqual([]);
    expect(snapshot.epoch).toBe(4);
    const known = new Set(snapshot.orders.map(({ orderId }) => orderId));
    const lost = crowd.flatMap(({ orders }) => orders).filter(({ orderId }) => !known.has(orderId));
    expect(lost).toEqual([]);
    expect(snapshot.stock[0]).toMatchObject({ reserved: known.size, available: UNITS - known.size });
  });

  test('a sale gets other items while its slot is about to move', async () => {
    if (!cluster) return;
    const store = await RedisStore.open({ url: cluster.url, durability: 'aof', outboxMax: 1_000, namespace: 'edited' });
    const nowMs = Date.now();
    const window = { startsAtMs: nowMs + 3_600_000, endsAtMs: nowMs + 7_200_000 };
    await store.prepareSale(
      saleDefinition({ items: [saleItem(), saleItem({ skuId: 'left-out' })], ...window }),
      1,
      'c',
    );
    const [slot = 0] = await cluster.slotsOf(saleKeys('edited', 'sale-1'));
    const edited = saleDefinition({ items: [saleItem({ skuId: 'other', totalStock: 7 })], ...window });
    await cluster.beforeMove(slot, async () => {
      expect(await store.prepareSale(edited, 1, 'c')).toBe('prepared');
    });
    expect((await store.readSale('sale-1'))?.stock).toMatchObject([{ skuId: 'other', totalStock: 7, available: 7 }]);
    await store.close();
  });

  test('sales spread over the nodes, and are listed together', async () => {
    if (!cluster) return;
    const store = await RedisStore.open({ url: cluster.url, durability: 'aof', outboxMax: 1_000, namespace: 'spread' });
    const saleIds = ['a', 'b', 'c', 'd', 'e'];
    for (const saleId of saleIds) await store.prepareSale(saleDefinition({ saleId }), 1, 'c');
    expect((await store.listSales()).views.map(({ sale }) => sale.saleId).toSorted()).toEqual(saleIds);
    const slots = await cluster.slotsOf(saleIds.flatMap((saleId) => saleKeys('spread', saleId)));
    expect(slots).toHaveLength(saleIds.length);
    await store.close();
  });

  test('a node is lost, the one with the list of sales: those of the others are sold and read on', async () => {
    if (!cluster) return;
    const namespace = 'halved';
    const [listSlot = 0] = await cluster.slotsOf([salesKey(namespace)]);
    const lostNode = await cluster.ownerOf(listSlot);
    const [lost, alive] = await salesOnAndOff(lostNode, namespace);
    const store = await openStore(namespace);
    for (const saleId of [lost, alive]) await openSale(store, saleId);
    const received: OrderEvent[] = [];
    const log = new RedisOrderLog(store, {
      batchSize: 50,
      pollMs: 5,
      retryMs: 20,
      concurrency: 1,
      onFailure: () => {},
    });
    const stopped = new AbortController();
    const handler = handlerOf(async (id, events) => {
      received.push(...events);
      return applyAll(id, events);
    });
    const consuming = log.consume(handler, stopped.signal);
    await vi.waitFor(
      () => expect(new Set(received.map((event) => event.saleId))).toEqual(new Set([lost, alive])),
      PATIENCE,
    );

    await lostNode.server.stop('SIGKILL');
    const order = await vi.waitFor(() => buy(store, alive), PATIENCE);

    expect(order).toMatchObject({ code: 'reserved' });
    await vi.waitFor(
      () => expect(received).toContainEqual(expect.objectContaining({ type: 'order_reserved' })),
      PATIENCE,
    );
    await vi.waitFor(async () => {
      const { views, unreachable } = await store.listSales();
      expect([views.map(({ sale }) => sale.saleId), unreachable]).toEqual([[alive], [lost]]);
    }, PATIENCE);

    await lostNode.restart();
    await vi.waitFor(async () => {
      const { views, unreachable } = await store.listSales();
      expect([views.length, unreachable]).toEqual([2, []]);
    }, PATIENCE);
    stopped.abort();
    await consuming;
    await store.close();
  });

  test('a replica that takes over sells only when it keeps what it answers', async () => {
    if (!cluster) return;
    const saleId = 'promoted';
    const [slot = 0] = await cluster.slotsOf(saleKeys('tidegate', saleId));
    const replica = await cluster.addReplica(await cluster.ownerOf(slot), ['--appendfsync', 'everysec']);
    const store = await openStore('tidegate');
    await openSale(store, saleId);
    expect(await buy(store, saleId)).toMatchObject({ code: 'reserved' });

    await replica.admin.call('CLUSTER', 'FAILOVER');
    await vi.waitFor(async () => expect((await cluster.ownerOf(slot)).port).toBe(replica.port), PATIENCE);

    const refused = { code: 'store_unavailable', cause: { code: 'store_not_durable' } };
    await vi.waitFor(async () => {
      await expect(store.purchase(purchase(saleId))).rejects.toMatchObject(refused);
    }, PATIENCE);
    await replica.admin.config('SET', 'appendfsync', 'always');
    await adoptOnceFenced(store, saleId);
    expect(await buy(store, saleId)).toMatchObject({ code: 'reserved' });
    await store.close();
  });

  async function salesOnAndOff(node: RedisNode, namespace: string): Promise<[on: string, off: string]> {
    const found = new Map<boolean, string>();
    for (let number = 1; found.size < 2; number++) {
      const [slot = 0] = (await cluster?.slotsOf(saleKeys(namespace, `sale-${number}`))) ?? [];
      found.set((await cluster?.ownerOf(slot)) === node, `sale-${number}`);
    }
    return [found.get(true) ?? '', found.get(false) ?? ''];
  }

  function openStore(namespace: string): Promise<RedisStore> {
    return RedisStore.open({ url: cluster?.url ?? '', durability: 'aof', outboxMax: 1_000, namespace });
  }

  async function openSale(store: RedisStore, saleId: string): Promise<void> {
    const nowMs = Date.now();
    const window = { startsAtMs: nowMs - 60_000, endsAtMs: nowMs + 3_600_000 };
    await store.prepareSale(saleDefinition({ saleId, ...window }), 1, 'c');
  }

  function purchase(saleId: string): PurchaseRequest {
    const id = randomUUID();
    return purchaseRequest({ saleId, userId: id, orderId: id, idempotencyKey: id });
  }

  function buy(store: RedisStore, saleId: string): Promise<PurchaseOutcome> {
    return store.purchase(purchase(saleId));
  }
});
