import { LOCALE } from './texts.ts';

const FORMAT = new Intl.NumberFormat(LOCALE);

/** A count, with the separators of the language. */
export function formatCount(count: number): string {
  return FORMAT.format(count);
}

/** Whole percent, rounded down: nobody is promised more than they get. */
export function percentOff(priceMinor: number, listPriceMinor: number): number {
  return Math.max(0, Math.floor((1 - priceMinor / listPriceMinor) * 100));
}
