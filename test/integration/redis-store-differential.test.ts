import { afterAll, describe } from 'vitest';
import { storeDifferential } from '../simulation/store-differential.ts';
import { startRedis } from '../support/redis.ts';
import { redisStoresAt } from '../support/store-redis.ts';

const server = await startRedis(['--appendonly', 'no']);
afterAll(() => server?.stop());

const stores = redisStoresAt(server?.url ?? '', 'memory');

describe.skipIf(!server)('on Redis', () => storeDifferential('the Redis store', stores, 15));
