import { useHydrated } from './hydrated.ts';
import { LOCALE } from './texts.ts';

const FORMATS = {
  moment: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  second: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type TimeFormat = keyof typeof FORMATS;

interface TimeProps {
  /** ISO 8601, as the API has it. */
  readonly at: string;
  readonly format?: TimeFormat;
}

const FOR_EVERYBODY = { timeZone: 'UTC', timeZoneName: 'short', year: 'numeric' } as const;

/** A moment in the reader's own time zone; in UTC, and saying so, where the page was rendered for everybody. */
export function Time({ at, format = 'moment' }: TimeProps) {
  const hydrated = useHydrated();
  return (
    <time dateTime={at} className="whitespace-nowrap tabular-nums">
      {formatTime(at, format, hydrated ? {} : FOR_EVERYBODY)}
    </time>
  );
}

/** The year goes without saying where it is this one. */
export function formatTime(at: string, format: TimeFormat, options: Intl.DateTimeFormatOptions = {}): string {
  const moment = new Date(at);
  const isOfOtherYear = format !== 'clock' && moment.getFullYear() !== new Date().getFullYear();
  const year: Intl.DateTimeFormatOptions = isOfOtherYear ? { year: 'numeric' } : {};
  return new Intl.DateTimeFormat(LOCALE, { hourCycle: 'h23', ...FORMATS[format], ...year, ...options }).format(moment);
}

/** Are both on one day, in the reader's own time zone? */
export function isSameDay(at: string, other: string): boolean {
  return new Date(at).toDateString() === new Date(other).toDateString();
}
