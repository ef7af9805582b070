import { LOCALE } from './texts.ts';

/** @param minor in minor units of the currency, as the API has it */
export function formatMoney(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

interface MoneyProps {
  readonly minor: number;
  readonly currency: string;
  readonly className?: string;
}

export function Money({ minor, currency, className }: MoneyProps) {
  return <span className={`tabular-nums ${className ?? ''}`}>{formatMoney(minor, currency)}</span>;
}
