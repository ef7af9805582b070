import type { Browser } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { axeViolations, launchBrowser, openPage, screenshot } from '../support/browser.ts';
import { TestServer } from '../support/server.ts';

const browser = await launchBrowser();

describe.skipIf(!browser)('the storefront', async () => {
  const server = await TestServer.start();
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });

  it('leads from page to page without a reload', async () => {
    const page = await openPage(browser as Browser, { baseURL: server.url });
    await page.goto('/');
    await page.getByRole('link', { name: 'My orders' }).click();
    expect(new URL(page.url()).pathname).toBe('/orders');
    expect(await axeViolations(page)).toEqual([]);
    await screenshot(page, 'shell');
  });
});
