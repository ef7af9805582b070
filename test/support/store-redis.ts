import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { StoreDurability } from '../../src/config/topology.ts';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import type { OpenedStore, OpenStore } from './store-bench.ts';

/** As if the sale had been prepared in a run of the server that is over. */
async function sellElsewhere(url: string, namespace: string, saleId: string): Promise<void> {
  const client = new Redis(url);
  await client.hset(`${namespace}:{${saleId}}:head`, 'incarnation', 'a run that is over');
  client.disconnect();
}

/** Opens Redis stores on the server at `url`, each with keys of its own. They are left behind for the server's end. */
export function redisStoresAt(url: string, durability: StoreDurability = 'aof'): OpenStore {
  return async ({ clock, outboxMax }): Promise<OpenedStore> => {
    const namespace = `test-${randomUUID()}`;
    const open = () => RedisStore.open({ url, durability, namespace, outboxMax, clock: clock.read });
    const first = await open();
    let current = first;
    return {
      store: first,
      reopen: async () => {
        await current.close();
        current = await open();
        return current;
      },
      supplant: (saleId) => sellElsewhere(url, namespace, saleId),
      close: () => current.close(),
    };
  };
}
