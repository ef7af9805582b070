import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, TidegateProblem } from '#sdk/client.ts';
import { CONSOLE_HEADER } from '#sdk/contract/session-headers.ts';
import { readConfig } from '../../src/config/config.ts';
import { AdminSessions } from '../../src/http/admin-sessions.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { ManualClock } from '../support/clock.ts';
import { type Call, OPERATOR_TOKEN, saleDraft, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const SESSION = '/api/v1/admin/session';
const SWITCHES = '/api/v1/admin/switches';
const MINUTE_MS = 60_000;
const KEYS = 'new:a-secret-of-at-least-thirty-two-characters,old:another-secret-of-more-than-thirty-two';

const clock = new ManualClock();
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({
    clock: clock.read,
    env: { TOKEN_KEYS: KEYS, TRUSTED_PROXIES: '127.0.0.1,::1,::ffff:127.0.0.1' },
  });
});
afterAll(() => server.stop());

const signIn = (token: string, headers: Call['headers'] = {}) => server.call(SESSION, { body: { token }, headers });

const cookieIn = (headers: Headers) => headers.get('set-cookie')?.split(';')[0] ?? '';

async function sessionOf(token: string): Promise<string> {
  return cookieIn((await signIn(token)).headers);
}

/** As a page of the console asks. */
function ask(cookie: string, path: string, call: Call & { readonly use?: 'active' | 'idle' } = {}) {
  const { use = 'active', headers, ...rest } = call;
  return server.call(path, {
    ...rest,
    headers: { cookie, [CONSOLE_HEADER]: use, 'sec-fetch-site': 'same-origin', ...headers },
  });
}

describe('signing in', () => {
  test('takes a token once, and hands out a cookie that no script reads and no other site sends', async () => {
    const { status, json, headers } = await signIn(OPERATOR_TOKEN);
    expect(status).toBe(201);
    expect(json).toEqual({ role: 'operator', expires_at: new Date(clock.read() + 30 * MINUTE_MS).toISOString() });
    const attributes = headers.get('set-cookie') ?? '';
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/api/v1/admin', 'Max-Age=1800']) {
      expect(attributes).toContain(attribute);
    }
    expect(attributes).not.toContain(OPERATOR_TOKEN);
    expect((await ask(cookieIn(headers), SESSION)).json).toEqual(json);
  });

  test('behind a proxy that ends TLS, the cookie never leaves it', async () => {
    const { headers } = await signIn(OPERATOR_TOKEN, { 'x-forwarded-proto': 'https' });
    expect(headers.get('set-cookie')).toContain('Secure');
  });

  test("with a token that is nobody's is refused, and both are in the audit log", async () => {
    const refused = await signIn('made-up');
    expect(refused).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(refused.headers.get('set-cookie')).toBeNull();
    await signIn(VIEWER_TOKEN);
    const { json } = await server.operate('/audit-log?limit=2');
    expect(json.entries).toMatchObject([
      { actor: 'viewer', action: 'signed_in', subject: 'console' },
      { actor: 'unknown', action: 'sign_in_refused', subject: 'console' },
    ]);
    expect(JSON.stringify([json, server.logged])).not.toContain('made-up');
  });

  test('is counted, and whoever goes on guessing has to wait', async () => {
    const from = { 'x-forwarded-for': '203.0.113.9' };
    const answers = [];
    for (let guess = 0; guess < 31; guess += 1) answers.push(await signIn(`guess-${guess}`, from));
    expect(answers.at(0)?.status).toBe(401);
    expect(answers.at(-1)).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(OPERATOR_TOKEN)).status, 'from another address').toBe(201);
    expect((await server.call('/metrics')).text).toMatch(/tidegate_sign_ins_total\{outcome="refused"\} 3[01]/);
  });

  test.each([{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])(
    'from the page of another site is refused: %j',
    async (headers) => {
      expect(await signIn(OPERATOR_TOKEN, headers)).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    },
  );
});

