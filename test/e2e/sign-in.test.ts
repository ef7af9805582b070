import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
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
import { saleItem, TestServer } from '../support/server.ts';
import { SHOP_SECRET, ShopLogin } from '../support/shop-login.ts';

const MINUTE_MS = 60_000;
const HOUR_S = 3_600;
const PATIENCE = { timeout: 60_000 };
const ENV = { AUTH_MODE: 'jwt', AUTH_SECRET: SHOP_SECRET, BRAND_NAME: 'Example Shop' };

const launched = await launchBrowser();

describe.skipIf(!launched)('a buyer whom the shop signs in', () => {
  const browser = launched as Browser;
  let aheadMs = 0;
  let shop: ShopLogin;
  let server: TestServer;

  beforeAll(async () => {
    shop = await ShopLogin.start();
    server = await TestServer.start({ clock: () => Date.now() + aheadMs, env: { ...ENV, LOGIN_URL: shop.url } });
    shop.gateUrl = server.url;
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    await shop.close();
  });

  const isoIn = (ms: number) => new Date(Date.now() + aheadMs + ms).toISOString();

  /** Live, without a waiting room, unless the draft says otherwise. */
  async function newSale(draft: Partial<SaleDraft> = {}, at = server): Promise<string> {
    const { sale_id: saleId } = await at.createSale({
      name: 'Trail Runner 42',
      starts_at: isoIn(-MINUTE_MS),
      ends_at: isoIn(24 * 60 * MINUTE_MS),
      items: [{ ...saleItem('A'), name: 'Trail Runner 42' }],
      ...draft,
    });
    await at.app.ports.board.refreshAll();
    return saleId;
  }

  /** The waiting room is open, and the sale starts later. */
  const roomSale = () => newSale({ starts_at: isoIn(10 * MINUTE_MS), waiting_room: { opens_at: isoIn(-MINUTE_MS) } });

  const newPage = () => openPage(browser, { baseURL: server.url });
  const queueOf = (saleId: string) => `/sales/${saleId}/queue`;
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

  const expectHeading = (page: Page, name: string | RegExp) =>
    page.getByRole('heading', { level: 1, name }).waitFor(PATIENCE);

  const main = (page: Page) => page.getByRole('main');

  /** Over to the shop and back. */
  async function signIn(page: Page): Promise<void> {
    await main(page).getByRole('link', { name: 'Sign in at Example Shop' }).click();
    await page.getByRole('button', { name: 'Go on to the sale' }).click();
  }

  async function pay(page: Page): Promise<void> {
    await page.getByLabel('Full name').fill('Ann Example');
    await page.getByLabel('E-mail').fill('ann@example.com');
    await page.getByLabel('Address').fill('1 Example Street');
    await page.getByRole('button', { name: /^Pay/ }).click();
    await expectHeading(page, 'It is yours');
  }

  test('goes from the page of the sale to the paid order, and out again', async () => {
    const saleId = await newSale({ waiting_room: { max_active: 5 } });
    const page = await newPage();
    const seen: string[] = [];
    page.on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
    await page.goto(`/sales/${saleId}`);
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor(PATIENCE);
    await page.getByRole('link', { name: 'Buy now' }).click();
    await expectHeading(page, 'Sign in to take a place');
    await inspect(page, 'sign-in-place');
    await signIn(page);
    await expectHeading(page, 'You are in');
    expect(new URL(page.url()).pathname).toBe(queueOf(saleId));
    await page.getByRole('link', { name: 'Choose and pay' }).click();
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await expectHeading(page, 'Reserved for you');
    await pay(page);

    await page.goto('/orders');
    await page.getByRole('link', { name: /Trail Runner 42/ }).waitFor(PATIENCE);
    await inspect(page, 'signed-in-orders');
    const orders = await server.call('/api/v1/orders', { token: shop.token });
    expect(orders.json.orders).toMatchObject([{ sale_id: saleId, status: 'paid' }]);
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === 'tidegate_session')).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    expect(seen.join('\n'), 'no token is ever in an address').not.toMatch(/eyJ[\w-]+\.eyJ/);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectHeading(page, 'Flash sales');
    expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toMatch(/order|place|checkout|buyer/);
    await page.goto('/orders');
    await expectHeading(page, 'Sign in to see your orders');
    await inspect(page, 'sign-in-orders');
    await page.goto(`/orders/${orders.json.orders[0].order_id}`);
    await expectHeading(page, 'Sign in to see this order');
    await signIn(page);
    await expectHeading(page, 'Trail Runner 42');
  });

  test('reserves what was chosen before the sign-in, and after a session that ended in between', async () => {
    const saleId = await newSale();
    const page = await newPage();
    await page.goto(checkoutOf(saleId));
    await page.getByRole('button', { name: 'One more of Trail Runner 42' }).click();
    await page.getByText('Sign in to reserve').waitFor(PATIENCE);
    await inspect(page, 'sign-in-basket');
    await signIn(page);
    const reserve = page.getByRole('button', { name: 'Reserve', exact: true });
    await reserve.waitFor(PATIENCE);

    aheadMs += 2 * HOUR_S * 1000;
    await reserve.click();
    await page.getByText('Your sign-in has ended').waitFor(PATIENCE);
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor();
    await inspect(page, 'sign-in-ended');
    shop.pretend({ tokenSeconds: 10 * HOUR_S });
    await signIn(page);
    await expectHeading(page, 'Reserved for you');
    await pay(page);
  });

  test('keeps a place in line when the session ends, and again after a sign-out', async () => {
    const saleId = await roomSale();
    const page = await newPage();
    shop.pretend({ tokenSeconds: 10 * HOUR_S });
    await page.goto(queueOf(saleId));
    await signIn(page);
    await expectHeading(page, 'You are next');
    await page.context().clearCookies();
    await page.reload();
    await expectHeading(page, 'You are next');
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Go on to the sale' }).click();
    await expectHeading(page, 'You are next');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectHeading(page, 'Flash sales');
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'Sign in to take a place');
    await signIn(page);
    await expectHeading(page, 'You are next');
  });

  test('finds nothing of whoever was signed in before, in no tab', async () => {
    const saleId = await roomSale();
    const context = await openContext(browser, { baseURL: server.url });
    const [page, other] = [await watchedPage(context), await watchedPage(context)];
    shop.pretend({ tokenSeconds: 10 * HOUR_S });
    await page.goto(queueOf(saleId));
    await other.goto(queueOf(saleId));
    await signIn(page);
    await expectHeading(page, 'You are next');
    await expectHeading(other, 'You are next');
    await context.clearCookies();
    shop.pretend({ customer: 'bob' });
    await page.goto('/orders');
    await expectHeading(page, 'Your sign-in has ended');
    await signIn(page);
    await page.getByText('No orders yet').waitFor(PATIENCE);
    await page.goto(queueOf(saleId));
    for (const tab of [page, other]) await tab.getByText('person ahead of you').waitFor(PATIENCE);
  });

  test('is told when the shop sent something that is worth nothing, and goes on from there', async () => {
    const saleId = await roomSale();
    const page = await newPage();
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'Sign in to take a place');
    shop.pretend({ secret: 'another secret that is long enough for a shop' });
    await signIn(page);
    await expectHeading(page, 'Signing in did not work');
    await inspect(page, 'sign-in-failed');
    shop.pretend({ secret: SHOP_SECRET, tokenSeconds: 10 * HOUR_S });
    await signIn(page);
    await expectHeading(page, 'You are next');
  });

  test('takes a place without scripts too', async () => {
    const saleId = await roomSale();
    const page = await openPage(browser, { baseURL: server.url, viewport: 'phone', javaScriptEnabled: false });
    shop.pretend({ tokenSeconds: 10 * HOUR_S });
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'The waiting room is open');
    if (process.env.SCREENSHOTS) await screenshot(page, 'sign-in-plain');
    await signIn(page);
    await page.getByRole('button', { name: 'Take a place' }).click();
    await expectHeading(page, 'You are in line');
    if (process.env.SCREENSHOTS) await screenshot(page, 'signed-in-plain');
  });

  test('learns where the shop has set up no sign-in that it is so', async () => {
    const closed = await TestServer.start({ env: ENV });
    onTestFinished(() => closed.stop());
    const saleId = await newSale({ waiting_room: {} }, closed);
    const page = await openPage(browser, { baseURL: closed.url });
    await page.goto(queueOf(saleId));
    await expectHeading(page, 'Nobody can sign in here');
    await page.getByText('Please ask Example Shop how to buy').waitFor();
    await inspect(page, 'sign-in-not-set-up');
  });

  // The last one: no clock of a server goes back.
  test('is asked to sign in again where the server knows of the end before the browser', async () => {
    const page = await newPage();
    shop.pretend({ tokenSeconds: 10 * HOUR_S });
    await page.goto('/orders');
    await signIn(page);
    await page
      .getByText('No orders yet')
      .or(page.getByRole('link', { name: /Trail Runner 42/ }).first())
      .waitFor(PATIENCE);
    aheadMs += 48 * HOUR_S * 1000;
    await page.reload();
    await expectHeading(page, 'Your sign-in has ended');
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor();
  });
});
