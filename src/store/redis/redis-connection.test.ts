import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createRedisClient } from './redis-connection.ts';

test.each([
  ['redis://:one,two@127.0.0.1:6380', { host: '127.0.0.1', port: 6380, password: 'one,two' }],
  [
    'redis+sentinel://shop:one,two@[::1],b:26380/sales',
    {
      username: 'shop',
      password: 'one,two',
      name: 'sales',
      sentinels: [
        { host: '::1', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
    },
  ],
  [
    'rediss+sentinel://:secret@one,two/sales',
    { password: 'secret', tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true, name: 'sales' },
  ],
])('%s leads to the servers that it names', (url, options) => {
  const client = createRedisClient(url);
  expect(client).toBeInstanceOf(Redis);
  expect(client.options).toMatchObject(options);
});

test('any other URL leads nowhere', () => {
  expect(() => createRedisClient('http://127.0.0.1')).toThrow(TypeError);
});
