import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Client, createClient } from '#sdk/client.ts';
import {
  axeViolations,
  launchBrowser,
  openPage,
  type PageOptions,
  screenshot,
  type Theme,
  VIEWPORTS,
  type Viewport,
} from '../support/browser.ts';
import { patiently } from '../support/patience.ts';
import { OPERATOR_TOKEN, saleItem, TestServer, VIEWER_TOKEN } from '../support/server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const browser = await launchBrowser();
const PATIENCE = { timeout: 30_000 };
const MINUTE_MS = 60_000;
const HALF_AN_HOUR_MS = 30 * MINUTE_MS;

describe.skipIf(!browser)('the console', async () => {
  let aheadMs = 0;
  const server = await TestServer.start({ clock: () => Date.now() + aheadMs });
  const operator = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN });
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });

  async function open(path: string, token: string, options: Partial<PageOptions> = {}): Promise<Page> {
    const page = await openPage(browser as Browser, { baseURL: server.url, ...options });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto(path);
    await signIn(page, token);
    return page;
  }

  test('takes an operator from the sign-in to the end of a sale', async () => {
    const page = await openPage(browser as Browser, { baseURL: server.url });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto('/admin/sales');
    await signIn(page, 'made-up');
    await page.getByText('Nobody has this token.').waitFor();
    await signIn(page, OPERATOR_TOKEN);
    await page.getByText('Operator', { exact: true }).last().waitFor();
    expect(page.url(), 'the link is followed').toBe(`${server.url}/admin/sales`);
    await page.goto('/admin');
    await page.locator('a[aria-current=page]', { hasText: 'Sales' }).waitFor();

    await page.getByRole('button', { name: 'New sale' }).click();
    await page.getByRole('button', { name: 'Schedule sale' }).click();
    await page.getByText('5 fields need another look.').or(page.getByText('6 fields need another look.')).waitFor();
    await expect
      .poll(() => page.locator('[name=name]').evaluate((field) => field === document.activeElement))
      .toBe(true);
    await page.locator('[name="items.0.flash_price_minor"]').fill('1,999');
    await page.getByLabel('Buyers queue, and are let in at a rate').check();
    await page.getByText('Write it like 1999.50').waitFor();
    await fillSale(page);
    const preview = page.getByRole('region', { name: 'As buyers will see it' });
    expect(await preview.innerText()).toMatch(
      /Noon drop[\s\S]*Trail Runner[\s\S]*−50 %[\s\S]*€99\.00[\s\S]*€49\.50[\s\S]*20 units/,
    );
    await page.getByRole('button', { name: 'Schedule sale' }).click();
    await page.getByRole('heading', { name: 'Noon drop Upcoming' }).waitFor();
    const saleId = page.url().split('/').at(-1) ?? '';

    await page.getByRole('button', { name: 'Prewarm and check' }).click();
    await page.getByText('Ready for the start').waitFor();
    await startNow(page);
    await page.getByRole('heading', { name: 'Noon drop Live' }).waitFor();
    expect((await operator.readAdminSale({ sale_id: saleId })).items[0]?.flash_price_minor).toBe(4_950);

    await buy(saleId, 'pm_ok');
    await buy(saleId, 'pm_declined');
    await expect.poll(() => vital(page, 'Sold'), PATIENCE).toBe('1');
    await expect.poll(() => chart(page, 'Payments'), PATIENCE).toMatch(/1\s+paid[\s\S]*1\s+declined/);
    await expect.poll(() => page.locator('canvas').count()).toBe(6);

    await page.getByRole('slider', { name: 'Rate' }).focus();
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'Change gate' }).click();
    const question = page.getByRole('dialog', { name: 'Change the gate?' });
    expect(await question.innerText()).toContain('Rate 100 → 100,000 a second');
    await question.getByRole('button', { name: 'Change gate' }).click();
    await question.waitFor({ state: 'detached' });
    expect((await operator.readAdminSale({ sale_id: saleId })).room?.gate.rate_per_second).toBe(100_000);

    const buyersSee = page.getByRole('region', { name: 'What buyers see now' });
    await clickOnceMore(page.getByRole('button', { name: 'Pause the sale' }), 'Resume the sale');
    await buyersSee.getByText('Paused for a moment').waitFor();
    expect((await operator.readSaleStatus({ sale_id: saleId })).phase).toBe('paused');
    const resume = page.getByRole('button', { name: 'Resume the sale' });
    await resume.and(page.locator('[aria-disabled=false]')).press('Enter');
    await buyersSee.getByText('On sale').waitFor();

    await page.getByRole('button', { name: 'Restock Trail Runner' }).click();
    await page.getByLabel('Units to add').fill('7');
    await page.getByLabel('Units to add').press('Enter');
    await expect.poll(() => vital(page, 'Stock left'), PATIENCE).toContain('of 27');

    await page.getByRole('button', { name: 'End now' }).click();
    const ending = page.getByRole('dialog');
    expect(await ending.getByRole('button', { name: 'End now' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await ending.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End now' }).click();
    await ending.getByLabel('Type END to confirm').fill('END');
    await ending.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('heading', { name: 'Noon drop Ended' }).waitFor();

    const { entries } = await operator.listAuditLog({ subject: saleId });
    expect(entries.map(({ action }) => action).reverse()).toEqual([
      'sale_created',
      'sale_edited',
      'gate_changed',
      'sale_pause',
      'sale_resume',
      'sale_restocked',
      'sale_end',
    ]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect((await page.request.get('/api/v1/admin/session')).status()).toBe(401);
  });

  test('shows a viewer everything, and why there is nothing to press', async () => {
    const { sale_id: saleId } = await server.createSale({ name: 'Watched', waiting_room: {} });
    const page = await open(`/admin/sales/${saleId}`, VIEWER_TOKEN);
    const pause = page.getByRole('button', { name: 'Pause the sale' });
    await pause.waitFor();
    expect(await pause.isDisabled()).toBe(true);
    await page.getByText('You are signed in as a viewer').waitFor();
    expect(await pause.evaluate((button) => button.parentElement?.title)).toBe('Viewers may look, and change nothing.');
    for (const name of ['Restock Item A', 'Change gate', 'Hold gate', 'End now', 'Cancel sale']) {
      expect(await page.getByRole('button', { name }).isDisabled(), name).toBe(true);
    }
    expect(await page.getByRole('slider', { name: 'Cap' }).getAttribute('data-disabled')).not.toBeNull();
    expect(await vital(page, 'Stock left')).toContain('10');
    await page.getByRole('link', { name: 'Kill switches' }).click();
    expect(await page.getByRole('button', { name: 'Switch purchases off' }).isDisabled()).toBe(true);
  });

  test('throws a kill switch for the whole shop, and says so on every page', async () => {
    const page = await open('/admin/switches', OPERATOR_TOKEN);
    await page.getByRole('button', { name: 'Switch payments off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch payments off' }).click();
    await page.getByText('Switched off for the whole shop: payments.').waitFor();
    expect((await operator.readSwitches()).payments).toBe(false);
    await page.getByText('Switched off by the operator').waitFor();
    await page.getByRole('link', { name: 'Sales' }).click();
    await page.getByRole('link', { name: 'Kill switches' }).last().click();
    await page.getByRole('button', { name: 'Switch payments on' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch payments on' }).click();
    await expect.poll(async () => (await operator.readSwitches()).payments, PATIENCE).toBe(true);
  });

  test('keeps what was typed when the session ends, and goes on after another sign-in', async () => {
    const page = await open('/admin/sales/new', OPERATOR_TOKEN);
    await fillSale(page);
    aheadMs += HALF_AN_HOUR_MS;
    await page.getByRole('button', { name: 'Schedule sale' }).click();
    const again = page.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByLabel('Token').fill(OPERATOR_TOKEN);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await page.locator('[name=name]').inputValue()).toBe('Noon drop');
    await page.getByRole('button', { name: 'Schedule sale' }).click();
    await page.getByRole('heading', { name: 'Noon drop Upcoming' }).waitFor();
  });

  test('warns before the session ends, by the clock of the server', async () => {
    const page = await openPage(browser as Browser, { baseURL: server.url });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.addInitScript(`{ const now = Date.now.bind(Date); Date.now = () => now() - ${HALF_AN_HOUR_MS}; }`);
    await page.route('**/api/v1/admin/session', async (route) => {
      const response = await route.fetch();
      const expires_at = new Date(Date.now() + aheadMs + MINUTE_MS).toISOString();
      await route.fulfill({ response, json: { ...(await response.json()), expires_at } });
    });
    await page.goto('/admin/switches');
    await signIn(page, OPERATOR_TOKEN);
    await page.getByText(/You will be signed out in \d\d? s\./).waitFor();
  });

  test('says when the numbers stand still, and catches up by itself', async () => {
    const { sale_id: saleId } = await server.createSale({ name: 'Out of reach' });
    const wire = await TcpProxy.start(Number(new URL(server.url).port));
    onTestFinished(() => wire.close());
    const page = await open(`/admin/sales/${saleId}`, OPERATOR_TOKEN, { baseURL: `http://127.0.0.1:${wire.port}` });
    await page.getByText('Numbers are live').waitFor();
    wire.cut();
    await page.getByText(/No news for \d+ s, reconnecting/).waitFor();
    await operator.pauseSale({ sale_id: saleId });
    wire.mend();
    await page.getByRole('heading', { name: 'Out of reach Paused' }).waitFor();
    await page.getByText('Numbers are live').waitFor();
  });

  test('is clean to axe on every page, on a phone and a desk, light and dark', async () => {
    const { sale_id: live } = await server.createSale({
      name: 'Friday drop',
      items: [saleItem('A', 40), saleItem('B', 3)],
      waiting_room: {},
    });
    const next = await server.createSale({ starts_at: '2039-01-01T00:00:00Z' });
    const page = await openPage(browser as Browser, { baseURL: server.url });
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto('/admin');
    await page.getByLabel('Token').waitFor();
    await expectClean(page, 'sign-in');
    await signIn(page, OPERATOR_TOKEN);
    await page.getByRole('link', { name: 'Friday drop' }).waitFor();
    await expectClean(page, 'sales');
    await page.goto('/admin/sales/new');
    await page.getByRole('button', { name: 'Schedule sale' }).click();
    await page.getByText(/fields need another look/).waitFor();
    await expectClean(page, 'new-sale');
    await page.goto(`/admin/sales/${live}`);
    await page.getByRole('region', { name: 'Queue length' }).waitFor();
    await expectClean(page, 'live-sale', ALL_LOOKS);
    await page.goto(`/admin/sales/${next.sale_id}`);
    await page.getByRole('button', { name: 'Prewarm and check' }).click();
    await page.getByText('Ready for the start').waitFor();
    await expectClean(page, 'scheduled-sale');
    await page.goto('/admin/switches');
    await page.getByRole('button', { name: 'Switch joins off' }).waitFor();
    await expectClean(page, 'switches');
  });

  /** One unit of `TRAIL-42`, by a new guest who queues, is let in, reserves and pays. */
  async function buy(saleId: string, paymentMethod: string): Promise<void> {
    const guest = await createClient({ baseUrl: server.url }).createSession();
    const buyer: Client = createClient({ baseUrl: server.url, token: guest.token });
    const { queue_token: token } = await buyer.enterQueue({ sale_id: saleId });
    await expect
      .poll(async () => (await buyer.readPlace({ sale_id: saleId }, { token })).state, PATIENCE)
      .toBe('ready');
    const admission = await patiently(() => buyer.requestAdmission({ sale_id: saleId }, { token }));
    const line = { sale_id: saleId, sku_id: 'TRAIL-42', quantity: 1 };
    const order = await buyer.purchase(line, { token: admission.admission_token });
    const paying = buyer.pay({ order_id: order.order_id, payment_method: paymentMethod });
    if (paymentMethod === 'pm_ok') await paying;
    else await expect(paying).rejects.toMatchObject({ code: 'payment_declined' });
  }
});

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByLabel('Token').press('Enter');
  if (token !== 'made-up') await page.getByRole('navigation').waitFor();
}

