import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackofficeScene } from '../support/backoffice-scene.ts';
import { axeViolations, launchBrowser, openPage, THEMES, VIEWPORTS, type Viewport } from '../support/browser.ts';
import { OPERATOR_TOKEN, VIEWER_TOKEN } from '../support/server.ts';

const PATIENCE = { timeout: 30_000 };

const browser = await launchBrowser();

describe.skipIf(!browser)('the back office', () => {
  let scene: BackofficeScene;
  beforeAll(async () => {
    scene = await BackofficeScene.open();
  });
  afterAll(async () => {
    await browser?.close();
    await scene.close();
  });

  /** The console as whoever has this token sees it. */
  async function consoleOf(token: string, viewport: Viewport = 'desk'): Promise<Page> {
    const page = await openPage(browser as Browser, { baseURL: scene.server.url, viewport });
    page.setDefaultTimeout(PATIENCE.timeout);
    const signIn = { data: { token }, headers: { origin: scene.server.url } };
    expect((await page.request.post('/api/v1/admin/session', signIn)).status()).toBe(201);
    return page;
  }

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const dialog = (page: Page) => page.getByRole('dialog');
  const rows = (page: Page, list: string) => page.getByRole('table', { name: list }).locator('tbody tr');
  const inventory = () => scene.operator.readAdminSale({ sale_id: scene.sale.sale_id });

  async function auditedActions(subject: string): Promise<string[]> {
    return (await scene.operator.listAuditLog({ subject })).entries.map(({ action }) => action);
  }

  describe('orders', () => {
    it('are found by name, and one is shown with everything that happened to it, by keyboard alone', async () => {
      const orderId = await scene.paidOrder({ customer: { name: 'Robin Rare' }, declinedFirst: true });
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto('/admin/orders');
      await page.getByRole('searchbox', { name: 'Search orders' }).fill('robin r');
      await page.keyboard.press('Enter');
      await expect.poll(() => rows(page, 'Orders').count(), PATIENCE).toBe(1);
      await page.getByRole('link', { name: orderId.slice(-8) }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `Order ${orderId.slice(-8)}` }).waitFor();
      const payments = page.getByRole('region', { name: 'Payment attempts' });
      await expect
        .poll(() => payments.getByRole('listitem').allInnerTexts())
        .toEqual([
          expect.stringMatching(/Attempt 1\s+Declined[\s\S]*declined/),
          expect.stringMatching(/Attempt 2\s+Confirmed/),
        ]);
      const timeline = page.getByRole('region', { name: 'Timeline' });
      expect(await timeline.innerText()).toMatch(/Reserved[\s\S]+Payment declined[\s\S]+Money captured/);
      expect(await page.getByRole('region', { name: 'Buyer' }).innerText()).toContain('10115 Berlin');
      expect(await page.getByRole('region', { name: 'Messages' }).innerText()).toContain('The shop answered 410');
    });

    it('are offered only their next step, whose note the buyer reads', async () => {
      const orderId = await scene.paidOrder();
      const page = await consoleOf(OPERATOR_TOKEN, 'phone');
      await page.goto(`/admin/orders/${orderId}`);
      for (const step of ['shipped', 'out for delivery', 'delivered']) {
        await expect.poll(() => button(page, /^Mark as/).allInnerTexts(), PATIENCE).toEqual([`Mark as ${step}`]);
        await button(page, /^Mark as/).click();
        if (step === 'shipped') await dialog(page).getByLabel('Note (optional)').fill('Parcel 4711');
        await dialog(page)
          .getByRole('button', { name: `Mark as ${step}` })
          .click();
        await dialog(page).waitFor({ state: 'detached' });
      }
      await expect.poll(() => button(page, /^Mark as/).count(), PATIENCE).toBe(0);
      await page.getByText('“Parcel 4711”').waitFor();
      const order = await scene.operator.readAdminOrder({ order_id: orderId });
      expect(order).toMatchObject({
        fulfilment: 'delivered',
        timeline: expect.arrayContaining([{ type: 'shipped', at: expect.anything(), detail: 'Parcel 4711' }]),
      });
    });

    it('are refunded once that has been typed, and the audit log leads back to them', async () => {
      const orderId = await scene.paidOrder();
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto(`/admin/orders/${orderId}`);
      await button(page, 'Refund…').click();
      const refund = dialog(page).getByRole('button', { name: 'Refund' });
      expect(await refund.isDisabled()).toBe(true);
      await dialog(page).getByLabel('Type REFUND to confirm').fill('REFUND');
      await dialog(page).getByLabel('Reason (optional)').fill('Damaged');
      // As the ledger has it for a moment: the money has gone back, and the order does not say so yet.
      const halfWay = async (route: Route) => {
        const response = await route.fetch();
        const order = await response.json();
        const payment = { ...order.payment, status: 'refunded' };
        await route.fulfill({ response, json: { ...order, status: 'paid', payment } });
      };
      await page.route(`**/api/v1/admin/orders/${orderId}`, halfWay, { times: 1 });
      await refund.click();
      await page.getByRole('heading', { level: 1 }).getByText('Refunded').waitFor();
      expect(await button(page, /Refund|Mark/).count()).toBe(0);
      expect(await scene.operator.readAdminOrder({ order_id: orderId })).toMatchObject({ status: 'refunded' });

      await page.getByRole('link', { name: 'In the audit log' }).click();
      await expect
        .poll(() => rows(page, 'Audit log').allInnerTexts(), PATIENCE)
        .toEqual([expect.stringMatching(/Refunded an order\s+operator[\s\S]*Damaged/)]);
      await rows(page, 'Audit log').getByRole('link').click();
      await expect.poll(() => new URL(page.url()).pathname).toBe(`/admin/orders/${orderId}`);
    });

    it('are read page by page, narrowed by an address that can be shared, and honestly empty', async () => {
      const sale = await scene.crowdedSale('Crowded', 55);
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto(`/admin/orders?sale=${sale.sale_id}`);
      await expect.poll(() => rows(page, 'Orders').count(), PATIENCE).toBe(50);
      await button(page, 'Show more').click();
      await expect.poll(() => rows(page, 'Orders').count(), PATIENCE).toBe(55);
      expect(await button(page, 'Show more').count()).toBe(0);
      await button(page, 'Paid').click();
      await page.getByText('No order matches').waitFor();
      expect(new URL(page.url()).searchParams.get('status')).toBe('paid');
      await page.goBack();
      await expect.poll(() => rows(page, 'Orders').count(), PATIENCE).toBe(55);
    });

    it('say that they are on their way, that the server cannot be reached, and come when it can', async () => {
      const page = await consoleOf(OPERATOR_TOKEN);
      const goOn = Promise.withResolvers<void>();
      await page.route(/\/sales\/[^/]+\/orders/, async (route) => {
        await goOn.promise;
        await route.abort();
      });
      await page.goto('/admin/orders');
      await page.getByRole('status').getByText('Loading…').waitFor({ state: 'attached' });
      goOn.resolve();
      await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
      await page.unrouteAll();
      await button(page, 'Try again').click();
      await rows(page, 'Orders').first().waitFor();
    });
  });

  describe('dead letters', () => {
    it('show what is in them and why; a replay says that the cause is still there, and heals once it is gone', async () => {
      const { orderId, letter } = await scene.poisonedReservation();
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto('/admin/dead-letters?kind=event');
      await rows(page, 'Dead letters').getByRole('link', { name: 'A rule of the ledger forbids it' }).click();
      const document = page.getByRole('region', { name: 'What a replay works with' });
      expect(JSON.parse(await document.innerText())).toEqual(letter.payload);
      expect(await page.getByText(letter.correlation_id, { exact: true }).count()).toBe(1);

      await button(page, 'Replay').click();
      await page.getByText('It could not be replayed').waitFor();
      await page.getByText('constraint_violated').waitFor();
      await scene.heal();
      await button(page, 'Replay').click();
      await page.getByText('It was done once more, and this time it worked.').waitFor();
      await expect.poll(() => button(page, /Replay|Discard/).count(), PATIENCE).toBe(0);
      expect(await scene.operator.readAdminOrder({ order_id: orderId })).toMatchObject({ status: 'reserved' });
      expect(await auditedActions(letter.dead_letter_id)).toEqual(['dead_letter_replayed']);
    });

    it('are discarded once that is confirmed, and then listed as such', async () => {
      const id = await scene.unreadableEntry();
      const page = await consoleOf(OPERATOR_TOKEN, 'phone');
      await page.goto(`/admin/dead-letters/${id}`);
      expect(await button(page, 'Replay').count()).toBe(0);
      await button(page, 'Discard…').click();
      await dialog(page).getByRole('button', { name: 'Discard' }).click();
      await page.getByText('It can still be replayed.').waitFor();
      expect((await scene.operator.readDeadLetter({ dead_letter_id: id })).state).toBe('discarded');
      await page.goto('/admin/dead-letters?state=discarded');
      await rows(page, 'Dead letters').getByText('It cannot be read').first().waitFor();
    });

    it('are replayed several at once, and what cannot be is told one by one', async () => {
      const orderId = await scene.paidOrder();
      const stuck = await scene.unreadableEntry();
      await expect.poll(() => scene.openLettersOf(orderId), PATIENCE).toHaveLength(1);
      scene.shopTakes();
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto('/admin/dead-letters');
      await page.getByRole('checkbox').first().check();
      await button(page, 'Select all shown').click();
      await button(page, 'Replay').click();
      await page.getByText(/^\d+ replayed$/).waitFor();
      await page.getByText('One could not be done').waitFor();
      expect(await page.getByRole('status').getByText(stuck.slice(-8)).count()).toBe(1);
      await expect.poll(() => scene.openLettersOf(orderId), PATIENCE).toEqual([]);
      await button(page, 'Discard…').click();
      await dialog(page).getByRole('button', { name: 'Discard' }).click();
      await page.getByText('Nothing is waiting for you').waitFor();
    });
  });

  describe('risk reviews', () => {
    it('show the rule, the evidence and the ring, and let an order go or give its money back', async () => {
      const [cleared = '', cancelled = '', ...others] = await scene.ring(6);
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto('/admin/reviews');
      await page.getByRole('link', { name: cleared.slice(-8) }).click();
      await page.getByRole('heading', { name: `Review of order ${cleared.slice(-8)}` }).waitFor();
      await page.getByText('6 accounts bought to one delivery address.').waitFor();
      await page.getByText('Up to 3 pass').waitFor();
      const ring = page.getByRole('region', { name: 'Orders that belong together' });
      for (const orderId of [cleared, cancelled, ...others]) await ring.getByText(orderId.slice(-8)).waitFor();
      await expect.poll(() => ring.getByText('Harbour Street, 20457 Hamburg').count(), PATIENCE).toBe(6);

      await button(page, 'Clear…').click();
      await dialog(page).getByLabel('Reason (optional)').fill('Called the buyer');
      await dialog(page).getByRole('button', { name: 'Clear' }).click();
      await page.getByText('Cleared: the order goes on to its buyer').waitFor();
      await page.getByText('“Called the buyer”').waitFor();
      expect((await scene.operator.readReview({ order_id: cleared })).status).toBe('cleared');

      await page.goto(`/admin/reviews/${cancelled}`);
      await button(page, 'Cancel and refund…').click();
      await dialog(page).getByLabel('Type CANCEL to confirm').fill('CANCEL');
      await dialog(page).getByRole('button', { name: 'Cancel and refund' }).click();
      await page.getByText('Cancelled: the money goes back').waitFor();
      await expect
        .poll(async () => (await scene.operator.readAdminOrder({ order_id: cancelled })).status, PATIENCE)
        .toBe('refunded');

      await page.goto(`/admin/orders/${others[0]}`);
      await page.getByText('Held back for risk review').waitFor();
      expect(await button(page, /^Mark as/).count()).toBe(0);

      await page.goto('/admin/reviews');
      await page.getByRole('checkbox').first().check();
      await button(page, 'Select all shown').click();
      await button(page, 'Clear…').click();
      await dialog(page).getByRole('button', { name: 'Clear' }).click();
      await page.getByText('4 cleared').waitFor();
      await page.getByText('No order is held back').waitFor();
    });
  });

  describe('the books', () => {
    it('agree, and where they do not the order is named and the audit says what is broken', async () => {
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.goto(`/admin/reconciliation?sale=${scene.sale.sale_id}`);
      await button(page, 'Compare now').click();
      await page.getByText('The books agree').waitFor();
      await page.getByText(/\d+ orders and 2 items were compared/).waitFor();
      const before = await inventory();

      const { orderId } = await scene.poisonedReservation();
      await button(page, 'Compare now').click();
      await page.getByText('One difference', { exact: true }).waitFor();
      await expect
        .poll(() => rows(page, 'Differences').allInnerTexts(), PATIENCE)
        .toEqual([expect.stringMatching(new RegExp(`${orderId.slice(-8)}[\\s\\S]*reserved[\\s\\S]*unknown`))]);
      await page.getByRole('region', { name: 'Earlier runs' }).getByText('one difference').waitFor();

      await page.goto(`/admin/audit?sale=${scene.sale.sale_id}`);
      await expect.poll(() => page.getByText('Not run').count(), PATIENCE).toBeGreaterThanOrEqual(10);
      await button(page, 'Run the audit').click();
      await page.getByText('One invariant is broken').waitFor();
      const lost = page.getByRole('listitem').filter({ hasText: 'No order is lost' });
      expect(await lost.innerText()).toMatch(new RegExp(`^I5[\\s\\S]*Broken[\\s\\S]*${orderId} is not in the ledger`));
      expect(await page.getByRole('listitem').filter({ hasText: 'The gate held' }).innerText()).toContain('Unproven');

      await scene.heal();
      for (const letterId of await scene.openLettersOf(orderId))
        await scene.operator.replayDeadLetter({ dead_letter_id: letterId });
      await button(page, 'Run the audit').click();
      await page.getByText('Everything holds').waitFor();
      expect((await inventory()).items[0]?.stock?.available).toBe((before.items[0]?.stock?.available ?? 0) - 1);
    });

    it('of a sale that is over are settled only when that is confirmed', async () => {
      const sale = await scene.crowdedSale('Over', 1);
      await scene.operator.endSale({ sale_id: sale.sale_id });
      const page = await consoleOf(OPERATOR_TOKEN, 'phone');
      await page.goto(`/admin/reconciliation?sale=${sale.sale_id}`);
      await button(page, 'Compare and settle…').click();
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      expect(await auditedActions(sale.sale_id)).not.toContain('sale_reconciled');
      await button(page, 'Compare and settle…').click();
      await dialog(page).getByRole('button', { name: 'Compare and settle' }).click();
      await page.getByText('Nobody was refunded.').waitFor();
      expect(await auditedActions(sale.sale_id)).toContain('sale_reconciled');
    });
  });

  it('the audit log is narrowed by what, which and when', async () => {
    const sale = await scene.crowdedSale('Logged', 0);
    await scene.operator.pauseSale({ sale_id: sale.sale_id });
    const page = await consoleOf(OPERATOR_TOKEN);
    await page.goto('/admin/audit-log');
    await page.getByLabel('To which').fill(sale.sale_id);
    await button(page, 'Search').click();
    const entries = () => rows(page, 'Audit log').locator('td:first-child span:first-child').allInnerTexts();
    await expect.poll(entries, PATIENCE).toEqual(['Paused a sale', 'Created a sale']);
    await page.getByLabel('What', { exact: true }).selectOption('Created a sale');
    await expect.poll(entries, PATIENCE).toEqual(['Created a sale']);
    await page.getByText('Who and when').click();
    await page.getByLabel('From').fill('2040-01-01T00:00');
    await page.getByText('Nothing matches').waitFor();
    await button(page, 'Clear filters').click();
    await expect.poll(async () => (await entries()).length, PATIENCE).toBeGreaterThan(2);
  });

  it('webhooks that the shop refused are sent again', async () => {
    scene.shopTakes(false);
    const orderId = await scene.paidOrder();
    const status = async () => (await scene.operator.listWebhooks({ order_id: orderId })).webhooks[0]?.status;
    await expect.poll(status, PATIENCE).toBe('failed');
    scene.shopTakes();
    const page = await consoleOf(OPERATOR_TOKEN, 'phone');
    await page.goto('/admin/webhooks?status=failed');
    const here = page.getByRole('navigation').getByRole('link', { name: 'Webhooks' });
    await expect.poll(async () => rightOf(await here.boundingBox())).toBeLessThanOrEqual(VIEWPORTS.phone.width);
    await rows(page, 'Webhooks')
      .filter({ hasText: orderId.slice(-8) })
      .getByRole('button')
      .click();
    await page.getByText('On its way to the shop once more').first().waitFor();
    await expect.poll(status, PATIENCE).toBe('delivered');
  });

  it('a viewer sees all of it but whose it is, and can press nothing', async () => {
    const orderId = await scene.paidOrder();
    const letterId = await scene.unreadableEntry();
    const [held = ''] = await scene.ring(4);
    const page = await consoleOf(VIEWER_TOKEN);
    const shown = async (path: string, text: string) => {
      await page.goto(path);
      await page.getByText(text).first().waitFor();
      const content = await page.locator('main').innerText();
      expect(content).not.toMatch(/Sam Example|Kim Sample|@example|Berlin|Hamburg/);
      expect(await page.getByRole('main').getByRole('checkbox').count()).toBe(0);
    };
    const locked = async (...names: string[]) => {
      for (const name of names) {
        expect(await button(page, name).isDisabled()).toBe(true);
        expect(await page.getByText('Viewers may look, and change nothing.').count()).toBeGreaterThan(0);
      }
    };
    await shown(`/admin/orders?sale=${scene.sale.sale_id}`, orderId.slice(-8));
    await shown(`/admin/orders?sale=${scene.sale.sale_id}&query=sam`, 'No order matches');
    await shown(`/admin/orders/${orderId}`, 'Name and address are shown to operators only.');
    await locked('Refund…', 'Mark as shipped');
    await shown('/admin/dead-letters', 'It cannot be read');
    await shown(`/admin/dead-letters/${letterId}`, 'What to do');
    await locked('Discard…');
    await shown(`/admin/reviews/${held}`, 'Shared address');
    await locked('Clear…', 'Cancel and refund…');
    await shown('/admin/reconciliation', 'What is compared');
    await locked('Compare now');
    await shown('/admin/webhooks', 'Order paid');
    expect(await button(page, /^Send again/).count()).toBe(0);
    await shown('/admin/audit', 'Stock adds up');
    await button(page, 'Run the audit').click();
    await page.getByText('Everything holds').waitFor();
    await scene.operator.discardDeadLetter({ dead_letter_id: letterId });
  });

  describe('axe finds nothing wrong, and nothing is cut off', () => {
    let paths: readonly string[];
    beforeAll(async () => {
      const orderId = await scene.paidOrder();
      const letterId = await scene.unreadableEntry();
      const [held = ''] = await scene.ring(4);
      const lists = ['orders', 'dead-letters', 'reviews', 'reconciliation', 'audit', 'audit-log', 'webhooks'];
      const details = [`orders/${orderId}`, `orders/${held}`, `dead-letters/${letterId}`, `reviews/${held}`];
      paths = [...lists, ...details].map((path) => `/admin/${path}`);
    });

    it.each(THEMES)('on any page, on a phone and on a desk, %s', async (colorScheme) => {
      const page = await consoleOf(OPERATOR_TOKEN);
      await page.emulateMedia({ colorScheme });
      const found: string[] = [];
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByText('Loading…').waitFor({ state: 'detached' });
        for (const size of Object.values(VIEWPORTS)) {
          await page.setViewportSize(size);
          const where = `${path} ${size.width}`;
          if (await isTooWide(page)) found.push(`${where}: it has to be scrolled sideways`);
          found.push(...(await axeViolations(page)).map((violation) => `${where}: ${violation}`));
        }
      }
      expect(found).toEqual([]);
    });
  });
});

function rightOf(box: { readonly x: number; readonly width: number } | null): number {
  return box ? box.x + box.width : Number.POSITIVE_INFINITY;
}

/** Once the page has been drawn in its new size: until then the rules of the old one may hold. */
function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await drawn();
    await drawn();
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}
