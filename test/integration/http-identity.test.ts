import { generateKeyPairSync } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '#sdk/contract/operation.ts';
import { operations } from '#sdk/contract/operations.ts';
import { ManualClock } from '../support/clock.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';
import { OPERATOR_TOKEN, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const AUTH_SECRET = 'a secret that the shop and the server share';
const DAY_MS = 24 * 3_600_000;
const SOME_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

function operationsAsking(...auths: readonly Operation['auth'][]): Operation[] {
  return Object.values(operations as Readonly<Record<string, Operation>>).filter(({ auth }) => auths.includes(auth));
}

function callTo(server: TestServer, { method, path, body, idempotencyKey }: Operation, token?: string) {
  return server.call(path.replace(/:\w+/g, SOME_ID), {
    method,
    ...(body && { body: {} }),
    ...(token && { token }),
    ...(idempotencyKey && { key: 'key' }),
  });
}

describe('guests', () => {
  const clock = new ManualClock();
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ clock: clock.read });
  });
  afterAll(() => server.stop());

  test('become somebody of their own', async () => {
    const sessions = await Promise.all([1, 2].map(() => server.call('/api/v1/session', { method: 'POST' })));
    expect(sessions.map(({ status }) => status)).toEqual([201, 201]);
    const [first, second] = sessions.map(({ json }) => json);
    expect(first.user_id).toMatch(/^guest-[0-9a-f-]{36}$/);
    expect(second.user_id).not.toBe(first.user_id);
    expect(Date.parse(first.expires_at)).toBeGreaterThan(clock.read());
    expect((await server.call('/api/v1/orders', { token: first.token })).status).toBe(200);
  });

  test.each(operationsAsking('user', 'user_or_reservation', 'operator', 'viewer'))(
    '$id asks who is there',
    async (operation) => {
      const [nobody, stranger] = [await callTo(server, operation), await callTo(server, operation, 'made-up')];
      for (const { status, json, headers } of [nobody, stranger]) {
        expect({ status, code: json.code }).toEqual({ status: 401, code: 'unauthenticated' });
        expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    },
  );

  test.each(operationsAsking('operator', 'viewer'))('$id is not for buyers', async (operation) => {
    const { status } = await callTo(server, operation, await server.guest());
    expect(status).toBe(401);
  });

  test.each(operationsAsking('operator'))('$id is not for viewers', async (operation) => {
    const { status, json } = await callTo(server, operation, VIEWER_TOKEN);
    expect({ status, code: json.code }).toEqual({ status: 403, code: 'forbidden' });
  });

  test.each(operationsAsking('viewer'))('$id is for viewers and operators', async (operation) => {
    for (const token of [VIEWER_TOKEN, OPERATOR_TOKEN]) {
      expect([401, 403]).not.toContain((await callTo(server, operation, token)).status);
    }
  });

  test("an operator's token makes nobody a buyer", async () => {
    expect((await server.call('/api/v1/orders', { token: OPERATOR_TOKEN })).status).toBe(401);
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', `Token ${OPERATOR_TOKEN}`, `Bearer ${OPERATOR_TOKEN} x`])(
    'the header %j is no bearer token',
    async (authorization) => {
      expect((await server.call('/api/v1/admin/sales', { headers: { authorization } })).status).toBe(401);
    },
  );

  test('a token that was good once is told so', async () => {
    const token = await server.guest();
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: reservation } = await server.reserve(saleId, token);
    clock.advance(91 * DAY_MS);
    for (const expired of [token, reservation]) {
      const { status, json, headers } = await server.call(`/api/v1/orders/${orderId}`, { token: expired });
      expect({ status, code: json.code }).toEqual({ status: 401, code: 'token_expired' });
      expect(headers.get('www-authenticate')).toContain('invalid_token');
    }
  });

  test('a token of one server says nothing to another', async () => {
    const other = await TestServer.start({ env: { TOKEN_KEYS: `k1:${'x'.repeat(32)}` } });
    try {
      expect((await other.call('/api/v1/orders', { token: await server.guest() })).status).toBe(401);
      expect((await server.call('/api/v1/orders', { token: await other.guest() })).status).toBe(401);
    } finally {
      await other.stop();
    }
  });
});

