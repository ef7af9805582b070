import type { AdminOrder } from '#sdk/contract/order.ts';
import { joinClasses } from '../../shared/join-classes.ts';
import { Time } from '../../shared/time.tsx';
import { timelineTexts } from '../texts/order-texts.ts';

const ENDS_WELL = ['order_paid', 'delivered', 'refunded'];
const ENDS_BADLY = ['payment_declined', 'payment_refused', 'order_expired', 'order_cancelled'];

/** What happened, the first thing first. */
export function Timeline({ entries }: { readonly entries: AdminOrder['timeline'] }) {
  return (
    <ol className="grid">
      {entries.map(({ type, at, detail }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id, and are only ever added behind.
        <li key={index} className="group grid grid-cols-[1rem_1fr] gap-x-3">
          <span aria-hidden="true" className="grid grid-rows-[1.375rem_1fr] justify-items-center">
            <span className={joinClasses('mt-2 size-2 rounded-full', dotColour(type))} />
            <span className="w-px bg-line group-last:hidden" />
          </span>
          <div className="grid pb-4 text-sm group-last:pb-0 sm:grid-cols-[1fr_auto] sm:gap-x-4">
            <span className="font-medium">{timelineTexts[type] ?? type.replaceAll('_', ' ')}</span>
            <span className="text-muted">
              <Time at={at} format="second" />
            </span>
            {detail && <p className="text-muted sm:col-span-2">“{detail}”</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

function dotColour(type: string): string {
  if (ENDS_WELL.includes(type)) return 'bg-positive';
  return ENDS_BADLY.includes(type) ? 'bg-critical' : 'bg-line-strong';
}
