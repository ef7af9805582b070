import { afterAll, describe } from 'vitest';
import { storeConformance } from '../conformance/store.ts';
import { startRedis } from '../support/redis.ts';
import { redisStoresAt } from '../support/store-redis.ts';

const server = await startRedis();
afterAll(() => server?.stop());

describe.skipIf(!server)('on Redis', () => storeConformance('the Redis store', redisStoresAt(server?.url ?? '')));
