import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import {
  axeViolations,
  launchBrowser,
  openPage,
  paintIn,
  screenshot,
  THEMES,
  VIEWPORTS,
  type Viewport,
} from '../support/browser.ts';
import { saleItem, TestServer } from '../support/server.ts';

const browser = await launchBrowser();
const MAX_SALE_PAGE_BYTES = 120 * 1024;
const PATIENCE = { timeout: 30_000 };

describe.skipIf(!browser)('the storefront', async () => {
  const server = await TestServer.start();
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });
  const open = (options: Partial<Parameters<typeof openPage>[1]> = {}) =>
    openPage(browser as Browser, { baseURL: server.url, ...options });
  const isoIn = (ms: number) => new Date(Date.now() + ms).toISOString();
  const shopNow = (page: Page) => page.getByRole('link', { name: 'Shop now' });
  const startsIn = (ms: number, draft: Partial<SaleDraft> = {}) =>
    server.createSale({ starts_at: isoIn(ms), ...draft });

  it('shows each product with both prices, what is off, and what is left', async () => {
    await server.createSale({ name: 'Priced sale', items: [saleItem('PRICED', 8)] });
    const page = await open();
    await page.goto('/?q=Priced');
    const card = page.getByRole('link', { name: 'Item PRICED' }).locator('xpath=ancestor::div[.//s][1]');
    await card.getByText('€49.99').waitFor();
    expect(await card.locator('s').innerText()).toBe('€99.99');
    expect(await card.innerText()).toContain('50 % off');
    expect(await card.innerText()).toContain('8 of 8 left');
  });

  it('finds sales by what they sell, and says when there is nothing', async () => {
    await server.createSale({ name: 'Kitchen sale', items: [{ ...saleItem('K'), name: 'Copper kettle' }] });
    const page = await open();
    await page.goto('/');
    await page.getByRole('searchbox').fill('copper');
    await page.getByRole('heading', { name: 'Kitchen sale' }).waitFor();
    await expect.poll(() => page.getByRole('heading', { level: 3 }).count()).toBe(1);
    await page.getByRole('searchbox').fill('no such thing');
    await page.getByText('Nothing found').waitFor();
    await page.getByRole('button', { name: 'Clear search' }).click();
    await page.getByRole('heading', { name: 'Kitchen sale' }).waitFor();
  });

  it('counts down to the start, and opens at the word of the server', async () => {
    const sale = await startsIn(6_000);
    const page = await open();
    await page.goto(`/sales/${sale.sale_id}`);
    await page.getByText('Starts in').waitFor();
    expect(await page.getByRole('button', { name: 'Not started yet' }).isDisabled()).toBe(true);
    await expect.poll(() => page.getByRole('timer').innerText()).toMatch(/00\s+hours\s+00\s+minutes\s+0[1-6]/);
    await shopNow(page).waitFor(PATIENCE);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(sale.starts_at));
    await page.getByText('Ends in').waitFor();
  });

  it.each([5, -5])('is not misled by a clock that is %i minutes off', async (minutes) => {
    const sale = await startsIn(10 * 60_000);
    const page = await open();
    await page.addInitScript(`{ const now = Date.now.bind(Date); Date.now = () => now() + ${minutes * 60_000}; }`);
    await page.goto(`/sales/${sale.sale_id}`);
    await expect.poll(() => page.getByRole('timer').innerText(), PATIENCE).toMatch(/\d/);
    const expected = (Date.parse(sale.starts_at) - Date.now()) / 1000;
    expect(Math.abs((await secondsLeft(page)) - expected)).toBeLessThan(5);
  });

  it('shows units go, and that the last is gone, without a reload', async () => {
    const sale = await server.createSale({ items: [saleItem('A', 2)] });
    const page = await open();
    await page.goto(`/sales/${sale.sale_id}`);
    await page.getByText('2 of 2 left').waitFor();
    const buyer = await server.guest();
    await server.reserve(sale.sale_id, buyer);
    await page.getByText('1 of 2 left').waitFor(PATIENCE);
    await page.getByText('Almost gone').waitFor();
    const last = await server.reserve(sale.sale_id, buyer);
    await page.getByText('Sold out for now').waitFor(PATIENCE);
    expect(await page.getByRole('button', { name: 'Sold out' }).first().isDisabled()).toBe(true);
    await server.call(`/api/v1/orders/${last.order_id}/cancel`, { method: 'POST', token: buyer });
    await page.getByText('1 of 2 left').waitFor(PATIENCE);
  });

  it('tells at once of a pause, and goes on by itself', async () => {
    const sale = await server.createSale();
    const page = await open();
    await page.goto(`/sales/${sale.sale_id}`);
    await shopNow(page).waitFor();
    await server.operate(`/sales/${sale.sale_id}/pause`, { method: 'POST' });
    await page.getByText('The sale is paused').waitFor(PATIENCE);
    await server.operate(`/sales/${sale.sale_id}/resume`, { method: 'POST' });
    await shopNow(page).waitFor(PATIENCE);
  });

  it('asks again when its stream was cut, and not when all do whose stream that was', async () => {
    const { sale_id: saleId } = await server.createSale();
    const status = await server.call(`/api/v1/flash-sale/${saleId}/status`);
    const page = await open();
    await page.addInitScript(() => {
      Math.random = () => 0.9;
    });
    const body = `data: ${status.text}\n\n`;
    await page.route('**/events', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
    const asked = page.waitForResponse('**/status', PATIENCE);
    await page.goto(`/sales/${saleId}`);
    await asked;
    const waitedMs = await page.evaluate(() => {
      const of = (end: string) => performance.getEntriesByType('resource').find(({ name }) => name.endsWith(end));
      const [cut, again] = [of('/events') as PerformanceResourceTiming, of('/status')];
      return (again?.startTime ?? 0) - cut.responseEnd;
    });
    expect(waitedMs).toBeGreaterThan(1_500);
  });

  it('reveals the products without a reload, and none of them before', async () => {
    const sale = await startsIn(60_000, { reveal_at: isoIn(5_000), items: [saleItem('HIDDEN')] });
    const page = await open();
    await page.goto(`/sales/${sale.sale_id}`);
    await page.getByText('The products are still a secret').waitFor();
    expect(await page.content()).not.toContain('HIDDEN');
    await page.getByRole('link', { name: 'Item HIDDEN' }).waitFor(PATIENCE);
  });

  it('works by keyboard: a product opens, closes, and the focus is where it was', async () => {
    const sale = await server.createSale();
    const page = await open();
    await page.goto(`/sales/${sale.sale_id}`);
    await shopNow(page).waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => focused(page)).toBe('Skip to content');
    await page.getByRole('link', { name: 'Item A' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Item A' }).waitFor();
    expect(new URL(page.url()).search).toBe('?item=A');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('Item A');
  });

  it('keeps the theme that was chosen', async () => {
    const page = await open();
    await page.goto('/version');
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Switch to light' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  });

  it('has a heading also where there is nothing to show', async () => {
    const { sale_id: saleId } = await server.createSale();
    const page = await open();
    for (const [path, heading] of [
      [`/sales/${saleId}/verify`, 'There is no draw to check'],
      ['/orders/0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70', 'This order is not here'],
      ['/sales/0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70/checkout', 'There is no such sale'],
    ] as const) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor(PATIENCE);
    }
  });

  it('weighs less than 120 KB of scripts on the page of a sale, and brings nothing of the console', async () => {
    const sale = await server.createSale();
    const page = await open();
    const scripts: { path: string; bytes: Promise<number> }[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script') return;
      const bytes = request.sizes().then(({ responseBodySize }) => responseBodySize);
      scripts.push({ path: new URL(request.url()).pathname, bytes });
    });
    await page.goto(`/sales/${sale.sale_id}`, { waitUntil: 'load' });
    await shopNow(page).waitFor();
    const sizes = await Promise.all(scripts.map(({ bytes }) => bytes));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`sale page: ${(total / 1024).toFixed(1)} KB of scripts in ${scripts.length} files`);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThanOrEqual(MAX_SALE_PAGE_BYTES);
    expect(scripts.map(({ path }) => path).filter((path) => path.includes('admin'))).toEqual([]);
  });

  it.each(Object.keys(VIEWPORTS) as Viewport[])(
    'is to be seen on the page of a sale before any script has come, and stays where it is when they do, on a %s',
    async (viewport) => {
      const sale = await server.createSale({ starts_at: '2040-06-01T10:00:00Z', ends_at: '2040-06-01T12:00:00Z' });
      const page = await open({ viewport });
      const scripts = Promise.withResolvers<void>();
      await page.route('**/assets/*.js', async (route) => {
        await scripts.promise;
        await route.continue();
      });
      const places = () =>
        page
          .locator('main :is(h1, p, section)')
          .evaluateAll((shown) => shown.map((one) => one.getBoundingClientRect().y));
      await page.goto(`/sales/${sale.sale_id}`, { waitUntil: 'commit' });
      await page.getByText('€49.99').waitFor();
      const before = await places();
      scripts.resolve();
      await expect.poll(() => page.getByRole('timer').innerText()).toMatch(/\d/);
      const after = await places();
      expect(before.length).toBeGreaterThan(3);
      // To the eye: a pixel is how far a line of letters may be off.
      expect(before.filter((y, index) => Math.abs((after[index] ?? 0) - y) > 1)).toEqual([]);
    },
  );

  it.each(Object.keys(VIEWPORTS) as Viewport[])(
    'has nothing that axe objects to on any page, on a %s',
    async (viewport) => {
      const page = await open({ viewport });
      for (const [name, path, text] of await pagesToLookAt()) {
        await page.goto(path);
        await page.getByText(text).first().waitFor(PATIENCE);
        for (const theme of THEMES) {
          await paintIn(page, theme);
          const violations = await axeViolations(page, theme === 'light' ? 'all' : 'colors');
          expect({ name, theme, violations }).toEqual({ name, theme, violations: [] });
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
          if (process.env.SCREENSHOTS) await screenshot(page, `${name}-${viewport}-${theme}`);
        }
      }
    },
  );

  async function pagesToLookAt() {
    const live = await server.createSale({ name: 'Looked at', items: [saleItem('A', 3), saleItem('B', 100)] });
    const room = await startsIn(20 * 60_000, { waiting_room: { opens_at: isoIn(1_000) } });
    const hidden = await startsIn(20 * 60_000, { reveal_at: isoIn(10 * 60_000) });
    return [
      ['home', '/', 'Live now'],
      ['nothing-found', '/?q=no-such-thing', 'Nothing found'],
      ['sale', `/sales/${live.sale_id}`, 'Shop now'],
      ['product', `/sales/${live.sale_id}?item=A`, 'You save'],
      ['waiting-room-sale', `/sales/${room.sale_id}`, 'First come, first served'],
      ['hidden-sale', `/sales/${hidden.sale_id}`, 'still a secret'],
      ['version', '/version', 'Commit'],
      ['status', '/status', 'Everything works'],
      ['missing', '/nothing', 'does not exist'],
    ] as const;
  }
});

async function secondsLeft(page: Page): Promise<number> {
  const [hours = 0, minutes = 0, seconds = 0] = ((await page.getByRole('timer').innerText()).match(/\d+/g) ?? []).map(
    Number,
  );
  return hours * 3600 + minutes * 60 + seconds;
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent ?? undefined);
}
