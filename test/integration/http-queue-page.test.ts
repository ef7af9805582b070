import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { ManualClock } from '../support/clock.ts';
import { PlainBrowser } from '../support/plain-browser.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { saleItem, TestServer } from '../support/server.ts';

const MINUTE_MS = 60_000;
const HOSTILE = `<script>alert(1)</script><img src=x onerror="alert(2)">'&amp;`;
const clock = new ManualClock();
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read, env: { TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(() => server.stop());

const isoIn = (ms: number) => new Date(clock.read() + ms).toISOString();
const browser = () => new PlainBrowser(server.url);
const pageOf = (saleId: string) => `/sales/${saleId}/queue`;

/** The waiting room is open, and the sale starts in ten minutes. */
async function roomSale(draft: Partial<SaleDraft> = {}): Promise<string> {
  const { sale_id: saleId } = await server.createSale({
    starts_at: isoIn(10 * MINUTE_MS),
    ends_at: isoIn(60 * MINUTE_MS),
    waiting_room: { opens_at: isoIn(-MINUTE_MS) },
    ...draft,
  });
  await server.app.ports.board.refreshAll();
  return saleId;
}

const live = () => ({ starts_at: isoIn(-MINUTE_MS), waiting_room: {} });

describe('the waiting page without scripts', () => {
  test('gives a place to whoever asks, and keeps it through reloads and further asking', async () => {
    const saleId = await roomSale();
    await QueueBuyer.queue(server, saleId);
    const visitor = browser();
    expect((await visitor.open(pageOf(saleId))).text).toContain('Take a place');
    const joined = await visitor.submit(pageOf(saleId));
    expect(joined.text).toMatch(/Your place 2 People ahead of you 1 Estimated wait about 10 minutes/);
    expect((await visitor.open(pageOf(saleId))).text).toContain('Your place 2');
    expect((await visitor.submit(pageOf(saleId))).text).toContain('Your place 2');
    await expect.poll(async () => (await statusOf(saleId)).queue.waiting).toBe(2);
  });

  test('looks again by itself at the interval that the server asks for', async () => {
    const saleId = await roomSale();
    const { html } = await joinedBy(browser(), saleId);
    const seconds = Number(/<meta http-equiv="refresh" content="(\d+)">/.exec(html)?.[1]);
    // Half of the estimated wait of ten minutes, and up to a quarter more.
    expect(seconds).toBeGreaterThanOrEqual(300);
    expect(seconds).toBeLessThanOrEqual(376);
  });

  test('keeps the place in a cookie that scripts do not see and other pages are not sent', async () => {
    const saleId = await roomSale();
    const { headers } = await post(saleId, {});
    const cookie = headers.get('set-cookie');
    expect(cookie).toMatch(/^tidegate_place=[\w.-]+; /);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain(`Path=/sales/${saleId}/queue`);
    expect(cookie).not.toContain('Secure');
  });

  test('behind TLS the cookie is sent over TLS alone', async () => {
    const saleId = await roomSale();
    const response = await post(saleId, { 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' });
    expect(response.headers.get('set-cookie')).toContain('Secure');
  });

  test('is the same for everybody without a place, and of no cache for whoever has one', async () => {
    const saleId = await roomSale();
    const visitor = browser();
    const shared = await visitor.open(pageOf(saleId));
    expect(shared.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=2');
    expect(shared.headers.get('vary')).toContain('cookie');
    const own = await visitor.submit(pageOf(saleId));
    expect(own.headers.get('cache-control')).toBe('private, no-store');
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another origin, from a browser that says no more', { origin: 'https://evil.example' }],
    ['an origin that hides', { origin: 'null' }],
  ])('a form of %s takes no place', async (_, headers) => {
    const saleId = await roomSale();
    const response = await post(saleId, headers);
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect((await statusOf(saleId)).queue.waiting).toBe(0);
  });

  test('a form of the own origin takes a place, from a browser that says no more than that', async () => {
    const saleId = await roomSale();
    expect((await post(saleId, { origin: server.url })).status).toBe(303);
  });

  test('a cookie of another sale is no place', async () => {
    const [first, second] = [await roomSale(), await roomSale()];
    const { headers } = await post(first, {});
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await new PlainBrowser(server.url, { cookie }).open(pageOf(second));
    expect(page.text).toContain('Take a place');
  });

  test('shows the name of a sale as text, whatever it is', async () => {
    const saleId = await roomSale({ name: HOSTILE, items: [{ ...saleItem('A'), name: HOSTILE }] });
    for (const { html } of [await browser().open(pageOf(saleId)), await joinedBy(browser(), saleId)]) {
      expect(html).not.toMatch(/<script>alert|<img src=x/);
      expect(html).toContain('&#60;script&#62;alert(1)');
    }
  });

  test.each([['proof_of_work'], ['one_per_device']])(
    'where the sale asks for %s it says that scripts are needed',
    async (rule) => {
      const saleId = await roomSale({ anti_bot: { [rule]: true } });
      const page = await browser().open(pageOf(saleId));
      expect(page.text).toContain('joining needs JavaScript');
      expect(page.html).not.toContain('<form');
      expect((await browser().submit(pageOf(saleId))).text).toContain('joining needs JavaScript');
      expect((await statusOf(saleId)).queue.waiting).toBe(0);
    },
  );

  test('counts against the limits of an address for whoever has a place, and says so in words', async () => {
    const limited = await TestServer.start({ env: { TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT_PER_IP: '20' } });
    const startsAt = new Date(Date.now() + MINUTE_MS).toISOString();
    const { sale_id: saleId } = await limited.createSale({ starts_at: startsAt, waiting_room: {} });
    const [visitor, holder] = ['203.0.113.1', '203.0.113.2'].map(
      (address) => new PlainBrowser(limited.url, { 'x-forwarded-for': address }),
    );
    await holder?.submit(pageOf(saleId));
    for (let time = 0; time < 20; time++) {
      expect((await visitor?.open(pageOf(saleId)))?.status).toBe(200);
      await holder?.open(pageOf(saleId));
    }
    const refused = await holder?.open(pageOf(saleId));
    expect(refused?.status).toBe(429);
    expect(refused?.html).toMatch(/http-equiv="refresh" content="\d+; url=/);
    await limited.stop();
  });

  test('says when the waiting room opens, and looks again by itself', async () => {
    const saleId = await roomSale({ waiting_room: { opens_at: isoIn(5 * MINUTE_MS) } });
    const page = await browser().open(pageOf(saleId));
    expect(page.text).toContain('The waiting room opens at');
    expect(page.html).toContain('http-equiv="refresh"');
    expect(page.html).not.toContain('<form');
  });

  test('lets the buyer in when it is their turn', async () => {
    const saleId = await roomSale(live());
    const visitor = browser();
    await visitor.submit(pageOf(saleId));
    await expect.poll(async () => (await visitor.open(pageOf(saleId))).text).toContain('It is your turn');
    const inside = await visitor.submit(`${pageOf(saleId)}/enter`);
    expect(inside.text).toContain('You are in');
    expect(inside.html).toContain(`href="/sales/${saleId}/checkout"`);
    await expect.poll(async () => (await server.operate(`/sales/${saleId}`)).json.room.inside).toBe(1);
  });

  test('tells of a pause, and of the end, at the next look', async () => {
    const saleId = await roomSale({ ...live(), items: [saleItem('A', 1)], waiting_room: { rate_per_second: 1 } });
    await server.operate(`/sales/${saleId}/gate`, { method: 'PATCH', body: { paused: true } });
    const visitor = browser();
    await visitor.submit(pageOf(saleId));
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    await expect.poll(async () => (await visitor.open(pageOf(saleId))).text).toContain('The sale is paused');
    await server.operate(`/sales/${saleId}/end`, { method: 'POST' });
    await expect.poll(async () => (await visitor.open(pageOf(saleId))).text).toContain('The sale is over');
  });

  test('tells of sold out at the next look', async () => {
    const saleId = await roomSale({ ...live(), items: [saleItem('A', 1)] });
    const buyer = await QueueBuyer.queue(server, saleId);
    const bought = await server.purchase(saleId, await buyer.comeIn());
    const visitor = browser();
    const page = await visitor.submit(pageOf(saleId));
    expect(page.text).toContain('You are in line');
    await expect.poll(async () => (await visitor.open(pageOf(saleId))).text).toContain('Units may come back');
    await server.pay(bought.json.order_id, bought.json.reservation_token, 'pm_ok');
    await expect.poll(async () => (await visitor.open(pageOf(saleId))).text).toContain('Every unit has been bought');
  });

  test('gives the place up when asked to', async () => {
    const saleId = await roomSale();
    const visitor = browser();
    await visitor.submit(pageOf(saleId));
    expect((await visitor.submit(`${pageOf(saleId)}/leave`)).text).toContain('Take a place');
    await expect.poll(async () => (await statusOf(saleId)).queue.waiting).toBe(0);
  });

  test('says in words what is wrong with a request, and looks again by itself', async () => {
    const saleId = await roomSale();
    const page = await browser().submit(pageOf(saleId), { 'content-type': 'text/csv' });
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('Invalid request') });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.html).toMatch(new RegExp(`http-equiv="refresh" content="\\d+; url=${pageOf(saleId)}"`));
  });

  test('of a sale that is not there says so', async () => {
    const page = await browser().open(pageOf('0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70'));
    expect(page).toMatchObject({ status: 404, text: expect.stringContaining('There is no such sale') });
  });
});

async function joinedBy(visitor: PlainBrowser, saleId: string) {
  return visitor.submit(pageOf(saleId));
}

function post(saleId: string, headers: Record<string, string>): Promise<Response> {
  return fetch(server.url + pageOf(saleId), { method: 'POST', redirect: 'manual', headers });
}

async function statusOf(saleId: string) {
  return (await server.call(`/api/v1/flash-sale/${saleId}/status`)).json;
}
