import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Client, createClient } from '#sdk/client.ts';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { startServerChild } from '../src/cli/simulate/server-child.ts';
import { CHROMIUM_FLAGS, findChromium } from './backends/chromium.ts';

// Makes the pictures of the README, docs/images/*.png, with a server and a browser of its own.

const IMAGES = join(import.meta.dirname, '../docs/images');
const ADMIN_TOKEN = 'the-operator-of-the-screenshots';
const MINUTE_MS = 60_000;
const PHONE = { width: 390, height: 760 };
const DESK = { width: 1280, height: 800 };
const WAITING = 40;
const BUYING = 45;

const ITEMS = [
  { sku_id: 'SHOE-42', name: 'Trail Runner 42', image: 'shoe', list: 19_900, flash: 9_900, stock: 120 },
  { sku_id: 'TURNTABLE', name: 'Turntable, walnut', image: 'turntable', list: 34_900, flash: 17_900, stock: 60 },
];

async function openSale(operator: Client, name: string, rules: Partial<SaleDraft> = {}): Promise<string> {
  const { sale_id } = await operator.createSale({
    name,
    starts_at: new Date(Date.now() - MINUTE_MS).toISOString(),
    ends_at: new Date(Date.now() + 40 * MINUTE_MS).toISOString(),
    currency: 'EUR',
    items: ITEMS.map(({ sku_id, name, image, list, flash, stock }) => ({
      sku_id,
      name,
      image_url: `/images/${image}.svg`,
      original_price_minor: list,
      flash_price_minor: flash,
      total_stock: stock,
    })),
    ...rules,
  });
  return sale_id;
}

/** So many guests join, one of whom may be inside at a time. */
async function fillRoom(shop: Client, saleId: string): Promise<void> {
  for (let guests = 0; guests < WAITING; guests++) {
    const { token } = await shop.createSession();
    await shop.enterQueue({ sale_id: saleId }, { token });
  }
}

/** Guests buy and pay, one after the other, so that the charts have something to show. */
async function sellSome(shop: Client, saleId: string): Promise<void> {
  for (let guest = 0; guest < BUYING; guest++) {
    const { token } = await shop.createSession();
    const wish = { sale_id: saleId, sku_id: ITEMS[guest % ITEMS.length]?.sku_id ?? '', quantity: 1 + (guest % 2) };
    const { order_id } = await shop.purchase(wish, { token, idempotencyKey: randomUUID() });
    await shop.pay({ order_id, payment_method: 'pm_ok' }, { token, idempotencyKey: randomUUID() });
    await sleep(100 + (guest % 5) * 60);
  }
}

async function openPage(browser: Browser, baseURL: string, viewport: typeof PHONE): Promise<Page> {
  const look = { colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;
  return (await browser.newContext({ baseURL, viewport, ...look })).newPage();
}

async function keep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  console.log(`docs/images/${name}.png`);
}

async function pictureAll(browser: Browser, url: string): Promise<void> {
  const operator = createClient({ baseUrl: url, token: ADMIN_TOKEN });
  const saleId = await openSale(operator, 'Noon drop');
  const roomId = await openSale(operator, 'Noon drop', { waiting_room: { max_active: 1, admission_seconds: 600 } });
  await fillRoom(createClient({ baseUrl: url }), roomId);

  const phone = await openPage(browser, url, PHONE);
  await phone.goto(`/sales/${saleId}`);
  await phone.getByRole('button', { name: `Add to basket: ${ITEMS[0]?.name}` }).click();
  await phone.getByRole('region', { name: 'Your basket' }).waitFor();
  await phone.evaluate('scrollTo(0, 0)');
  await keep(phone, 'sale-page');
  await phone.goto(`/sales/${roomId}/queue`);
  await phone.getByRole('heading', { name: 'You are in line' }).waitFor();
  await keep(phone, 'waiting-room');

  const desk = await openPage(browser, url, DESK);
  await desk.goto(`/admin/sales/${saleId}`);
  await desk.getByLabel('Token').fill(ADMIN_TOKEN);
  await desk.getByLabel('Token').press('Enter');
  await desk.locator('canvas').first().waitFor();
  await sellSome(createClient({ baseUrl: url }), saleId);
  await keep(desk, 'live-sale');
}

const directory = await mkdtemp(join(tmpdir(), 'tidegate-screenshots-'));
const server = await startServerChild(directory, 'server', {
  DATA_DIR: directory,
  ADMIN_TOKEN,
  RATE_LIMIT_PER_IP: '0',
  JOIN_LIMIT_PER_IP: '0',
});
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
try {
  await pictureAll(browser, server.url);
} finally {
  await browser.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
