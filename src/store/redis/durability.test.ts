import { Cluster } from 'ioredis';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../store.ts';
import { DurabilityGuard } from './durability.ts';

test('of a cluster with no server in reach nobody says that it keeps what it answers', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
  const guard = new DurabilityGuard(cluster, 'aof');
  await expect(guard.isKept()).rejects.toThrow(StoreUnavailable);
  await expect(guard.checkAll()).rejects.toThrow(StoreUnavailable);
  cluster.disconnect();
});