/** A sale tomorrow, with a waiting room. */
async function fillSale(page: Page): Promise<void> {
  const values = {
    name: 'Noon drop',
    'items.0.name': 'Trail Runner',
    'items.0.sku_id': 'TRAIL-42',
    'items.0.flash_price_minor': '49.50',
    'items.0.original_price_minor': '99',
    'items.0.total_stock': '20',
  };
  for (const [name, value] of Object.entries(values)) await page.locator(`[name="${name}"]`).fill(value);
  await page.getByLabel('Buyers queue, and are let in at a rate').check();
}

/** Clicks a button, and once more in the moment in which it has become another one. */
async function clickOnceMore(button: Locator, other: string): Promise<void> {
  await button.evaluate((element, text) => {
    const watching = new MutationObserver(() => {
      if (!element.textContent?.includes(text)) return;
      watching.disconnect();
      (element as HTMLButtonElement).click();
    });
    watching.observe(element, { childList: true, characterData: true, subtree: true });
  }, other);
  await button.click();
}

async function startNow(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Edit sale' }).click();
  await page.locator('[name=starts_at]').fill('2024-01-01T12:00');
  await page.locator('[name="waiting_room.opens_at"]').fill('2024-01-01T11:00');
  await page.getByRole('button', { name: 'Save changes' }).click();
}

