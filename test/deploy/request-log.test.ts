import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { RequestLog } from '../../scripts/blue-green/haproxy/request-log.ts';
import { ProxyUnavailable } from '../../scripts/blue-green/haproxy/runtime-api.ts';
import { PATIENCE_MS } from '../support/patience.ts';

test('what buyers get from a color is read from the log of the proxy, until it ends', async () => {
  const proxy = new PassThrough();
  const log = new RequestLog(createInterface({ input: proxy }), 'green');
  expect(await log.reading()).toEqual({ requests: 0, failed: 0, p99Ms: null });
  // color, status, milliseconds in the queue, to connect, until the answer began, in all, id
  for (let n = 0; n < 98; n++) proxy.write('green 200 0 1 9 11 id\n');
  proxy.write('green 503 -1 -1 -1 400 id\ngreen 200 0 0 300 310 id\n');
  proxy.write('blue 500 0 0 9000 9000 id\nsomething else\n');
  await vi.waitFor(
    async () => expect(await log.reading()).toEqual({ requests: 100, failed: 1, p99Ms: 300 }),
    PATIENCE_MS,
  );
  proxy.end();
  await vi.waitFor(() => expect(log.reading()).rejects.toThrow(ProxyUnavailable), PATIENCE_MS);
});
