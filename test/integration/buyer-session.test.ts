import { generateKeyPairSync } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createClient } from '#sdk/client.ts';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { STOREFRONT_HEADER } from '#sdk/contract/session-headers.ts';
import { PlainBrowser } from '../support/plain-browser.ts';
import { TestServer, type TestServerOptions } from '../support/server.ts';

const AUTH_SECRET = 'a secret that the shop and the server share';
const SHOP = 'https://shop.example';
const HOUR_S = 3_600;
const PROXY = { TRUSTED_PROXIES: '127.0.0.1,::1,::ffff:127.0.0.1' };
const ENV = { AUTH_MODE: 'jwt', AUTH_SECRET, LOGIN_URL: `${SHOP}/login`, BRAND_NAME: 'Example Shop', ...PROXY };
const ORDERS = '/api/v1/orders';

/** How far the server's clock is ahead of ours. */
let aheadMs = 0;
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: () => Date.now() + aheadMs, env: ENV });
});
afterAll(() => server.stop());

const nowS = () => Math.floor(Date.now() / 1000);

/** What the shop signs for a buyer. */
function jwt(claims: Record<string, unknown> = {}, key = AUTH_SECRET): string {
  return createSigner({ key, algorithm: 'HS256' })({ sub: 'ann', exp: nowS() + HOUR_S, ...claims });
}

interface Form {
  readonly token?: string;
  readonly return_to?: string;
}

/** As a browser sends the form of a page of `origin`. */
function submit(form: Form, headers: Readonly<Record<string, string>> = { origin: SHOP }, at = server) {
  return fetch(`${at.url}/session`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site', ...headers },
    body: new URLSearchParams({ ...form }),
    redirect: 'manual',
  });
}

const loginLinkIn = (html: string) => /href="(https:[^"]+)"/.exec(html)?.[1]?.replace('&#61;', '=');

const cookiesIn = (headers: Headers) => headers.getSetCookie().map((line) => line.split(';')[0] ?? '');

async function cookieOf(claims: Record<string, unknown> = {}): Promise<string> {
  return cookiesIn((await submit({ token: jwt(claims) })).headers).join('; ');
}

/** As a page of the storefront asks. */
const asPage = (cookie: string) => ({ cookie, [STOREFRONT_HEADER]: '1', 'sec-fetch-site': 'same-origin' });

async function startOther(options: TestServerOptions): Promise<TestServer> {
  const other = await TestServer.start(options);
  onTestFinished(() => other.stop());
  return other;
}

