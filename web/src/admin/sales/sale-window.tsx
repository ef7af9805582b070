import { formatTime, isSameDay, type TimeFormat } from '../../shared/time.tsx';

/** From when to when, in this browser's time zone, which stands beside; what goes without saying is left out. */
export function SaleWindow({ startsAt, endsAt }: { readonly startsAt: string; readonly endsAt: string }) {
  return (
    <span className="tabular-nums">
      <Moment at={startsAt} format="moment" /> <span aria-hidden="true">–</span>{' '}
      <Moment at={endsAt} format={isSameDay(startsAt, endsAt) ? 'clock' : 'moment'} />{' '}
      <span className="text-muted">{zoneOf(startsAt)}</span>
    </span>
  );
}

function Moment({ at, format }: { readonly at: string; readonly format: TimeFormat }) {
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {formatTime(at, format)}
    </time>
  );
}

/** `CET`, `GMT+2`: as it is at that moment. */
export function zoneOf(at: string): string {
  return formatTime(at, 'clock', { timeZoneName: 'short' }).split(' ').at(-1) ?? '';
}
