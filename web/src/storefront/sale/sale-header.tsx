import { Link } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { useApi } from '../../shared/api.tsx';
import { Card } from '../../shared/card.tsx';
import { Countdown } from '../../shared/countdown.tsx';
import { useHydrated } from '../../shared/hydrated.ts';
import { formatCount } from '../../shared/numbers.ts';
import { isServerTimeSettled, useServerNow } from '../../shared/server-clock.ts';
import { isSameDay, Time } from '../../shared/time.tsx';
import { storefrontPaths as paths } from '../paths.ts';
import { texts } from '../texts.ts';
import { PhaseBadge } from './phase-badge.tsx';
import { SaleAction } from './sale-action.tsx';
import { isOver } from './way-in.ts';

interface SaleProps {
  readonly details: SaleDetails;
  /** Null until the server's first word. */
  readonly status: SaleStatus | null;
}

/** Name, window, countdown and the way in. */
export function SaleHeader({ details, status }: SaleProps) {
  const endsSameDay = useHydrated() && isSameDay(details.starts_at, details.ends_at);
  return (
    <header className="grid items-start gap-6 lg:grid-cols-[1fr_24rem] lg:gap-12">
      <div className="grid justify-items-start gap-3">
        <Link
          to={paths.home}
          className="inline-flex min-h-11 items-center gap-1 text-sm font-medium text-muted hover:text-ink"
        >
          <span aria-hidden="true">←</span> {texts.allSales}
        </Link>
        <div className="h-6">{status && <PhaseBadge phase={status.phase} />}</div>
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-5xl">{details.name}</h1>
        <p className="text-muted">
          <span className="max-sm:block">
            <Time at={details.starts_at} />
          </span>{' '}
          <span className="max-sm:block">
            {texts.windowUntil} <Time at={details.ends_at} format={endsSameDay ? 'clock' : 'moment'} />
          </span>
        </p>
        <p className="text-sm text-muted">{texts.perBuyer(details.purchase_limit)}</p>
      </div>
      <TimePanel details={details} status={status} />
    </header>
  );
}

function TimePanel({ details, status }: SaleProps) {
  if (isOver(status)) return null;
  return (
    // Without scripts nobody knows how far the sale is.
    <Card className="grid gap-5 p-5 sm:p-6 noscript:hidden">
      <TimeLeft details={details} status={status} />
      <SaleAction details={details} status={status} />
      <SmallPrint details={details} status={status} />
    </Card>
  );
}

/** By the server's clock. Which moment is next is the server's word, not that of any clock here. */
function TimeLeft({ details, status }: SaleProps) {
  const nowMs = useServerNow(useApi());
  const settled = useHydrated() && isServerTimeSettled();
  const before = status ? status.phase === 'upcoming' || status.phase === 'queueing' : true;
  return (
    <div className="grid gap-2.5">
      <p className="text-sm font-medium text-muted">{before ? texts.startsIn : texts.endsIn}</p>
      <Countdown untilMs={Date.parse(before ? details.starts_at : details.ends_at)} nowMs={settled ? nowMs : null} />
    </div>
  );
}

function SmallPrint({ details, status }: SaleProps) {
  const room = details.waiting_room;
  if (status?.queue && status.queue.waiting > 0) {
    return <p className="text-sm text-muted">{texts.waitingNow(formatCount(status.queue.waiting))}</p>;
  }
  if (!room || status?.phase !== 'upcoming')
    return room && <p className="text-sm text-muted">{roomWords(room.order)}</p>;
  return (
    <p className="text-sm text-muted">
      {texts.roomOpensAt} <Time at={room.opens_at} />. {roomWords(room.order)}
    </p>
  );
}

function roomWords(order: 'fifo' | 'draw'): string {
  return order === 'draw' ? texts.roomDraw : texts.roomFifo;
}
