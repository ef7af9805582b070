import { InvalidArgumentError } from 'commander';

/** Parsers of option values for commander, which prefixes their messages with the option. */

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

export function between(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a share from 0 to 1, such as 0.1.');
}

export function httpUrl(text: string): string {
  if (URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('It must be a URL that begins with http:// or https://.');
}

/** One, or several with commas between. */
export function httpUrls(text: string): readonly [string, ...string[]] {
  const [first = '', ...others] = text.split(',');
  return [httpUrl(first), ...others.map(httpUrl)];
}

/** 32 bytes. */
export function hash(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `now`, `+30m`, or an ISO time with its zone, as ISO 8601 in UTC. */
export function moment(text: string): string {
  const [, amount, unit] = /^\+(\d+)([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (text === 'now') return new Date().toISOString();
  if (amount && unitMs) return new Date(Date.now() + Number(amount) * unitMs).toISOString();
  const time = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new InvalidArgumentError('It must be now, +30m (s, m, h, d), or a time with its zone: 2030-11-29T09:00:00Z.');
}
