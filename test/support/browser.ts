import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../../scripts/backends/chromium.ts';
import { orSkip } from './backends.ts';

/** The two sizes that every page is looked at in: a phone and a desk. */
export const VIEWPORTS = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } } as const;
export const THEMES = ['light', 'dark'] as const;

export type Viewport = keyof typeof VIEWPORTS;
export type Theme = (typeof THEMES)[number];

export interface PageOptions {
  /** Where relative paths lead: the server under test. */
  readonly baseURL: string;
  readonly viewport?: Viewport;
  readonly theme?: Theme;
  readonly javaScriptEnabled?: boolean;
}

/** The system's Chromium; null, and loudly so, where there is none. Launch it once a test file and close it after all. */
export function launchBrowser(): Promise<Browser | null> {
  return orSkip('a browser', 'install Chromium, or set CHROMIUM to its path', async () => {
    return chromium.launch({ executablePath: findHeadlessChromium(), args: CHROMIUM_FLAGS });
  });
}

/**
 * A page of a buyer of its own, gone when the test ends. The test fails if the page logs an error that is not the echo
 * of an HTTP status: a script that failed, or something that the Content-Security-Policy did not let in.
 */
export async function openPage(browser: Browser, options: PageOptions): Promise<Page> {
  const context = await openContext(browser, options);
  return watchedPage(context);
}

/** A buyer of its own, with as many pages as it takes; gone when the test ends. */
export async function openContext(browser: Browser, options: PageOptions): Promise<BrowserContext> {
  const { baseURL, viewport = 'desk', theme = 'light', javaScriptEnabled = true } = options;
  const context = await browser.newContext({
    baseURL,
    javaScriptEnabled,
    viewport: VIEWPORTS[viewport],
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    hasTouch: viewport === 'phone',
  });
  onTestFinished(() => context.close());
  return context;
}

/** One more page of a buyer, watched for errors as `openPage` says. */
export async function watchedPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR_/.test(message.text()))
      faults.push(message.text());
  });
  onTestFinished(() => {
    if (faults.length > 0) throw new Error(`the page logged errors:\n${faults.join('\n')}`);
  });
  return page;
}

/**
 * What axe finds wrong with the page as it is, in a line each; empty if nothing. `colors`: only what another theme can
 * change of a page whose every rule has been looked at.
 */
export async function axeViolations(page: Page, rules: 'all' | 'colors' = 'all'): Promise<string[]> {
  // In the page itself, and not in a new one for every look: there are no frames here.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === 'all' ? axe : axe.withRules(['color-contrast'])).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}

/** Has the page painted in another theme. */
export async function paintIn(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.waitForFunction(paintedIn(theme));
}

/** Runs in the page: the theme has been taken over, and a frame painted with it. */
function paintedIn(theme: Theme): string {
  const painted = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))';
  return `matchMedia('(prefers-color-scheme: ${theme})').matches && ${painted}`;
}

/** Writes what the page looks like, to its whole length, where people can look at it. Returns the path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const directory = process.env.SCREENSHOTS ?? join(tmpdir(), 'tidegate-screenshots');
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
