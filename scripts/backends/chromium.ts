import { existsSync } from 'node:fs';
import { MissingProgram } from './server-process.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

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
  const path = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (path === undefined) throw new MissingProgram('There is no Chromium here');
  return path;
}
