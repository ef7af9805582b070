const RELATIVE = new Intl.RelativeTimeFormat('en', { style: 'narrow' });
const INTEGER = new Intl.NumberFormat('en');

const UNITS_MS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `in 3h`, `5min ago`: how far an ISO time is from now. */
export function relativeTime(iso: string, nowMs: number): string {
  const distanceMs = Date.parse(iso) - nowMs;
  const [unit, unitMs] = UNITS_MS.find(([, ms]) => Math.abs(distanceMs) >= ms) ?? ['second', 1_000];
  return RELATIVE.format(Math.trunc(distanceMs / unitMs), unit);
}

/** `2030-11-29T09:00:00.000Z (in 3h)` */
export function fullTime(iso: string, nowMs: number): string {
  return `${iso} (${relativeTime(iso, nowMs)})`;
}

/** `12,000` */
export function integerText(value: number): string {
  return INTEGER.format(value);
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
