import { RedisStore } from '../../src/store/redis/redis-store.ts';
import { ManualClock } from './clock.ts';

const OUTBOX_MAX = 1_000_000;

/** Opens the store of a test, in any of its processes. */
export function openSharedStore(url: string, namespace: string): Promise<RedisStore> {
  return RedisStore.open({
    url,
    namespace,
    durability: 'aof',
    outboxMax: OUTBOX_MAX,
    clock: new ManualClock().read,
  });
}