describe("the form of the shop's login page", () => {
  test('leads back to where the buyer was, with a session that no script reads', async () => {
    const { status, headers } = await submit({ token: jwt(), return_to: '/sales/1/queue?x=1' });
    expect(status).toBe(303);
    expect(headers.get('location')).toBe('/sales/1/queue?x=1');
    expect(headers.get('cache-control')).toBe('no-store');
    const [session = '', mark = ''] = headers.getSetCookie();
    for (const attribute of ['tidegate_session=', 'HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=36']) {
      expect(session).toContain(attribute);
    }
    expect(session).not.toContain('Secure');
    expect(mark).toMatch(/^tidegate_buyer=[\w-]{16}; Max-Age=\d+; Path=\/; SameSite=Lax$/);
    expect(await (await submit({ token: jwt() })).text()).toBe('');
  });

  test('behind TLS sets cookies that never leave it, and that no other host can set', async () => {
    const { headers } = await submit({ token: jwt() }, { origin: SHOP, 'x-forwarded-proto': 'https' });
    const [session, mark] = headers.getSetCookie();
    expect(session).toMatch(/^__Host-tidegate_session=.*Secure/);
    expect(mark).toContain('Secure');
    const cookie = cookiesIn(headers).join('; ');
    const from = { ...asPage(cookie), 'x-forwarded-proto': 'https' };
    expect((await server.call(ORDERS, { headers: from })).status).toBe(200);
  });

  test.each([
    ['the token, where it is shorter', HOUR_S, HOUR_S],
    ['a day, where the token is longer', 30 * 24 * HOUR_S, 24 * HOUR_S],
    ['a day, where the token says nothing', undefined, 24 * HOUR_S],
  ])('opens a session that lasts as long as %s', async (_, tokenS, sessionS) => {
    const { headers } = await submit({ token: jwt({ exp: tokenS && nowS() + tokenS }) });
    const maxAge = Number(/Max-Age=(\d+)/.exec(headers.get('set-cookie') ?? '')?.[1]);
    expect(maxAge).toBeGreaterThan(sessionS - 60);
    expect(maxAge).toBeLessThanOrEqual(sessionS);
  });

  test.each([
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/sales\r\nset-cookie: a=b',
    '',
  ])('leads nowhere but here: %j', async (returnTo) => {
    const { status, headers } = await submit({ token: jwt(), return_to: returnTo });
    expect({ status, location: headers.get('location') }).toEqual({ status: 303, location: '/' });
  });

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'https://shop.example.evil.example' }],
    [{ origin: 'http://shop.example' }],
    [{ origin: 'null' }],
    [{}],
  ])('counts from no other site: %j', async (headers: Record<string, string>) => {
    const answer = await submit({ token: jwt(), return_to: '/orders' }, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
    const page = await answer.text();
    expect(page).toContain('This did not come from Example Shop');
    expect(loginLinkIn(page)).toBe('https://shop.example/login?return_to=%2Forders');
  });

  test.each([
    ['signed by somebody else', jwt({}, 'another secret that is long enough'), 'Signing in did not work'],
    ['that is none', 'made-up', 'Signing in did not work'],
    ['that is missing', undefined, 'Signing in did not work'],
    ['without a buyer', jwt({ sub: undefined }), 'Signing in did not work'],
    ['whose time is over', jwt({ exp: nowS() - 5 }), 'Signing in took too long'],
  ])('with a token %s says so, and what to do, and changes nothing', async (_, token, words) => {
    const answer = await submit({ ...(token !== undefined && { token }), return_to: '/orders?a=1&b="><script>' });
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const page = await answer.text();
    expect(page).toContain(words);
    expect(page).toContain('Sign in at Example Shop');
    expect(page).toContain('Nothing is lost');
    expect(page).not.toContain('"><script>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    if (token !== undefined) expect(page + JSON.stringify(server.logged)).not.toContain(token);
  });

  test('is no other body than a form', async () => {
    const headers = { origin: SHOP, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: jwt() }),
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test("while the shop's keys cannot be had blames no token", async () => {
    const { AUTH_SECRET: _, ...env } = ENV;
    const blind = await startOther({ env: { ...env, AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks.json' } });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const token = createSigner({ key: privateKey.export({ type: 'pkcs8', format: 'pem' }), kid: 'shop-1' })({
      sub: 'ann',
    });
    const answer = await submit({ token }, { origin: SHOP }, blind);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('Signing in is not possible at this moment');
  });

  test('without LOGIN_URL signs nobody in, tells the operator at the start, and the buyer what to do', async () => {
    const { LOGIN_URL: _, ...env } = ENV;
    const closed = await startOther({ env });
    expect(JSON.stringify(closed.logged)).toContain('AUTH_MODE=jwt without LOGIN_URL');
    const answer = await submit({ token: jwt() }, { origin: SHOP }, closed);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Signing in on these pages is not set up. Please ask Example Shop.');
  });

  test('is nothing to a shop of guests, nor is its session', async () => {
    const guests = await startOther({});
    expect((await submit({ token: jwt() }, { origin: SHOP }, guests)).status).toBe(404);
    expect((await guests.call(ORDERS, { headers: asPage(await cookieOf()) })).status).toBe(401);
    expect((await guests.call(ORDERS, { token: await guests.guest() })).status).toBe(200);
  });

  test('is counted by what came of it', async () => {
    const { text } = await server.call('/metrics');
    for (const outcome of ['signed_in', 'foreign', 'expired', 'other_site']) {
      expect(text).toMatch(new RegExp(`tidegate_buyer_sign_ins_total\\{outcome="${outcome}"\\} [1-9]`));
    }
  });
});

describe('a session', () => {
  test('buys for its buyer, whose tokens go on working beside it', async () => {
    const { sale_id: saleId } = await server.createSale();
    const cookie = await cookieOf({ sub: 'bea' });
    const path = `/api/v1/flash-sale/${saleId}/purchase`;
    const body = { sku_id: 'A', quantity: 1 };
    const bought = await server.call(path, { body, key: 'one', headers: asPage(cookie) });
    expect(bought.status, bought.text).toBe(200);
    const orderId = bought.json.order_id;
    expect((await server.call(ORDERS, { token: jwt({ sub: 'bea' }) })).json.orders[0].order_id).toBe(orderId);
    expect((await server.call(`${ORDERS}/${orderId}`, { headers: asPage(cookie) })).status).toBe(200);
    expect((await server.call(`${ORDERS}/${orderId}`, { headers: asPage(await cookieOf()) })).status).toBe(404);
    const again = await server.call(path, { body, key: 'one', token: jwt({ sub: 'bea' }) });
    expect(again.json.order_id, 'the same key is the same purchase, whichever way it comes').toBe(orderId);
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { [STOREFRONT_HEADER]: '1', 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { [STOREFRONT_HEADER]: '1', 'sec-fetch-site': 'same-site' }],
    ['another origin', { [STOREFRONT_HEADER]: '1', origin: 'https://evil.example' }],
    ['a form or a link, which can send no header', { 'sec-fetch-site': 'same-origin' }],
  ])('counts for nothing in what comes from %s', async (_, headers) => {
    const { sale_id: saleId } = await server.createSale();
    const cookie = await cookieOf();
    const sent = { headers: { cookie, ...headers } };
    const body = { sku_id: 'A', quantity: 1 };
    const bought = await server.call(`/api/v1/flash-sale/${saleId}/purchase`, { body, key: 'forged', ...sent });
    expect(bought).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect((await server.call(ORDERS, sent)).status).toBe(403);
    const { json } = await server.call(`/api/v1/flash-sale/${saleId}`);
    expect(json.items[0].remaining).toBe(10);
  });

  test('is no token, and opens nothing for operators', async () => {
    const cookie = await cookieOf();
    const value = /tidegate_session=([^;]+)/.exec(cookie)?.[1] ?? '';
    expect((await server.call(ORDERS, { token: value })).status).toBe(401);
    expect((await server.call('/api/v1/admin/switches', { headers: asPage(cookie) })).status).toBe(401);
    expect((await server.call(ORDERS, { headers: asPage(`tidegate_session=${value}x`) })).status).toBe(401);
    expect((await server.call(ORDERS, { headers: asPage(`tidegate_session=${jwt()}`) })).status).toBe(401);
  });

  test('ends with the token that it began with', async () => {
    const cookie = await cookieOf({ exp: nowS() + 60 });
    expect((await server.call(ORDERS, { headers: asPage(cookie) })).status).toBe(200);
    aheadMs += 61_000;
    onTestFinished(() => {
      aheadMs = 0;
    });
    expect(await server.call(ORDERS, { headers: asPage(cookie) })).toMatchObject({
      status: 401,
      json: { code: 'token_expired' },
    });
  });

  test('is left by a form of the own pages alone, which leads back', async () => {
    const end = (headers: Record<string, string>) =>
      fetch(`${server.url}/session/end`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ return_to: '/orders' }),
        redirect: 'manual',
      });
    const foreign = await end({ 'sec-fetch-site': 'cross-site' });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('set-cookie')).toBeNull();
    const own = await end({ 'sec-fetch-site': 'same-origin' });
    expect({ status: own.status, location: own.headers.get('location') }).toEqual({ status: 303, location: '/orders' });
    expect(own.headers.getSetCookie().map((line) => line.split('; ').slice(0, 2))).toEqual([
      ['tidegate_session=', 'Max-Age=0'],
      ['tidegate_buyer=', 'Max-Age=0'],
    ]);
  });

  test('comes along with what the client of the storefront asks for a buyer, and with nothing else', async () => {
    const cookie = await cookieOf();
    const sent: [string, string | null][] = [];
    const asBrowser: typeof fetch = (url, init) => {
      const headers = new Headers(init?.headers);
      sent.push([new URL(String(url)).pathname, headers.get(STOREFRONT_HEADER)]);
      headers.set('cookie', cookie);
      return fetch(url, { ...init, headers });
    };
    const client = createClient({ baseUrl: server.url, fetch: asBrowser, storefront: true });
    expect(await client.listOrders()).toMatchObject({ orders: [] });
    await client.readTime();
    await client.listOrders({}, { token: jwt() });
    expect(sent).toEqual([
      [ORDERS, '1'],
      ['/api/v1/time', null],
      [ORDERS, null],
    ]);
  });
});