describe("the shop's tokens by a shared secret", () => {
  let server: TestServer;
  const sign = (claims: Record<string, unknown>, key = AUTH_SECRET) =>
    createSigner({ key, algorithm: 'HS256' })(claims);

  beforeAll(async () => {
    server = await TestServer.start({ env: { AUTH_MODE: 'jwt', AUTH_SECRET } });
  });
  afterAll(() => server.stop());

  const readWith = (token: string) => server.call('/api/v1/orders', { token });

  test('the subject is the buyer', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId } = await server.reserve(saleId, sign({ sub: 'ann' }));
    expect((await readWith(sign({ sub: 'ann' }))).json.orders[0].order_id).toBe(orderId);
    expect((await readWith(sign({ sub: 'bob' }))).json.orders).toEqual([]);
    expect((await server.call(`/api/v1/orders/${orderId}`, { token: sign({ sub: 'bob' }) })).status).toBe(404);
  });

  test('the reservation token works beside them', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { order_id: orderId, reservation_token: token } = await server.reserve(saleId, sign({ sub: 'ann' }));
    expect((await server.call(`/api/v1/orders/${orderId}`, { token })).status).toBe(200);
  });

  test('forged, unsigned, nameless and oddly named ones are refused', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"ann"}').toString('base64url')}.`;
    const refused = [
      sign({ sub: 'ann' }, 'another secret that is long enough'),
      none,
      sign({}),
      sign({ sub: '' }),
      sign({ sub: 'has space' }),
      sign({ sub: 'x'.repeat(101) }),
      sign({ sub: 'ann', nbf: seconds + 3_600 }),
      createSigner({ key: AUTH_SECRET, algorithm: 'HS512' })({ sub: 'ann' }),
    ];
    for (const token of refused) expect((await readWith(token)).json.code).toBe('unauthenticated');
    expect((await readWith(sign({ sub: 'ann', exp: seconds - 1 }))).json.code).toBe('token_expired');
  });

  test('there are no guests', async () => {
    expect((await server.call('/api/v1/session', { method: 'POST' })).json.code).toBe('not_found');
  });
});

describe("the shop's tokens by its key set", () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let keys: HttpListener;
  let server: TestServer;

  const sign = (claims: Record<string, unknown>, exp: string | number = '1h', kid = 'shop-1') =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).setExpirationTime(exp).sign(privateKey);

  beforeAll(async () => {
    const jwk = { ...(await exportJWK(publicKey)), kid: 'shop-1', alg: 'ES256', use: 'sig' };
    keys = await startHttpListener((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
    });
    server = await TestServer.start({ env: { AUTH_MODE: 'jwt', AUTH_JWKS_URL: `${keys.url}/jwks.json` } });
  });
  afterAll(async () => {
    await server.stop();
    await keys.close();
  });

  const readWith = (token: string) => server.call('/api/v1/orders', { token });

  test('the subject is the buyer, and the keys are fetched once for many', async () => {
    const token = await sign({ sub: 'ann' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => readWith(token)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(keys.requests).toHaveLength(1);
  });

  test('an expired one, one of another key, and one signed with the public key are refused', async () => {
    expect((await readWith(await sign({ sub: 'ann' }, Math.floor(Date.now() / 1000) - 10))).json.code).toBe(
      'token_expired',
    );
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const forged = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'ES256', kid: 'shop-1' }).sign(other);
    expect((await readWith(forged)).json.code).toBe('unauthenticated');
    const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
    const confused = createSigner({ key: Buffer.from(publicPem).toString('base64'), algorithm: 'HS256' })({
      sub: 'ann',
    });
    expect((await readWith(confused)).json.code).toBe('unauthenticated');
    expect((await readWith('made-up')).json.code).toBe('unauthenticated');
  });

  test('while the keys cannot be had nobody is told that their token is bad', async () => {
    const blind = await TestServer.start({ env: { AUTH_MODE: 'jwt', AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks.json' } });
    try {
      const { status, json, headers } = await blind.call('/api/v1/orders', { token: await sign({ sub: 'ann' }) });
      expect({ status, code: json.code }).toEqual({ status: 503, code: 'overloaded' });
      expect(headers.get('retry-after')).not.toBeNull();
    } finally {
      await blind.stop();
    }
  });
});
