import { formatTime, Time } from '../../shared/time.tsx';

/** From when to when, in this browser's time zone, which stands beside. */
export function SaleWindow({ startsAt, endsAt }: { readonly startsAt: string; readonly endsAt: string }) {
  return (
    <span className="whitespace-nowrap">
      <Time at={startsAt} /> <span aria-hidden="true">–</span> <Time at={endsAt} />{' '}
      <span className="text-muted">{zoneOf(startsAt)}</span>
    </span>
  );
}

/** `CET`, `GMT+2`: as it is at that moment. */
export function zoneOf(at: string): string {
  return formatTime(at, 'clock', { timeZoneName: 'short' }).split(' ').at(-1) ?? '';
}
