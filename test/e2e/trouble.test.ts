import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { axeViolations, launchBrowser, openPage, type PageOptions } from '../support/browser.ts';
import { saleItem, TestServer } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const PATIENCE = { timeout: 60_000 };
/** Of those that no program gets by chance, and none listens on. */
const NOBODY_PORT = 1;

const launched = await launchBrowser();

describe.skipIf(!launched)('a buyer in trouble', () => {
  const browser = launched as Browser;
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  async function newSale(draft: Partial<SaleDraft> = {}): Promise<string> {
    const { sale_id: saleId } = await server.createSale({
      items: [{ ...saleItem('A'), name: 'Trail Runner 42' }],
      ...draft,
    });
    await server.app.ports.board.refreshAll();
    return saleId;
  }

  async function open(path: string, options: Partial<PageOptions> = {}): Promise<Page> {
    const page = await openPage(browser, { baseURL: server.url, ...options });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto(path, { waitUntil: 'commit' });
    return page;
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const alert = (page: Page, text: string) => page.getByRole('alert').getByText(text).waitFor();

  async function remaining(saleId: string): Promise<number> {
    await server.app.ports.board.refreshAll();
    return (await server.call(`/api/v1/flash-sale/${saleId}`)).json.items[0].remaining;
  }

  async function reserve(page: Page): Promise<void> {
    await button(page, 'One more of Trail Runner 42').click();
    await button(page, 'Reserve').click();
    await heading(page, 'Reserved for you');
  }

  async function payBy(page: Page, method: string): Promise<void> {
    await page.getByLabel('Full name').fill('Sam Example');
    await page.getByLabel('E-mail').fill('sam@example.com');
    await page.getByLabel('Address').fill('1 Example Street\n10115 Berlin');
    await page.getByRole('radio', { name: method }).check();
    await button(page, /^Pay/).click();
  }

  /** As somebody does whose line is not quite back yet. */
  async function pressUntil(page: Page, name: RegExp, done: string): Promise<void> {
    const arrived = page.getByRole('heading', { level: 1, name: done });
    await vi.waitFor(async () => {
      // A press whose answer took its time has led there after all.
      if (!(await arrived.isVisible())) await page.getByRole('button', { name }).click({ timeout: 5_000 });
      await arrived.waitFor({ timeout: 5_000 });
    }, PATIENCE);
  }

  test('reads the page of a sale while its scripts are still on a slow line, and goes on with it once they are there', async () => {
    const saleId = await newSale({ name: 'Over a slow line' });
    const page = await openPage(browser, { baseURL: server.url, viewport: 'phone' });
    page.setDefaultTimeout(PATIENCE.timeout);
    const arrived = Promise.withResolvers<void>();
    onTestFinished(() => arrived.resolve());
    await page.route(/\/assets\/.*\.js$/, async (route) => {
      await arrived.promise;
      await route.continue();
    });
    await page.goto(`/sales/${saleId}`, { waitUntil: 'commit' });
    await heading(page, 'Over a slow line');
    await page.getByText('€49.99').waitFor();
    expect(
      await button(page, 'Not started yet').isDisabled(),
      'nothing is promised before the server has said it',
    ).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
    const title = await page.getByRole('heading', { level: 1 }).elementHandle();
    const productAtY = async () => (await page.getByRole('link', { name: 'Trail Runner 42' }).boundingBox())?.y ?? 0;
    const before = await productAtY();
    arrived.resolve();
    await page.getByRole('link', { name: 'Shop now' }).waitFor();
    await page.getByText('10 of 10 left').waitFor();
    expect(await title?.evaluate((element) => element.isConnected), 'it is the same page').toBe(true);
    expect(Math.abs((await productAtY()) - before), 'nothing moves under the finger').toBeLessThan(4);
  });

  test('keeps the order while the payment provider is away, and is told that nothing is charged twice', async () => {
    const saleId = await newSale();
    const page = await open(`/sales/${saleId}/checkout`);
    await reserve(page);
    await payBy(page, 'Provider away');
    await alert(page, 'The payment provider does not answer');
    await alert(page, 'Nothing is charged twice.');
    expect(await axeViolations(page)).toEqual([]);
    await page.reload();
    await heading(page, 'Your payment is under way');
    expect(await button(page, /^Pay/).count(), 'a second payment beside the first').toBe(0);
    expect(await remaining(saleId)).toBe(9);
  });

  test('shows a transfer that takes its time as under way, also among the orders', async () => {
    const saleId = await newSale({ name: 'For the patient' });
    const page = await open(`/sales/${saleId}/checkout`);
    await reserve(page);
    await payBy(page, 'Slow transfer');
    await heading(page, 'Your payment is under way');
    expect(await button(page, 'Cancel and give back').count()).toBe(0);
    await page.goto('/orders');
    const order = page.getByRole('link', { name: /Trail Runner 42/ });
    await order.getByText('Payment under way').waitFor();
    await order.click();
    await heading(page, 'For the patient');
    await page.getByText('Payment under way').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  test('finds the server gone at the checkout, and buys once when it is back', async () => {
    const saleId = await newSale();
    const port = Number(new URL(server.url).port);
    const wire = await TcpProxy.start(port);
    onTestFinished(() => wire.close());
    const lose = () => wire.layTo(NOBODY_PORT);
    const find = () => wire.layTo(port);
    const page = await open(`/sales/${saleId}/checkout`, { baseURL: `http://127.0.0.1:${wire.port}` });
    await button(page, 'One more of Trail Runner 42').click();

    lose();
    await button(page, 'Reserve').click();
    await alert(page, 'The server cannot be reached');
    await page.getByText('Connection lost').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    find();
    await pressUntil(page, /^(Reserve|Ask again)$/, 'Reserved for you');

    lose();
    await payBy(page, 'Test card');
    await alert(page, 'The server cannot be reached');
    expect(await page.getByLabel('Full name').inputValue(), 'what was typed').toBe('Sam Example');
    find();
    await pressUntil(page, /^Pay/, 'It is yours');
    expect(await remaining(saleId)).toBe(9);
  });

  test('who arrives at the checkout of a server that does not answer is told so, and goes on by itself', async () => {
    const saleId = await newSale();
    const page = await openPage(browser, { baseURL: server.url });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.goto(`/sales/${saleId}/checkout`);
    await alert(page, 'The server cannot be reached');
    await page.unrouteAll();
    await heading(page, 'Your basket');
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
