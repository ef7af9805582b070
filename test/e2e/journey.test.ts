import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import {
  axeViolations,
  launchBrowser,
  openContext,
  openPage,
  paintIn,
  screenshot,
  THEMES,
  VIEWPORTS,
  watchedPage,
} from '../support/browser.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { saleItem, TestServer } from '../support/server.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const PATIENCE = { timeout: 60_000 };

const launched = await launchBrowser();

describe.skipIf(!launched)("a buyer's journey", () => {
  const browser = launched as Browser;
  /** How far the server's clock is ahead of ours: what would take minutes takes no time. */
  let aheadMs = 0;
  const nowMs = () => Date.now() + aheadMs;
  const isoIn = (ms: number) => new Date(nowMs() + ms).toISOString();
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ clock: nowMs });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  /** Live, without a waiting room, unless the draft says otherwise. */
  async function newSale(draft: Partial<SaleDraft> = {}): Promise<string> {
    const { sale_id: saleId } = await server.createSale({
      name: 'Trail Runner 42',
      starts_at: isoIn(-MINUTE_MS),
      ends_at: isoIn(60 * MINUTE_MS),
      items: [
        { ...saleItem('A'), name: 'Trail Runner 42' },
        { ...saleItem('B'), name: 'Merino socks' },
      ],
      ...draft,
    });
    await server.app.ports.board.refreshAll();
    return saleId;
  }

  /** A sale whose gate stands still behind a buyer who is inside. */
  async function crowdedSale(draft: Partial<SaleDraft> = {}): Promise<{ saleId: string; inside: QueueBuyer }> {
    const saleId = await newSale({ waiting_room: { max_active: 1, admission_seconds: 600 }, ...draft });
    const inside = await QueueBuyer.queue(server, saleId);
    await inside.comeIn();
    return { saleId, inside };
  }

  const newPage = () => openPage(browser, { baseURL: server.url });
  const queueOf = (saleId: string) => `/sales/${saleId}/queue`;
  const saleOf = (saleId: string) => `/sales/${saleId}`;
  const checkoutOf = (saleId: string) => `/sales/${saleId}/checkout`;

  /** Looks at the page as it is, in both sizes and both themes. */
  async function inspect(page: Page, name: string): Promise<void> {
    for (const size of ['phone', 'desk'] as const) {
      for (const colorScheme of THEMES) {
        await page.setViewportSize(VIEWPORTS[size]);
        await paintIn(page, colorScheme);
        const rules = colorScheme === 'light' ? 'all' : 'colors';
        expect(await axeViolations(page, rules), `${name}, ${size}, ${colorScheme}`).toEqual([]);
        if (process.env.SCREENSHOTS) await screenshot(page, `${name}-${size}-${colorScheme}`);
      }
    }
  }

  /** Looks at the page as it is, once. */
  async function glance(page: Page, name: string): Promise<void> {
    expect(await axeViolations(page), name).toEqual([]);
    if (process.env.SCREENSHOTS) await screenshot(page, name);
  }

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

  async function expectHeading(page: Page, name: string | RegExp): Promise<void> {
    await heading(page, name).waitFor(PATIENCE);
  }

  async function reloadAt(page: Page, name: string | RegExp): Promise<void> {
    await page.reload();
    await expectHeading(page, name);
  }

  async function fillDelivery(page: Page): Promise<void> {
    await page.getByLabel('Full name').fill('Sam Example');
    await page.getByLabel('E-mail').fill('sam@example.com');
    await page.getByLabel('Address').fill('1 Example Street\n10115 Berlin');
  }

  async function reserveOne(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'One more of Trail Runner 42' }).click();
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await expectHeading(page, 'Reserved for you');
  }

  const payWith = async (page: Page, method: string) => {
    await page.getByRole('radio', { name: method }).check();
    await page.getByRole('button', { name: /^Pay/ }).click();
  };

  test('goes from the countdown to the delivered parcel, through a declined card and a reload at each step', async () => {
    const saleId = await newSale({
      starts_at: isoIn(10 * MINUTE_MS),
      waiting_room: { opens_at: isoIn(5 * MINUTE_MS) },
    });
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'The waiting room opens soon');
    await glance(page, 'before-opening');
    await page.goto(saleOf(saleId));
    await page.getByRole('button', { name: 'Add to basket: Trail Runner 42' }).click();
    await page.getByRole('button', { name: 'Add to basket: Merino socks' }).click();
    await page.getByText('Kept here until the sale opens').waitFor();
    aheadMs += 5 * MINUTE_MS;
    await page
      .getByRole('region', { name: 'Your basket' })
      .getByRole('link', { name: 'Go to the waiting room' })
      .click();
    await expectHeading(page, 'You are next');
    await reloadAt(page, 'You are next');
    aheadMs += 5 * MINUTE_MS;
    await expectHeading(page, 'You are in');
    expect(await page.title()).toContain('Your turn');
    await glance(page, 'admitted');
    await reloadAt(page, 'You are in');

    await page.getByRole('link', { name: 'Choose and pay' }).click();
    await expectHeading(page, 'Your basket');
    await reloadAt(page, 'Your basket');
    expect(await page.getByRole('definition').last().textContent()).toBe('€99.98');
    await inspect(page, 'basket');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await expectHeading(page, 'Reserved for you');
    await reloadAt(page, 'Reserved for you');

    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.getByText('Enter the name that the parcel goes to.').waitFor();
    await inspect(page, 'payment-errors');
    await fillDelivery(page);
    await payWith(page, 'Declined card');
    await page.getByText('The payment was declined').waitFor(PATIENCE);
    await glance(page, 'declined');
    await reloadAt(page, 'Reserved for you');
    await page.getByText('The payment was declined').waitFor(PATIENCE);
    expect(await page.getByLabel('Full name').inputValue()).toBe('Sam Example');
    await payWith(page, 'Test card');
    await expectHeading(page, 'It is yours');
    expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain('1 Example Street');
    await reloadAt(page, 'It is yours');
    await inspect(page, 'paid');

    await page.getByRole('link', { name: 'Track the order' }).click();
    await expectHeading(page, 'Trail Runner 42');
    const orderId = new URL(page.url()).pathname.split('/').at(-1);
    for (const fulfilment of ['shipped', 'out_for_delivery', 'delivered']) {
      const moved = await server.operate(`/orders/${orderId}/fulfilment`, { body: { fulfilment } });
      expect(moved.status, moved.text).toBe(200);
    }
    await reloadAt(page, 'Trail Runner 42');
    expect(await page.locator('[aria-current=step]').textContent()).toContain('Delivered');
    await inspect(page, 'order');
    await page.goto('/orders');
    await page.getByRole('link', { name: /Trail Runner 42/ }).waitFor(PATIENCE);
    await inspect(page, 'orders');
  });

  test('chooses several items on the page of the sale, up to the limit, and pays for them', async () => {
    const saleId = await newSale();
    const page = await newPage();
    await page.goto(saleOf(saleId));
    const basket = page.getByRole('region', { name: 'Your basket' });
    const add = page.getByRole('button', { name: 'Add to basket: Trail Runner 42' });
    // What cannot be pressed yet takes no focus.
    await expect.poll(() => add.isEnabled(), PATIENCE).toBe(true);
    await add.focus();
    await page.keyboard.press('Enter');
    // The focus has gone over to what took the button's place.
    await page.keyboard.press('Enter');
    await page.getByText('No more per buyer').waitFor();
    expect(await page.getByRole('button', { name: 'One more of Trail Runner 42' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Add to basket: Merino socks' }).click();
    await page.reload();
    await basket.getByText('Basket: 3 items').waitFor(PATIENCE);
    await inspect(page, 'sale-basket');
    await page.getByRole('button', { name: 'One less of Merino socks' }).click();
    await add.or(page.getByRole('button', { name: 'Add to basket: Merino socks' })).waitFor();
    await basket.getByText('€99.98').waitFor();
    await basket.getByRole('link', { name: 'To the checkout' }).click();
    await expectHeading(page, 'Your basket');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await expectHeading(page, 'Reserved for you');
    await fillDelivery(page);
    await payWith(page, 'Test card');
    await expectHeading(page, 'It is yours');
    await page.goto(saleOf(saleId));
    await add.waitFor(PATIENCE);
    expect(await basket.count()).toBe(0);
  });

  test('is told where scripts are needed, and where not', async () => {
    const saleId = await newSale({ waiting_room: {} });
    const context = await openContext(browser, { baseURL: server.url, javaScriptEnabled: false });
    const page = await watchedPage(context);
    await page.goto(checkoutOf(saleId));
    await expectHeading(page, 'To buy, your browser must run scripts');
    if (process.env.SCREENSHOTS) await screenshot(page, 'checkout-without-scripts');
    await page.goto(saleOf(saleId));
    expect(await page.locator('main').innerText()).toContain('To buy, your browser must run scripts');
    if (process.env.SCREENSHOTS) await screenshot(page, 'sale-without-scripts');
    await page.getByRole('link', { name: 'Go to the waiting room' }).click();
    await page.getByRole('button', { name: 'Take a place' }).waitFor(PATIENCE);
  });

  test('leaves the server alone once the order is paid', async () => {
    const saleId = await newSale();
    const page = await newPage();
    await page.goto(checkoutOf(saleId));
    await reserveOne(page);
    await fillDelivery(page);
    await payWith(page, 'Test card');
    await expectHeading(page, 'It is yours');
    let looks = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/orders/')) looks += 1;
    });
    await page.waitForTimeout(4 * SECOND_MS);
    expect(looks).toBe(0);
  });

  test('of two who want the last unit one gets it, and the other is told', async () => {
    const saleId = await newSale({ items: [{ ...saleItem('A', 1), name: 'Trail Runner 42' }] });
    const pages = await Promise.all([newPage(), newPage()]);
    await Promise.all(pages.map((page) => page.goto(saleOf(saleId))));
    await Promise.all(pages.map((page) => page.getByRole('link', { name: 'Buy now' }).click()));
    await Promise.all(pages.map((page) => expectHeading(page, 'Your basket')));
    const reserve = { name: 'Reserve', exact: true };
    await Promise.all(pages.map((page) => page.getByRole('button', reserve).dispatchEvent('click')));
    const winners = async () => {
      const reserved = await Promise.all(pages.map((page) => heading(page, 'Reserved for you').isVisible()));
      return pages.filter((_, index) => reserved[index]);
    };
    await expect.poll(async () => (await winners()).length, PATIENCE).toBe(1);
    const [winner] = await winners();
    // Whoever was slower learns it from the answer, or a moment earlier from the shared status.
    const loser = pages.find((page) => page !== winner);
    const told = loser?.getByText(/^(Not enough left|Sold out)$/).first();
    await told?.waitFor(PATIENCE);
    expect((await winners()).length).toBe(1);
  });

  test('a second tab goes on with the order of the first', async () => {
    const saleId = await newSale();
    const context = await openContext(browser, { baseURL: server.url });
    const [page, second] = [await watchedPage(context), await watchedPage(context)];
    for (const tab of [page, second]) {
      await tab.goto(checkoutOf(saleId));
      await expectHeading(tab, 'Your basket');
    }
    await reserveOne(page);
    await expectHeading(second, 'Reserved for you');
  });

  test('reserves once, also when the word about the order is lost', async () => {
    const saleId = await newSale({ items: [{ ...saleItem('A', 10), name: 'Trail Runner 42' }] });
    const page = await newPage();
    await page.goto(checkoutOf(saleId));
    await page.getByRole('button', { name: 'One more of Trail Runner 42' }).click();
    const words = '**/api/v1/orders/*';
    await page.route(words, (route) => route.abort());
    const reserve = page.getByRole('button', { name: 'Reserve', exact: true });
    await reserve.click();
    await page.getByRole('alert').waitFor(PATIENCE);
    await reserve.click();
    await page.getByRole('alert').waitFor(PATIENCE);
    await page.unroute(words);
    await expectHeading(page, 'Reserved for you');
    await server.app.ports.board.refreshAll();
    expect((await server.call(`/api/v1/flash-sale/${saleId}`)).json.items[0].remaining).toBe(9);
  });

  test('a reservation that is not paid ends with the word that nothing was charged', async () => {
    const saleId = await newSale({ reservation_seconds: 60 });
    const page = await newPage();
    await page.goto(checkoutOf(saleId));
    await reserveOne(page);
    aheadMs += 2 * MINUTE_MS;
    await reloadAt(page, 'The time to pay ran out');
    await page.getByText('Nothing was charged.').waitFor();
    await glance(page, 'expired');
  });

  test('a payment that takes a moment is waited for, also through a reload', async () => {
    const saleId = await newSale();
    const page = await newPage();
    await page.goto(checkoutOf(saleId));
    await reserveOne(page);
    await fillDelivery(page);
    await payWith(page, 'Bank transfer');
    await expectHeading(page, 'Your payment is under way');
    await page.reload();
    await expectHeading(page, 'It is yours');
  });

  test('waits in one place through a second tab, a reload and a lost connection', async () => {
    const { saleId } = await crowdedSale();
    const context = await openContext(browser, { baseURL: server.url });
    const page = await watchedPage(context);
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'You are next');
    const place = page.getByText('Your place').locator('xpath=following-sibling::dd');
    expect(await place.textContent()).toBe('2');
    await QueueBuyer.queue(server, saleId);
    const second = await watchedPage(context);
    await second.goto(queueOf(saleId));
    await expectHeading(second, 'You are next');
    expect(await second.getByText('Your place').locator('xpath=following-sibling::dd').textContent()).toBe('2');
    await inspect(second, 'in-line');

    await context.setOffline(true);
    await page.getByText('Connection lost').waitFor(PATIENCE);
    await glance(page, 'connection-lost');
    await context.setOffline(false);
    await page.getByText('You can close this page').waitFor(PATIENCE);
    await reloadAt(page, 'You are next');
    expect(await place.textContent()).toBe('2');
  });

  test('shows how many wait, and no bare number, while the line stands still', async () => {
    const { saleId } = await crowdedSale();
    const { json: status } = await server.call(`/api/v1/flash-sale/${saleId}/status`);
    const still = JSON.stringify({ ...status, queue: { ...status.queue, called_per_second: 0 } });
    const page = await newPage();
    await page.route('**/status', (route) => route.fulfill({ contentType: 'application/json', body: still }));
    await page.route('**/events', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: `data: ${still}\n\n` }),
    );
    await page.goto(queueOf(saleId));
    await page.getByText('In line altogether').waitFor(PATIENCE);
    const bare = await page.locator('dl').evaluate((list) => [...list.childNodes].map((node) => node.nodeName));
    expect(bare).not.toContain('#text');
  });

  test('fills the basket while waiting, and clears it', async () => {
    const { saleId, inside } = await crowdedSale();
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'You are next');
    const more = page.getByRole('button', { name: 'One more of Trail Runner 42' });
    await more.click();
    await more.click();
    // Two a buyer.
    expect(await more.isDisabled()).toBe(true);
    await inside.leave();
    await expectHeading(page, 'You are in');
    await page.getByRole('link', { name: 'Choose and pay' }).click();
    await expectHeading(page, 'Your basket');
    expect(await page.getByRole('definition').last().textContent()).toBe('€99.98');
    await page.getByRole('button', { name: 'Clear basket' }).click();
    await page.getByText('Choose at least one item').waitFor();
    expect(await page.getByRole('button', { name: 'Reserve', exact: true }).isDisabled()).toBe(true);
  });

  test('is told of a pause at once, and goes on from the same place', async () => {
    const { saleId } = await crowdedSale();
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'You are next');
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    await expectHeading(page, 'The sale is paused');
    await glance(page, 'paused');
    await server.operate(`/sales/${saleId}/resume`, { method: 'POST' });
    await expectHeading(page, 'You are next');
  });

  test('reads what was changed of a sale a moment later, and not when all who wait do', async () => {
    const saleId = await newSale({ starts_at: isoIn(10 * MINUTE_MS), waiting_room: { opens_at: isoIn(-MINUTE_MS) } });
    const page = await newPage();
    await page.addInitScript(() => {
      Math.random = () => 0.9;
    });
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'You are next');
    const changedAtMs = Date.now();
    const changed = await server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { name: 'Named anew' } });
    expect(changed.status, changed.text).toBe(200);
    await page.getByText('Named anew').waitFor(PATIENCE);
    const readAtMs = await page.evaluate((path) => {
      const reads = performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname === path);
      return performance.timeOrigin + (reads.at(-1)?.startTime ?? 0);
    }, `/api/v1/flash-sale/${saleId}`);
    expect(readAtMs - changedAtMs).toBeGreaterThan(1_300);
  });

  test('leaves the line, also when the place is gone already', async () => {
    const { saleId } = await crowdedSale();
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'You are next');
    await page.route(`**/api/v1/flash-sale/${saleId}/queue`, (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'about:blank', title: 'Expired', status: 401, code: 'token_expired', detail: '' }),
      }),
    );
    const leave = page.getByRole('button', { name: 'Give up my place' });
    await leave.click();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Give up my place');
    await leave.click();
    await page.getByRole('button', { name: 'Give it up' }).click();
    await page.getByRole('button', { name: 'Take a place' }).waitFor(PATIENCE);
  });

  test('is told of sold out while waiting', async () => {
    const saleId = await newSale({
      items: [saleItem('A', 1)],
      waiting_room: { max_active: 1, admission_seconds: 600 },
    });
    const inside = await QueueBuyer.queue(server, saleId);
    const bought = await server.purchase(saleId, await inside.comeIn());
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'Everything is reserved at the moment');
    await server.pay(bought.json.order_id, bought.json.reservation_token, 'pm_ok');
    await expectHeading(page, 'Sold out');
    await glance(page, 'sold-out');
  });

  test('proves its work in a thread of its own where the sale asks for it', async () => {
    const saleId = await newSale({ waiting_room: {}, anti_bot: { proof_of_work: true, one_per_device: true } });
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'You are in');
    await page.getByRole('link', { name: 'Choose and pay' }).click();
    await reserveOne(page);
  });

  test('holds a place without scripts, and goes on with it once they run', async () => {
    const { saleId } = await crowdedSale();
    const plain = await openContext(browser, { baseURL: server.url, javaScriptEnabled: false });
    const page = await watchedPage(plain);
    await page.goto(queueOf(saleId));
    const takePlace = page.getByRole('button', { name: 'Take a place' });
    await vi.waitFor(async () => {
      // A busy server may ask to come back: the page does so by itself, and the form is there again.
      if (await takePlace.isVisible()) await takePlace.click();
      await heading(page, 'You are in line').waitFor({ timeout: 2 * SECOND_MS });
    }, PATIENCE);
    expect(await page.locator('dl').innerText()).toMatch(/Your place\s+2/);
    if (process.env.SCREENSHOTS) await screenshot(page, 'plain');
    const scripted = await openContext(browser, { baseURL: server.url });
    await scripted.addCookies(await plain.cookies());
    const later = await watchedPage(scripted);
    await later.goto(queueOf(saleId));
    await expectHeading(later, 'You are next');
    expect(await later.getByText('Your place').locator('xpath=following-sibling::dd').textContent()).toBe('2');
  });

  test('is drawn a place by lot, and checks the draw', async () => {
    const saleId = await newSale({
      starts_at: isoIn(2 * MINUTE_MS),
      waiting_room: { order: 'draw', opens_at: isoIn(-MINUTE_MS), max_active: 1, admission_seconds: 600 },
    });
    for (let buyers = 0; buyers < 6; buyers++) await QueueBuyer.queue(server, saleId);
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'Places are drawn by lot');
    await glance(page, 'draw-open');
    aheadMs += 2 * MINUTE_MS + SECOND_MS;
    await expectHeading(page, /You are (in|next)|It is your turn/);
    const shown = await server.call(`/api/v1/flash-sale/${saleId}/draw`);
    expect(shown.json.state).toBe('drawn');
    await page.goto(`/sales/${saleId}/verify`);
    await page.getByText('The draw is right').waitFor(PATIENCE);
    const own = await page.locator('tr', { hasText: 'You' }).textContent();
    expect(own).toMatch(/^\d7 You$/);
    await inspect(page, 'verify');
  });

  test('buys by keyboard alone', async () => {
    const saleId = await newSale();
    const page = await newPage();
    await page.goto(checkoutOf(saleId));
    await expectHeading(page, 'Your basket');
    await tabTo(page, 'One more of Trail Runner 42');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Reserve');
    await page.keyboard.press('Enter');
    await expectHeading(page, 'Reserved for you');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Reserved for you');
    for (const [label, text] of [
      ['Full name', 'Sam Example'],
      ['E-mail', 'sam@example.com'],
      ['Phone', '+49 30 123456'],
      ['Address', '1 Example Street'],
    ] as const) {
      await tabTo(page, label);
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Tab');
    await tabTo(page, /^Pay/);
    await page.keyboard.press('Enter');
    await expectHeading(page, 'It is yours');
  });
});

/** Presses Tab until the control of this name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const isThere = () =>
    page.evaluate(
      ([source, flags]) => {
        const { activeElement: element } = document;
        const labels =
          element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
        const text = element?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element?.textContent ?? '';
        return new RegExp(source, flags).test(text.trim());
      },
      [name instanceof RegExp ? name.source : `^${name}$`, ''] as const,
    );
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    if (await isThere()) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}
