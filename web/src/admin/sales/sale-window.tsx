import { formatTime, type TimeFormat } from '../../shared/time.tsx';

/** From when to when, in this browser's time zone, which stands beside; what goes without saying is left out. */
export function SaleWindow({ startsAt, endsAt }: { readonly startsAt: string; readonly endsAt: string }) {
  const sameDay = dayOf(startsAt) === dayOf(endsAt);
  return (
    <span className="tabular-nums">
      <Moment at={startsAt} format="moment" /> <span aria-hidden="true">–</span>{' '}
      <Moment at={endsAt} format={sameDay ? 'clock' : 'moment'} />{' '}
      <span className="text-muted">{zoneOf(startsAt)}</span>
    </span>
  );
}

function Moment({ at, format }: { readonly at: string; readonly format: TimeFormat }) {
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear();
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {formatTime(at, format, isThisYear || format === 'clock' ? {} : { year: 'numeric' })}
    </time>
  );
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}

/** `CET`, `GMT+2`: as it is at that moment. */
export function zoneOf(at: string): string {
  return formatTime(at, 'clock', { timeZoneName: 'short' }).split(' ').at(-1) ?? '';
}
