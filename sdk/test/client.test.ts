import { describe, expect, test } from 'vitest';
import { type ClientOptions, createClient, TidegateProblem, TidegateUnreachable } from '../src/client.ts';
import {
  cut,
  hang,
  json,
  problem,
  type ScriptedServer,
  type Step,
  startScriptedServer,
} from './support/scripted-server.ts';

const saleId = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const orderId = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a71';
const line = { sale_id: saleId, sku_id: 'A', quantity: 1 };
const reserved = json(200, { status: 'reserved', order_id: orderId });

function clientOf(server: ScriptedServer, options: Partial<ClientOptions> = {}) {
  return createClient({ baseUrl: server.baseUrl, token: 'user-token', backoffMs: 1, ...options });
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
}

function keysOf(server: ScriptedServer) {
  return server.requests.map(({ headers }) => headers['idempotency-key']);
}

describe('a request', () => {
  test('puts each field where it belongs', async () => {
    await using server = await startScriptedServer(reserved);
    await clientOf(server).purchase(line, { idempotencyKey: 'k-1', correlationId: 'c-9' });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: `/api/v1/flash-sale/${saleId}/purchase` });
    expect(JSON.parse(request?.body ?? '')).toEqual({ sku_id: 'A', quantity: 1 });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer user-token',
      'idempotency-key': 'k-1',
      'x-correlation-id': 'c-9',
      'content-type': 'application/json',
    });
  });

  test('sends a query, and leaves out what is undefined', async () => {
    await using server = await startScriptedServer(json(200, { sales: [], next_cursor: null }));
    const answer = await clientOf(server).listSales({ when: 'live,past', limit: 5, query: undefined as never });
    expect(answer).toEqual({ sales: [], next_cursor: null });
    expect(server.requests[0]?.url).toBe('/api/v1/flash-sale?when=live%2Cpast&limit=5');
  });

  test('without a body says nothing of its type', async () => {
    await using server = await startScriptedServer(json(200, {}));
    await clientOf(server).cancelOrder({ order_id: orderId });
    expect(server.requests[0]).toMatchObject({ method: 'POST', body: '' });
    expect(server.requests[0]?.headers['content-type']).toBeUndefined();
  });

  test('escapes what goes into the path', async () => {
    await using server = await startScriptedServer(json(200, { orders_erased: 0 }));
    await clientOf(server).eraseCustomer({ user_id: '../switches?x#y' });
    expect(server.requests[0]?.url).toBe('/api/v1/admin/customers/..%2Fswitches%3Fx%23y');
  });

  test('uses the token of the call before that of the client, and none if there is none', async () => {
    await using server = await startScriptedServer(json(200, {}));
    await clientOf(server).readOrder({ order_id: orderId }, { token: 'reservation-token' });
    await createClient({ baseUrl: `${server.baseUrl}/` }).readTime();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer reservation-token',
      undefined,
    ]);
    expect(server.requests[1]?.url).toBe('/api/v1/time');
  });

  test('without a path parameter is never sent', async () => {
    await using server = await startScriptedServer(reserved);
    await expect(clientOf(server).readOrder({ order_id: '' })).rejects.toThrow(TypeError);
    expect(server.requests).toEqual([]);
  });

  test('goes through the fetch that is given', async () => {
    const client = createClient({
      baseUrl: 'http://nowhere.invalid',
      fetch: async (input) => Response.json({ now: String(input) }),
    });
    expect(await client.readTime()).toEqual({ now: 'http://nowhere.invalid/api/v1/time' });
  });
});

