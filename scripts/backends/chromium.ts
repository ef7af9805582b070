import { existsSync } from 'node:fs';
import { MissingProgram } from './server-process.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const HEADLESS_PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chrome-headless-shell'];

/** Does nothing by itself, and keeps to the machine that it runs on. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of the system's Chromium, or of what `CHROMIUM` names. Throws `MissingProgram` where there is none. */
export function findChromium(): string {
  return findIn(PLACES);
}

/** As above, and rather one that has no windows where there is one: the same engine, for a third of the work. */
export function findHeadlessChromium(): string {
  return findIn([...HEADLESS_PLACES, ...PLACES]);
}

function findIn(places: readonly string[]): string {
  const path = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (path === undefined) throw new MissingProgram('There is no Chromium here');
  return path;
}
