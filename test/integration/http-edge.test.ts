import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Operation } from '#sdk/contract/operation.ts';
import { operations } from '#sdk/contract/operations.ts';
import { LedgerUnavailable } from '../../src/database/ledger-unavailable.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type Answer, TestServer } from '../support/server.ts';

/** A store that can be taken away. */
class Outage {
  down: Error | null = null;

  readonly wrap = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => (this.down ? Promise.reject(this.down) : Reflect.apply(value, target, args));
      },
    });
}

const outage = new Outage();
const clock = new ManualClock();
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read, wrapStore: outage.wrap, logLevel: 'debug' });
});
afterAll(() => server.stop());

describe('the correlation id', () => {
  test('of the caller comes back in answers and problems, and stands in the log', async () => {
    const headers = { 'x-correlation-id': 'checkout-4711' };
    expect((await server.call('/api/v1/time', { headers })).headers.get('x-correlation-id')).toBe('checkout-4711');
    const problem = await server.call('/api/v1/flash-sale/x', { headers });
    expect(problem.headers.get('x-correlation-id')).toBe('checkout-4711');
    expect(problem.json.correlation_id).toBe('checkout-4711');
    expect(server.logged.some(({ correlationId }) => correlationId === 'checkout-4711')).toBe(true);
  });

  test('is carried into the order, and from there to the audit log of an operator', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    const headers = { 'x-correlation-id': 'buy-1' };
    await server.purchase(saleId, token, { headers });
    await vi.waitFor(async () => {
      const { json } = await server.operate(`/sales/${saleId}/orders`);
      expect(json.orders[0].correlation_id).toBe('buy-1');
    }, PATIENCE_MS);
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST', headers: { 'x-correlation-id': 'pause-1' } });
    const { json } = await server.operate('/audit-log');
    expect(json.entries[0]).toMatchObject({ action: 'sale_pause', subject: saleId, correlation_id: 'pause-1' });
  });

  test.each([[undefined], [''], ['two words'], ['x'.repeat(101)], ['ümlaut']])(
    'is made where %j is given',
    async (given) => {
      const headers = given === undefined ? {} : { 'x-correlation-id': Buffer.from(given).toString('latin1') };
      const made = (await server.call('/api/v1/time', { headers })).headers.get('x-correlation-id');
      expect(made).toMatch(/^[\w-]{12}-[0-9a-z]+$/);
    },
  );
});

