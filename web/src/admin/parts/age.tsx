import { LOCALE } from '../../shared/texts.ts';
import { formatTime } from '../../shared/time.tsx';
import { useNow } from './use-now.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const satisfies readonly (readonly [Intl.RelativeTimeFormatUnit, number])[];

const RELATIVE = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' });

/** How long ago something was; the moment itself on hover. */
export function Age({ at }: { readonly at: string }) {
  const nowMs = useNow(20_000);
  return (
    <time dateTime={at} title={formatTime(at, 'second')} className="whitespace-nowrap tabular-nums">
      {ageText((nowMs - Date.parse(at)) / 1000)}
    </time>
  );
}

/** @param seconds ago; less than nothing where clocks differ */
function ageText(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return RELATIVE.format(-Math.floor(seconds / length), unit);
  }
  return RELATIVE.format(-Math.max(0, Math.floor(seconds)), 'second');
}
