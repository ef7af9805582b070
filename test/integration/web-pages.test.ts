import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../src/config/env.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { startHttpListener } from '../support/http-listener.ts';
import { saleItem, TestServer } from '../support/server.ts';

const clock = new ManualClock();
const MINUTE_MS = 60_000;
const VISITOR = { accept: 'text/html,application/xhtml+xml' };
let storeCalls = 0;
let server: TestServer;

/** Counts every call; nothing else is different. */
function counting(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        storeCalls += 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
}

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read, wrapStore: counting, env: { RATE_LIMIT_PER_IP: '5000' } });
});
afterAll(() => server.stop());

const isoIn = (ms: number) => new Date(clock.read() + ms).toISOString();
const visit = (path: string, headers = {}) => server.call(path, { headers: { ...VISITOR, ...headers } });

describe('the page of a sale', () => {
  it('costs the store nothing, however many look at it', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { board } = server.app.ports;
    await board.stop();
    const before = storeCalls;
    for (let batch = 0; batch < 20; batch++) {
      const views = await Promise.all(Array.from({ length: 50 }, () => visit(`/sales/${saleId}`)));
      expect(views.every(({ status }) => status === 200)).toBe(true);
    }
    const calls = storeCalls - before;
    await board.start();
    // The processor sweeps meanwhile: a few calls a second, however many look.
    expect(calls).toBeLessThan(200);
  });

  it('shows name, products and prices before any script has run, the same to everybody', async () => {
    const { sale_id: saleId } = await server.createSale({ name: 'Winter & <b>more</b>' });
    const [first, second] = [await visit(`/sales/${saleId}`), await visit(`/sales/${saleId}`)];
    expect(first.text).toContain('Winter &amp; &lt;b&gt;more');
    expect(first.text).not.toContain('<b>more');
    expect(first.text).toContain('Item A');
    expect(first.text).toContain('€49.99');
    expect(second.text).toBe(first.text);
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(first.headers.get('ratelimit-limit')).toBeNull();
  });

  it('asks for no script and no style before it has been painted', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { text, headers } = await visit(`/sales/${saleId}`);
    expect(text).not.toMatch(/<script[^>]* src=|<link[^>]* rel="(modulepreload|stylesheet)"/);
    const loader = /<script>([^<]*import\("\/assets\/[^<]*)<\/script>/.exec(text)?.[1] ?? '';
    expect(loader).toContain('requestAnimationFrame');
    expect(headers.get('content-security-policy')).toContain(`'sha256-${hash('sha256', loader, 'base64')}'`);
  });

  it('is kept by shared caches, not sent again to who has it, and compressed', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { headers } = await visit(`/sales/${saleId}`, { 'accept-encoding': 'br' });
    expect(headers.get('cache-control')).toBe('public, max-age=0, s-maxage=60, stale-while-revalidate=600');
    expect(headers.get('content-encoding')).toBe('br');
    expect(headers.get('vary')).toContain('accept-encoding');
    const again = await visit(`/sales/${saleId}`, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it('names no item before the reveal, and then all of them under another revision', async () => {
    const { sale_id: saleId } = await server.createSale({
      starts_at: isoIn(20 * MINUTE_MS),
      reveal_at: isoIn(10 * MINUTE_MS),
      items: [{ ...saleItem('SECRET-SKU'), image_url: '/images/secret-picture.svg', description: 'secret words' }],
    });
    const revision = async () => (await server.call(`/api/v1/flash-sale/${saleId}/status`)).json.revision;
    const before = await revision();
    const hidden = await visit(`/sales/${saleId}`);
    for (const secret of ['SECRET-SKU', 'Item SECRET', 'secret-picture', 'secret words', '49.99']) {
      expect(hidden.text).not.toContain(secret);
    }
    clock.advance(10 * MINUTE_MS);
    await server.app.ports.board.refresh();
    const revealed = await visit(`/sales/${saleId}`);
    expect(revealed.text).toContain('SECRET-SKU');
    expect(revealed.headers.get('etag')).not.toBe(hidden.headers.get('etag'));
    expect(await revision()).not.toBe(before);
  });

  it('stays the same while units are sold', async () => {
    const { sale_id: saleId } = await server.createSale();
    const before = await visit(`/sales/${saleId}`);
    await server.reserve(saleId, await server.guest());
    await server.app.ports.board.refresh();
    expect((await visit(`/sales/${saleId}`)).headers.get('etag')).toBe(before.headers.get('etag'));
  });

  it('is another one as soon as the sale has been edited', async () => {
    const { sale_id: saleId } = await server.createSale({ starts_at: isoIn(30 * MINUTE_MS) });
    await server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { name: 'Named anew' } });
    expect((await visit(`/sales/${saleId}`)).text).toContain('Named anew');
  });
});