async function vital(page: Page, label: string): Promise<string> {
  return page
    .locator('dt', { hasText: new RegExp(`^${label}$`) })
    .locator('xpath=../dd')
    .innerText();
}

async function chart(page: Page, title: string): Promise<string> {
  return page.getByRole('region', { name: title, exact: true }).innerText();
}

/** Colours change over a moment, in which they are neither of the two. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.all(fading.map(({ finished }) => finished.catch(() => {})));
  });
}

/** Every size and every theme, in half of the time that all of their pairs take. */
const LOOKS = [
  ['desk', 'light'],
  ['phone', 'dark'],
] as const satisfies readonly Look[];
const ALL_LOOKS: readonly Look[] = [...LOOKS, ['desk', 'dark'], ['phone', 'light']];

type Look = readonly [Viewport, Theme];

/** Without loading it anew: what it shows must hold at any size, in any light. */
async function expectClean(page: Page, name: string, looks: readonly Look[] = LOOKS): Promise<void> {
  for (const [size, colorScheme] of looks) {
    await page.setViewportSize(VIEWPORTS[size]);
    await page.emulateMedia({ colorScheme });
    await settle(page);
    const look = `${name}-${size}-${colorScheme}`;
    expect(await axeViolations(page), look).toEqual([]);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect(scrollWidth, `${look} scrolls sideways`).toBeLessThanOrEqual(clientWidth);
    if (process.env.SCREENSHOTS) await screenshot(page, `console-${look}`);
  }
}
