import type { Order } from '#sdk/contract/order.ts';
import { Time } from '../../shared/time.tsx';
import { eventText, orderTexts as texts } from '../texts/order-texts.ts';

/** Steps between others that say the same to a buyer. */
const INTERNAL: ReadonlySet<string> = new Set(['payment_refused', 'payment_claimed', 'payment_confirmed']);

/** All that happened to an order, the newest first. */
export function OrderHistory({ order: { timeline } }: { readonly order: Order }) {
  const told = timeline.filter(({ type }) => !INTERNAL.has(type));
  const entries = told.map((entry, index) => ({ ...entry, key: `${index}-${entry.type}` })).reverse();
  return (
    <section aria-labelledby="history" className="grid gap-3">
      <h2 id="history" className="text-lg font-semibold">
        {texts.history}
      </h2>
      <ol className="divide-y divide-line border-y border-line">
        {entries.map(({ key, type, at, detail }) => (
          <li key={key} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 py-3">
            <span>{eventText(type)}</span>
            <span className="text-sm leading-6 text-muted">
              <Time at={at} format="second" />
            </span>
            {detail && <span className="col-span-2 text-sm text-muted [overflow-wrap:anywhere]">{detail}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