describe('an answer', () => {
  test('that is empty is null', async () => {
    await using server = await startScriptedServer((response) => response.writeHead(204).end());
    expect(await clientOf(server).deleteSale({ sale_id: saleId })).toBeNull();
  });

  test.each([200, 202])('with the declared status %d is returned', async (status) => {
    await using server = await startScriptedServer(json(status, { status: 'whatever' }));
    expect(await clientOf(server).pay({ order_id: orderId, payment_method: 'pm_ok' })).toEqual({ status: 'whatever' });
  });

  test('with 503 from the readiness probe is the readiness, not an error', async () => {
    await using server = await startScriptedServer(json(503, { status: 'not_ready' }));
    expect(await clientOf(server).checkReadiness()).toMatchObject({ status: 'not_ready' });
    expect(server.requests).toHaveLength(1);
  });

  test('that is a problem is thrown with all that it says', async () => {
    const errors = [{ field: 'quantity', message: 'must be >= 1' }];
    await using server = await startScriptedServer(problem(400, 'validation_failed', {}, { errors }));
    const error = await errorOf(clientOf(server).purchase(line));
    expect(error).toBeInstanceOf(TidegateProblem);
    expect(error).toMatchObject({
      name: 'TidegateProblem',
      message: 'it is validation_failed',
      status: 400,
      code: 'validation_failed',
      detail: 'it is validation_failed',
      errors,
      correlationId: 'c-1',
      retryAfterSeconds: null,
      retryable: false,
      document: { title: 'validation_failed' },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('that is no problem document, as from a proxy, is thrown all the same', async () => {
    await using server = await startScriptedServer((response) =>
      response.writeHead(404, { 'x-correlation-id': 'c-2' }).end('<h1>Not here</h1>'),
    );
    expect(await errorOf(clientOf(server).readTime())).toMatchObject({
      status: 404,
      code: 'unexpected_answer',
      correlationId: 'c-2',
      document: null,
    });
  });
});

describe('retries', () => {
  const failures: [string, Step][] = [
    ['a cut connection', cut],
    [
      'half an answer',
      (response) => void response.writeHead(200, { 'content-length': '100' }).write('{"sta', () => response.destroy()),
    ],
    ['an answer that is no JSON', (response) => response.writeHead(200).end('<html>')],
    ['429', problem(429, 'rate_limited')],
    ['502', problem(502, 'payment_provider_unavailable')],
    ['503', problem(503, 'store_unavailable')],
  ];

  test.each(failures)('after %s repeat the purchase with the same keys and body', async (_, failure) => {
    await using server = await startScriptedServer(failure, failure, reserved);
    expect(await clientOf(server).purchase(line)).toMatchObject({ order_id: orderId });
    expect(server.requests).toHaveLength(3);
    expect(keysOf(server)[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keysOf(server)).size).toBe(1);
    expect(new Set(server.requests.map(({ headers }) => headers['x-correlation-id'])).size).toBe(1);
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1);
  });

  test('of another call have another key', async () => {
    await using server = await startScriptedServer(reserved);
    const client = clientOf(server);
    await client.purchase(line);
    await client.purchase(line);
    expect(new Set(keysOf(server)).size).toBe(2);
  });

  test.each([
    [402, 'payment_declined'],
    [409, 'sold_out'],
    [410, 'reservation_expired'],
    [500, 'internal'],
  ] as const)('never follow %d %s', async (status, code) => {
    await using server = await startScriptedServer(problem(status, code));
    expect(await errorOf(clientOf(server).pay({ order_id: orderId, payment_method: 'pm_ok' }))).toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  test('never repeat what is not safe to repeat', async () => {
    await using server = await startScriptedServer(cut);
    const error = await errorOf(clientOf(server).createSession());
    expect(error).toBeInstanceOf(TidegateUnreachable);
    expect(error).toMatchObject({ code: 'unreachable', retryable: true, cause: expect.any(Error) });
    expect(server.requests).toHaveLength(1);
  });

  test('end after the given number', async () => {
    await using server = await startScriptedServer(problem(503, 'overloaded'));
    expect(await errorOf(clientOf(server, { retries: 2 }).readTime())).toMatchObject({ code: 'overloaded' });
    expect(server.requests).toHaveLength(3);
  });

  test('wait at least as long as Retry-After asks', async () => {
    await using server = await startScriptedServer(problem(429, 'rate_limited', { 'retry-after': '1' }), reserved);
    const startedAt = performance.now();
    await clientOf(server).purchase(line);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  test('read Retry-After as a date too', async () => {
    await using server = await startScriptedServer(
      problem(503, 'sale_paused', { 'retry-after': new Date(Date.now() + 600_000).toUTCString() }),
    );
    const error = await errorOf(clientOf(server).purchase(line));
    expect(error).toMatchObject({ code: 'sale_paused', retryAfterSeconds: expect.any(Number) });
    expect((error as TidegateProblem).retryAfterSeconds).toBeGreaterThan(500);
  });

  test('are not begun when the wait would outlast the time for the whole call', async () => {
    await using server = await startScriptedServer(problem(503, 'sale_paused', { 'retry-after': '3600' }));
    expect(await errorOf(clientOf(server).purchase(line))).toMatchObject({ retryAfterSeconds: 3600 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('time', () => {
  test('that runs out in a try begins the next one', async () => {
    await using server = await startScriptedServer(hang, reserved);
    expect(await clientOf(server, { timeoutMs: 500 }).purchase(line)).toMatchObject({ order_id: orderId });
    expect(new Set(keysOf(server)).size).toBe(1);
  });

  test('that runs out altogether ends the call, however many retries are left', async () => {
    await using server = await startScriptedServer(hang);
    const client = clientOf(server, { timeoutMs: 100_000, totalTimeoutMs: 200, retries: 1000 });
    expect(await errorOf(client.readTime())).toMatchObject({ code: 'unreachable', cause: { name: 'TimeoutError' } });
  });
});

describe("the caller's signal", () => {
  test('ends a request that is never repeated with its own reason', async () => {
    const caller = new AbortController();
    await using server = await startScriptedServer(() => caller.abort('the page was left'));
    expect(await errorOf(clientOf(server).createSession({}, { signal: caller.signal }))).toBe('the page was left');
  });

  test('ends a request under way with its own reason', async () => {
    const caller = new AbortController();
    await using server = await startScriptedServer(() => caller.abort('the page was left'));
    expect(await errorOf(clientOf(server).purchase(line, { signal: caller.signal }))).toBe('the page was left');
    expect(server.requests).toHaveLength(1);
  });

  test('ends the wait before a retry', async () => {
    const caller = new AbortController();
    await using server = await startScriptedServer((response, request) => {
      problem(503, 'overloaded', { 'retry-after': '20' })(response, request);
      response.once('close', () => setTimeout(() => caller.abort('enough'), 50));
    });
    const startedAt = performance.now();
    expect(await errorOf(clientOf(server).readTime({}, { signal: caller.signal }))).toBe('enough');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('that has aborted already lets nothing out', async () => {
    await using server = await startScriptedServer(reserved);
    const signal = AbortSignal.abort('never mind');
    expect(await errorOf(clientOf(server).purchase(line, { signal }))).toBe('never mind');
    expect(server.requests).toEqual([]);
  });
});
