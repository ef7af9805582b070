import { LOCALE } from '../../shared/texts.ts';

const WHOLE = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** A number for reading: small ones with a digit behind the point, and a dash where there is none. */
export function numberText(value: number | null): string {
  if (value === null) return '–';
  return (value < 10 ? FINE : WHOLE).format(value);
}