describe('a session', () => {
  test('of an operator changes what a token would, in their name', async () => {
    const cookie = await sessionOf(OPERATOR_TOKEN);
    const { status } = await ask(cookie, '/api/v1/admin/sales', { body: saleDraft() });
    expect(status).toBe(201);
    const { json } = await ask(cookie, '/api/v1/admin/audit-log?limit=1');
    expect(json.entries[0]).toMatchObject({ actor: 'operator', action: 'sale_created' });
  });

  test('of a viewer looks, and changes nothing', async () => {
    const cookie = await sessionOf(VIEWER_TOKEN);
    expect((await ask(cookie, SWITCHES)).status).toBe(200);
    const change = await ask(cookie, SWITCHES, { method: 'PATCH', body: { joins: false } });
    expect(change).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect((await server.operate('/switches')).json.joins).toBe(true);
  });

  test.each([
    [{ origin: 'https://evil.example', 'sec-fetch-site': undefined }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ [CONSOLE_HEADER]: undefined }],
  ])('counts for nothing in what another site sends: %j', async (forged) => {
    const cookie = await sessionOf(OPERATOR_TOKEN);
    const headers = { cookie, [CONSOLE_HEADER]: 'active', 'sec-fetch-site': 'same-origin', ...forged };
    const sent = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1]));
    const answer = await server.call(SWITCHES, { method: 'PATCH', body: { joins: false }, headers: sent });
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect((await server.operate('/switches')).json.joins).toBe(true);
  });

  test('of the own origin counts where browsers say nothing else', async () => {
    const cookie = await sessionOf(OPERATOR_TOKEN);
    const headers = { cookie, [CONSOLE_HEADER]: 'active', origin: server.url };
    expect((await server.call(SWITCHES, { method: 'PATCH', body: { joins: true }, headers })).status).toBe(200);
  });

  test('slides while somebody uses it, and not while the page asks by itself', async () => {
    const first = await sessionOf(VIEWER_TOKEN);
    clock.advance(20 * MINUTE_MS);
    const idle = await ask(first, SWITCHES, { use: 'idle' });
    expect(idle.headers.get('set-cookie')).toBeNull();
    const active = await ask(first, SESSION);
    expect(active.json.expires_at).toBe(new Date(clock.read() + 30 * MINUTE_MS).toISOString());
    const second = cookieIn(active.headers);
    clock.advance(20 * MINUTE_MS);
    expect(await ask(first, SWITCHES)).toMatchObject({ status: 401, json: { code: 'token_expired' } });
    expect((await ask(second, SWITCHES)).status).toBe(200);
  });

  test('ends twelve hours after the sign-in, however busy it is', async () => {
    let cookie = await sessionOf(VIEWER_TOKEN);
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.advance(20 * MINUTE_MS);
      cookie = cookieIn((await ask(cookie, SESSION)).headers);
    }
    expect((await ask(cookie, SESSION)).status).toBe(200);
    clock.advance(20 * MINUTE_MS);
    expect((await ask(cookie, SESSION)).status).toBe(401);
  });

  test.each([
    ['an older key that verifies', 'old:another-secret-of-more-than-thirty-two', OPERATOR_TOKEN, 200],
    ['a key that is not ours', 'old:a-key-that-no-gateway-here-has-ever-seen', OPERATOR_TOKEN, 401],
    ['our key, for a token that was changed since', KEYS, 'the-token-before-it-was-changed', 401],
  ])('signed with %s', async (_, keys, operator, status) => {
    const elsewhere = new AdminSessions({
      tokens: new TokenSigner(readConfig({ TOKEN_KEYS: keys }).tokens.keys ?? []),
      adminTokens: { operator, viewer: null },
      clock: clock.read,
    });
    const cookie = elsewhere.cookieOf(elsewhere.begin('operator'), { protocol: 'http' }).split(';')[0] ?? '';
    expect((await ask(cookie, SWITCHES)).status).toBe(status);
    expect((await ask(`${cookie}x`, SWITCHES)).status, 'tampered with').toBe(401);
  });

  test('opens nothing that asks for a buyer', async () => {
    const cookie = await sessionOf(OPERATOR_TOKEN);
    expect((await ask(cookie, '/api/v1/orders')).status).toBe(401);
    const value = cookie.slice(cookie.indexOf('=') + 1);
    expect((await server.call('/api/v1/orders', { token: value })).status).toBe(401);
    expect((await server.call(SWITCHES, { token: value })).status).toBe(401);
  });

  test('ends at the sign-out, which is written down', async () => {
    const cookie = await sessionOf(VIEWER_TOKEN);
    const { status, headers } = await ask(cookie, SESSION, { method: 'DELETE' });
    expect(status).toBe(204);
    expect(headers.get('set-cookie')).toMatch(/^tidegate_admin=;.*Max-Age=0/);
    const { json } = await server.operate('/audit-log?limit=1');
    expect(json.entries[0]).toMatchObject({ actor: 'viewer', action: 'signed_out' });
  });
});

test('the client of the console says with every call how it came to be', async () => {
  const cookie = await sessionOf(VIEWER_TOKEN);
  const uses: (string | null)[] = [];
  const asBrowser: typeof fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    uses.push(headers.get(CONSOLE_HEADER));
    headers.set('cookie', cookie);
    return fetch(url, { ...init, headers });
  };
  const client = createClient({ baseUrl: server.url, fetch: asBrowser, console: () => 'idle' });
  expect(await client.readAdminSession()).toMatchObject({ role: 'viewer' });
  const refused = client.changeSwitches({ joins: false }, { console: 'active' });
  await expect(refused).rejects.toThrow(TidegateProblem);
  expect(uses).toEqual(['idle', 'active']);
});
