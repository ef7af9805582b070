import { keep, readKept } from './kept.ts';

const KEY = 'device';

/**
 * What this device is known by where a sale asks for it. Only a hash leaves the browser. A mark that the browser keeps
 * is part of it: without, two phones of one model would be one device, and one of two buyers would go away with nothing.
 */
export async function deviceFingerprint(): Promise<string> {
  const traits = JSON.stringify([deviceMark(), ...deviceTraits()]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(traits));
  return `fp-${hex(new Uint8Array(digest)).slice(0, 32)}`;
}

function deviceMark(): string {
  const known = readKept<string>(KEY);
  if (known !== null) return known;
  const made = hex(crypto.getRandomValues(new Uint8Array(16)));
  keep(KEY, made);
  return made;
}

function deviceTraits(): unknown[] {
  const { userAgent, languages, hardwareConcurrency, maxTouchPoints } = navigator;
  const { width, height, colorDepth } = screen;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  // The smaller side first: turning a phone makes no other device of it.
  const sides = [Math.min(width, height), Math.max(width, height)];
  return [userAgent, languages, hardwareConcurrency, maxTouchPoints, sides, colorDepth, timeZone];
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