describe('pages and files', () => {
  it('let in no script and no style but their own', async () => {
    const { headers } = await visit('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('keep files for ever under names that change with their content, compressed ahead', async () => {
    const script = /src="(\/assets\/[^"]+\.js)"/.exec((await visit('/')).text)?.[1] ?? '';
    const { status, headers } = await server.call(script, { headers: { 'accept-encoding': 'br' } });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-encoding')).toBe('br');
    expect(headers.get('ratelimit-limit')).toBeNull();
  });

  it.each([
    ['/nothing', 'Flash sales'],
    ['/sales/0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70', 'Flash sales'],
    ['/sales/nonsense', 'Flash sales'],
    ['/admin/nothing', 'Operations'],
  ])('show a page with status 404 to a visitor of %s, which is one of “%s”', async (path, application) => {
    const { status, headers, text } = await visit(path);
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 404, type: 'text/html; charset=utf-8' });
    expect(/<title>([^<]*)/.exec(text)?.[1]).toContain(application);
  });

  it.each([
    ['/api/v1/nothing', VISITOR],
    ['/assets/nothing.js', {}],
    ['/nothing', {}],
  ])('answer a program that asks for %s with a problem document', async (path, headers) => {
    const answer = await server.call(path, { headers });
    expect(answer.json).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('the content delivery network', () => {
  const CDN = { CDN_PURGE_TOKEN: 'token-of-the-network', PUBLIC_URL: 'https://shop.example', RETRY_BASE: '1ms' };

  async function behindNetwork(statuses: readonly number[]) {
    let calls = 0;
    const network = await startHttpListener((_request, response) => {
      response.writeHead(statuses[Math.min(calls++, statuses.length - 1)] ?? 500).end();
    });
    onTestFinished(() => network.close());
    const shop = await TestServer.start({ env: { ...CDN, CDN_PURGE_URL: `${network.url}/purge?url={url}` } });
    onTestFinished(() => shop.stop());
    return { network, shop };
  }

  const checkNamed = (json: { checks: { name: string }[] }, name: string) =>
    json.checks.find((check) => check.name === name);

  test('keeps pages for ever, and is told of those that are published and prewarmed', async () => {
    const { network, shop } = await behindNetwork([200]);
    const { sale_id: saleId } = await shop.createSale({ starts_at: '2039-01-01T00:00:00Z' });
    await expect.poll(() => network.requests.length).toBe(1);
    const page = await shop.call(`/sales/${saleId}`, { headers: VISITOR });
    expect(page.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=31536000');
    const { json } = await shop.operate(`/sales/${saleId}/prewarm`, { method: 'POST' });
    expect(json.ready).toBe(true);
    expect(checkNamed(json, 'page_rendered')).toMatchObject({ ok: true, advisory: true });
    expect(checkNamed(json, 'page_purged')).toMatchObject({ ok: true, advisory: true });
    const address = `https://shop.example/sales/${saleId}`;
    expect(network.requests).toHaveLength(2);
    expect(network.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: `/purge?url=${encodeURIComponent(address)}`,
      headers: { authorization: 'Bearer token-of-the-network' },
      body: JSON.stringify({ files: [address] }),
    });
  });

  test('keeps the page of a secret for a minute: of its reveal nobody tells the network', async () => {
    const { shop } = await behindNetwork([200]);
    const reveal = { starts_at: '2039-01-01T00:00:00Z', reveal_at: '2038-12-31T00:00:00Z' };
    const { sale_id: saleId } = await shop.createSale(reveal);
    const page = await shop.call(`/sales/${saleId}`, { headers: VISITOR });
    expect(page.headers.get('cache-control')).toContain('s-maxage=60,');
  });

  test('is told of a sale that was deleted', async () => {
    const { network, shop } = await behindNetwork([200]);
    const { sale_id: saleId } = await shop.createSale({ starts_at: '2039-01-01T00:00:00Z' });
    await expect.poll(() => network.requests.length).toBe(1);
    expect((await shop.operate(`/sales/${saleId}`, { method: 'DELETE' })).status).toBe(204);
    await expect.poll(() => network.requests.length).toBe(2);
    expect(network.requests.at(-1)?.body).toContain(`/sales/${saleId}`);
  });

  test('is asked again when it stumbles', async () => {
    const { network, shop } = await behindNetwork([200, 503, 200]);
    const { sale_id: saleId } = await shop.createSale();
    await expect.poll(() => network.requests.length).toBe(1);
    const { json } = await shop.operate(`/sales/${saleId}/prewarm`, { method: 'POST' });
    expect(checkNamed(json, 'page_purged')).toMatchObject({ ok: true });
    expect(network.requests).toHaveLength(3);
  });

  test('may fail: that is seen, and the sale is as ready as before', async () => {
    const { shop } = await behindNetwork([500]);
    const { sale_id: saleId } = await shop.createSale({ starts_at: '2039-01-01T00:00:00Z' });
    const { status, json } = await shop.operate(`/sales/${saleId}/prewarm`, { method: 'POST' });
    expect({ status, ready: json.ready }).toEqual({ status: 200, ready: true });
    expect(checkNamed(json, 'page_purged')).toMatchObject({ ok: false, advisory: true });
    const metrics = (await shop.call('/metrics')).text;
    expect(metrics).toContain('tidegate_page_purges_total{outcome="failed"} 2');
    expect(metrics).toMatch(/tidegate_circuit_breaker_state\{dependency="cdn"\} \d/);
    expect(shop.logged).toContainEqual(expect.objectContaining({ path: `/sales/${saleId}`, level: 'error' }));
  });
});

describe('branding', () => {
  it('puts name, links and colour on every page, readable in both themes', async () => {
    const shop = await TestServer.start({
      env: { BRAND_NAME: 'Shop & Co', BRAND_COLOR: '#7a1fa2', LEGAL_LINKS: 'Imprint=/imprint' },
    });
    onTestFinished(() => shop.stop());
    const { text, headers } = await shop.call('/', { headers: VISITOR });
    expect(text).toContain('<title>Flash sales · Shop &#38; Co</title>');
    expect(text).toContain('"legal_links":[{"label":"Imprint","url":"/imprint"}]');
    expect(text).toContain(':root{--brand-accent:#7a1fa2;--brand-accent-ink:#ffffff}');
    expect(headers.get('content-security-policy')).toMatch(/style-src 'self' 'sha256-/);
  });

  it.each([
    [{ BRAND_COLOR: '#ffee00' }, 'BRAND_COLOR'],
    [{ BRAND_COLOR: 'red' }, 'BRAND_COLOR'],
    [{ BRAND_LOGO_URL: 'javascript:alert(1)' }, 'BRAND_LOGO_URL'],
    [{ LEGAL_LINKS: 'Imprint' }, 'LEGAL_LINKS'],
    [{ IMAGE_ORIGINS: "https://a.example;script-src 'unsafe-inline'" }, 'IMAGE_ORIGINS'],
    [{ CDN_PURGE_URL: 'https://cdn.example/purge' }, 'CDN_PURGE_TOKEN'],
    [{ CDN_PURGE_URL: 'https://cdn.example/purge', CDN_PURGE_TOKEN: 't' }, 'PUBLIC_URL'],
  ])('is refused at the start where it cannot be: %j', async (env, named) => {
    const refused = await TestServer.start({ env }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect(String(refused)).toContain(named);
  });
});