describe('the waiting page without scripts', () => {
  /** A place each, in a sale that has not started. */
  async function roomSale(draft: Partial<SaleDraft> = {}): Promise<string> {
    const isoIn = (ms: number) => new Date(Date.now() + ms).toISOString();
    const { sale_id: saleId } = await server.createSale({
      starts_at: isoIn(600_000),
      ends_at: isoIn(HOUR_S * 1000),
      waiting_room: { opens_at: isoIn(-60_000) },
      ...draft,
    });
    await server.app.ports.board.refreshAll();
    return saleId;
  }

  const pageOf = (saleId: string) => `/sales/${saleId}/queue`;
  const browser = () => new PlainBrowser(server.url);
  /** As the browser does that has signed in at the shop. */
  const signIn = (visitor: PlainBrowser, saleId: string, claims: Record<string, unknown> = {}) =>
    visitor.submit(
      '/session',
      { origin: SHOP, 'sec-fetch-site': 'cross-site' },
      {
        token: jwt(claims),
        return_to: pageOf(saleId),
      },
    );

  test('sends whoever is not signed in to the shop, and gives them a place when they are back', async () => {
    const saleId = await roomSale();
    const visitor = browser();
    const before = await visitor.open(pageOf(saleId));
    expect(before.text).toContain('Sign in at Example Shop');
    expect(loginLinkIn(before.html)).toBe(`${SHOP}/login?return_to=${encodeURIComponent(pageOf(saleId))}`);
    expect(before.html).not.toContain('<form');
    expect((await visitor.submit(pageOf(saleId))).text, 'a form of an older page').toContain('Sign in at');

    const back = await signIn(visitor, saleId);
    expect(back.text).toContain('Take a place');
    expect(back.headers.get('cache-control'), 'it is nobody else’s').toBe('private, no-store');
    const joined = await visitor.submit(pageOf(saleId));
    expect(joined.text).toContain('Your place 1');
    expect(joined.html, 'no guest, and no token of one').toContain('"session":null');
  });

  test('keeps the place of a buyer whose session has ended', async () => {
    const saleId = await roomSale();
    const visitor = browser();
    await signIn(visitor, saleId, { exp: nowS() + 60 });
    await visitor.submit(pageOf(saleId));
    aheadMs += 61_000;
    onTestFinished(() => {
      aheadMs = 0;
    });
    expect((await visitor.open(pageOf(saleId))).text).toContain('Your place 1');
  });

  test('forgets whose place it was at the sign-out, and finds it again at the next sign-in', async () => {
    const saleId = await roomSale();
    const visitor = browser();
    await signIn(visitor, saleId);
    await visitor.submit(pageOf(saleId));
    const out = await visitor.submit(`${pageOf(saleId)}/sign-out`);
    expect(out.text).toContain('Sign in at Example Shop');
    expect(out.text).not.toContain('Your place');
    await signIn(visitor, saleId, { sub: 'bob' });
    expect((await visitor.submit(pageOf(saleId))).text).toContain('Your place 2');
    const other = await signIn(visitor, saleId);
    expect(other.text, 'the place of somebody else').toContain('Take a place');
    expect((await visitor.submit(pageOf(saleId))).text).toContain('Your place 1');
  });

  test('obeys the age of the account that the shop has named', async () => {
    const saleId = await roomSale({ anti_bot: { min_account_age_hours: 24 } });
    const [young, old] = [browser(), browser()];
    await signIn(young, saleId, { sub: 'young', account_created_at: new Date().toISOString() });
    expect((await young.submit(pageOf(saleId))).text).toContain('must be at least 24 h old');
    await signIn(old, saleId, { sub: 'old', account_created_at: '2020-01-01' });
    expect((await old.submit(pageOf(saleId))).text).toContain('Your place 1');
  });
});