describe('faults', () => {
  test('what matches no route is a problem like any other', async () => {
    const { status, json, headers } = await server.call('/wp-login.php');
    expect({ status, code: json.code }).toEqual({ status: 404, code: 'not_found' });
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  test('a store that cannot answer: 503 with a time to come back, and no word of why', async () => {
    const { sale_id: saleId } = await server.createSale();
    const token = await server.guest();
    outage.down = new StoreUnavailable('disk full at /var/lib/secret');
    const answer = await server.purchase(saleId, token, { key: 'once' });
    outage.down = null;
    expect(answer).toMatchObject({ status: 503, json: { code: 'store_unavailable' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.text).not.toContain('secret');
    expect((await server.purchase(saleId, token, { key: 'once' })).status).toBe(200);
  });

  test('a ledger that cannot answer is told alike', async () => {
    outage.down = new LedgerUnavailable('no route to host');
    const answer = await server.call('/api/v1/time');
    outage.down = null;
    expect(answer).toMatchObject({ status: 503, json: { code: 'store_unavailable' } });
  });

  test('a fault of ours says nothing, and the log says all', async () => {
    outage.down = new TypeError('a secret detail');
    const answer = await server.call('/api/v1/time', { headers: { 'x-correlation-id': 'broken-1' } });
    outage.down = null;
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal', correlation_id: 'broken-1' } });
    expect(answer.text).not.toMatch(/secret|\.ts|TypeError/);
    const logged = server.logged.find(({ level, correlationId }) => level === 'error' && correlationId === 'broken-1');
    expect(JSON.stringify(logged)).toContain('a secret detail');
    expect(JSON.stringify(logged)).toContain('stack');
  });

  test('while the store is down the public still sees the last word', async () => {
    const { sale_id: saleId } = await server.createSale();
    outage.down = new StoreUnavailable('gone');
    const status = await server.call(`/api/v1/flash-sale/${saleId}/status`);
    const list = await server.call('/api/v1/flash-sale');
    outage.down = null;
    expect([status.status, list.status]).toEqual([200, 200]);
  });

  test('no log line holds a token', async () => {
    const token = await server.guest();
    const { sale_id: saleId } = await server.createSale();
    const { reservation_token: reservation } = await server.reserve(saleId, token);
    const lines = JSON.stringify(server.logged);
    expect(lines).not.toContain(token);
    expect(lines).not.toContain(reservation);
    expect(lines).not.toContain('operator-token-of-the-tests');
  });
});

describe('a body that is not there', () => {
  const headers = { 'content-type': 'application/json' };

  test('is fine where none is asked for, whatever the content type says', async () => {
    const { sale_id: saleId } = await server.createSale();
    const paused = await server.operate(`/sales/${saleId}/pause`, { method: 'POST', headers });
    expect(paused).toMatchObject({ status: 200, json: { state: 'paused' } });
  });

  test('is refused where one is asked for', async () => {
    const created = await server.operate('/sales', { method: 'POST', headers });
    expect(created).toMatchObject({ status: 400, json: { code: 'validation_failed' } });
  });
});

describe('rate limits', () => {
  const limited = (env: Readonly<Record<string, string>>) =>
    TestServer.start({ env: { RATE_LIMIT_WINDOW: '1h', ...env } });

  test('by address: a quota that is told, and 429 with the time to come back, whatever headers say', async () => {
    const strict = await limited({ RATE_LIMIT_PER_IP: '3' });
    try {
      const answers: Answer[] = [];
      for (const ip of ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4']) {
        answers.push(await strict.call('/api/v1/time', { headers: { 'x-forwarded-for': ip, 'x-real-ip': ip } }));
      }
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
      expect(answers.every(({ headers }) => headers.get('ratelimit-limit') === '3')).toBe(true);
      const refused = answers[3];
      expect(refused?.json.code).toBe('rate_limited');
      const retryAfter = Number(refused?.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(1_200);
      expect((await strict.call('/nowhere')).status).toBe(429);
      // Probes and scrapers are never refused, and see how many were.
      expect((await strict.call('/health/ready')).status).toBe(200);
      expect((await strict.call('/metrics')).text).toContain('tidegate_rate_limited_total{scope="ip"} 2');
    } finally {
      await strict.stop();
    }
  });

  test('by user: each has a quota of their own, behind the same address', async () => {
    const strict = await limited({ RATE_LIMIT_PER_USER: '2' });
    try {
      const [ann, bob] = [await strict.guest(), await strict.guest()];
      const ask = (token: string) => strict.call('/api/v1/orders', { token });
      expect([(await ask(ann)).status, (await ask(ann)).status, (await ask(ann)).status]).toEqual([200, 200, 429]);
      expect((await ask(bob)).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });

  test('behind a trusted proxy each client counts alone, and nobody can speak for another', async () => {
    const strict = await limited({ RATE_LIMIT_PER_IP: '1', TRUSTED_PROXIES: '127.0.0.1' });
    try {
      const ask = async (forwarded: string) =>
        (await strict.call('/api/v1/time', { headers: { 'x-forwarded-for': forwarded } })).status;
      expect([await ask('203.0.113.1'), await ask('203.0.113.1')]).toEqual([200, 429]);
      expect(await ask('203.0.113.2')).toBe(200);
      expect(await ask('198.51.100.9, 203.0.113.1')).toBe(429);
      expect([await ask('2001:db8::1'), await ask('2001:db8::2')]).toEqual([200, 429]);
    } finally {
      await strict.stop();
    }
  });
});

describe('headers', () => {
  test('every answer says that it is no page and not to be kept', async () => {
    for (const path of ['/api/v1/time', '/nowhere']) {
      const { headers } = await server.call(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('pages of other origins may not read, unless they are named', async () => {
    const origin = 'https://shop.example.com';
    expect(
      (await server.call('/api/v1/time', { headers: { origin } })).headers.get('access-control-allow-origin'),
    ).toBeNull();
    const open = await TestServer.start({ env: { CORS_ORIGINS: origin } });
    try {
      const answer = await open.call('/api/v1/time', { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
      const preflight = await open.call('/api/v1/orders', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
      const stranger = await open.call('/api/v1/time', { headers: { origin: 'https://evil.example.com' } });
      expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await open.stop();
    }
  });
});

describe('health', () => {
  test('a process that is alive and ready says so, with each dependency', async () => {
    expect((await server.call('/health/live')).json).toEqual({ status: 'alive' });
    expect((await server.call('/health/startup')).json).toEqual({ status: 'started' });
    expect((await server.call('/health/ready')).json).toEqual({
      status: 'ready',
      role: 'all',
      checks: { store: 'up', order_log: 'up', ledger: 'up', payment: 'up' },
      breakers: { payment: 'closed' },
    });
  });

  test('readiness: not ready while its store is down, alive all the same, and ready again after', async () => {
    outage.down = new StoreUnavailable('gone');
    await vi.waitFor(
      async () =>
        expect(await server.call('/health/ready')).toMatchObject({
          status: 503,
          json: { status: 'not_ready', checks: { store: 'down' } },
        }),
      { timeout: 10_000 },
    );
    expect((await server.call('/health/live')).status).toBe(200);
    outage.down = null;
    await vi.waitFor(async () => expect((await server.call('/health/ready')).status).toBe(200), { timeout: 10_000 });
  });

  test('readiness: 503 with its database down', async () => {
    const broken = await TestServer.start();
    await broken.app.ports.ledger.close();
    const { status, json } = await broken.call('/health/ready');
    expect({ status, ledger: json.checks.ledger }).toEqual({ status: 503, ledger: 'down' });
    await broken.stop();
  });

  test('the time is the clock of the store', async () => {
    expect((await server.call('/api/v1/time')).json.now).toBe(new Date(clock.read()).toISOString());
  });

  test('the build says what it is', async () => {
    const env = { APP_VERSION: '1.2.3', COLOR: 'green', GIT_COMMIT: 'abc', BUILD_TIME: '2030-01-01T00:00:00Z' };
    const green = await TestServer.start({ env });
    try {
      expect((await green.call('/api/v1/build-info')).json).toEqual({
        version: '1.2.3',
        color: 'green',
        commit: 'abc',
        build_time: '2030-01-01T00:00:00Z',
      });
      expect((await green.call('/metrics')).text).toContain(
        'tidegate_build_info{version="1.2.3",color="green",commit="abc"} 1',
      );
    } finally {
      await green.stop();
    }
  });
});

describe('metrics', () => {
  test('time requests by the pattern of their route, never by path', async () => {
    const { sale_id: saleId } = await server.createSale();
    await server.call(`/api/v1/flash-sale/${saleId}`);
    await server.call('/somewhere/else');
    const { text } = await server.call('/metrics');
    const count = (labels: string) => text.includes(`tidegate_http_request_duration_seconds_count{${labels}} `);
    expect(count('route="/api/v1/flash-sale/:sale_id",method="GET",status="200"')).toBe(true);
    expect(count('route="unmatched",method="GET",status="404"')).toBe(true);
    expect(text).not.toMatch(new RegExp(`route="[^"]*(${saleId}|somewhere)`));
  });

  test('the breaker is shown before it has ever changed', async () => {
    expect((await server.call('/metrics')).text).toContain('tidegate_circuit_breaker_state{dependency="payment"} 0');
  });

  test('what stands is measured when it is asked for', async () => {
    const { text } = await server.call('/metrics');
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('tidegate_event_loop_delay_seconds')).toBeGreaterThan(0);
    expect(value('tidegate_outbox_events')).toBeGreaterThanOrEqual(0);
    expect(value('tidegate_order_log_lag_events')).toBeGreaterThanOrEqual(0);
  });
});

describe('documentation', () => {
  test('describes every operation, with who may call it and each way to fail', async () => {
    const { json } = await server.call('/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    for (const operation of Object.values(operations) as Operation[]) {
      const path = operation.path.replace(/:(\w+)/g, '{$1}');
      const documented = json.paths[path]?.[operation.method.toLowerCase()];
      expect(documented?.operationId).toBe(operation.id);
      expect(documented.security ?? []).toHaveLength(
        { none: 0, user: 2, user_or_reservation: 3, queue: 1, admission_or_user: 3, operator: 2, viewer: 3 }[
          operation.auth
        ],
      );
      const codes = JSON.stringify(
        Object.values(documented.responses).map((response) => (response as { description: string }).description),
      );
      for (const problem of operation.problems) expect(codes).toContain(`\`${problem}\``);
    }
  });

  test('shows each problem as it is answered', async () => {
    const { json } = await server.call('/openapi.json');
    const answer = json.paths['/api/v1/flash-sale/{sale_id}/admission'].post.responses[409];
    const { examples } = answer.content['application/problem+json'];
    expect(examples.not_your_turn).toEqual({ $ref: '#/components/examples/not_your_turn' });
    expect(json.components.examples.not_your_turn.value).toMatchObject({ status: 409, title: 'Not your turn' });
  });

  test('has pages that load nothing from elsewhere, under a policy without inline scripts', async () => {
    const page = await server.call('/docs/');
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await server.call(new URL(String(asset), `${server.url}/docs/`).pathname)).status).toBe(200);
    }
  });
});

test('a connection that sent no request is answered and closed, though its other side stays open', async () => {
  const accepted = once(server.app.server.server, 'connection');
  const client = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void client.destroy());
  client.write('no request\r\n\r\n');
  const [connection] = await accepted;
  await vi.waitFor(() => expect(connection.destroyed).toBe(true), { timeout: 10_000 });
  const [answer] = await once(client, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
});

test('under load lists are refused first, and buying goes on', async () => {
  const busy = await TestServer.start();
  try {
    const { sale_id: saleId } = await busy.createSale();
    const token = await busy.guest();
    for (const until = performance.now() + 1_500; performance.now() < until; ) {
      blockEventLoop(200);
      await new Promise(setImmediate);
    }
    const answers = await Promise.all([
      busy.call('/api/v1/flash-sale'),
      busy.call(`/api/v1/flash-sale/${saleId}/status`),
      busy.purchase(saleId, token),
      busy.call('/health/ready'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 200, 200]);
    expect(answers[0]).toMatchObject({ json: { code: 'overloaded' } });
    await vi.waitFor(async () => expect((await busy.call('/api/v1/flash-sale')).status).toBe(200), { timeout: 20_000 });
  } finally {
    await busy.stop();
  }
});

function blockEventLoop(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

test('stopping answers what is under way, and lets quiet connections go', async () => {
  const stopping = await TestServer.start({ payWaitMs: 400 });
  const { sale_id: saleId } = await stopping.createSale();
  const { order_id: orderId, reservation_token: token } = await stopping.reserve(saleId, await stopping.guest());
  const quiet = connect(Number(new URL(stopping.url).port), '127.0.0.1');
  quiet.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(quiet, 'data');
  const paying = stopping.pay(orderId, token, 'pm_pending');
  await sleep(100);
  const closed = once(quiet, 'close');
  const stopped = stopping.stop();
  expect((await paying).status).toBe(202);
  await Promise.all([stopped, closed]);
});
