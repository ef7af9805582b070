import type { LiveSale } from '#sdk/contract/live-sale.ts';
import { Card } from '../../shared/card.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { numberText } from '../parts/number-text.ts';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { availableOf, type Sample } from './samples.ts';

interface Vital {
  readonly label: string;
  readonly value: number | null;
  readonly of?: string;
  /** Should be zero, and is not. */
  readonly alarm?: boolean;
}

/** The numbers that are looked at first. */
export function Vitals({ sale, sample }: { readonly sale: LiveSale; readonly sample: Sample }) {
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card bg-line sm:flex sm:flex-wrap">
        {vitalsOf(sale, sample).map(({ label, value, of, alarm = false }) => (
          <div
            key={label}
            className="grid content-start gap-0.5 bg-surface px-4 py-3 last:odd:col-span-2 sm:min-w-28 sm:flex-1"
          >
            <dt className="text-xs text-muted">{label}</dt>
            <dd
              className={joinClasses(
                'flex flex-wrap items-baseline gap-x-1 text-xl font-semibold tabular-nums',
                alarm && 'text-critical',
              )}
            >
              {numberText(value)}
              {of && <span className="text-xs font-normal text-muted">{of}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function roomVitals(room: NonNullable<LiveSale['room']>): Vital[] {
  return [
    { label: texts.waitingNow, value: room.waiting },
    { label: texts.nowServing, value: room.now_serving },
    { label: texts.inside, value: room.inside },
  ];
}

function vitalsOf({ items, room, activity, outbox_events: lag }: LiveSale, sample: Sample): Vital[] {
  const letters = activity.ledger?.dead_letters ?? null;
  const total = items.reduce((sum, { total_stock }) => sum + total_stock, 0);
  const sold = items.reduce((sum, { stock }) => sum + (stock?.sold ?? 0), 0);
  return [
    { label: texts.stockLeft, value: availableOf({ items }), of: texts.of(numberText(total)) },
    { label: texts.sold, value: sold },
    ...(room ? roomVitals(room) : []),
    { label: texts.errors, value: sample.faultsPerS, of: texts.perSecond, alarm: (sample.faultsPerS ?? 0) > 0 },
    { label: texts.lag, value: lag, of: texts.events },
    { label: texts.deadLetters, value: letters, alarm: (letters ?? 0) > 0 },
  ];
}
