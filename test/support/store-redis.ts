import { randomUUID } from 'node:crypto';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import type { OpenedStore, OpenStore } from './store-bench.ts';

/** Opens Redis stores on the server at `url`, each with keys of its own. They are left behind for the server's end. */
export function redisStoresAt(url: string): OpenStore {
  return async ({ clock, outboxMax }): Promise<OpenedStore> => {
    const namespace = `test-${randomUUID()}`;
    const open = () => RedisStore.open({ url, durability: 'aof', namespace, outboxMax, clock: clock.read });
    const first = await open();
    let current = first;
    return {
      store: first,
      reopen: async () => {
        await current.close();
        current = await open();
        return current;
      },
      supplant: async () => {
        throw new Error('not yet');
      },
      close: () => current.close(),
    };
  };
}
