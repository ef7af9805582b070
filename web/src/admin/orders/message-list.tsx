import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import { Time } from '../../shared/time.tsx';
import { DeliveryBadge } from '../parts/delivery-badge.tsx';
import { channelTexts, newsTexts, orderTexts as texts } from '../texts/order-texts.ts';

/** Who was told what, the oldest news first. */
export function MessageList({ messages }: { readonly messages: AdminOrderDetails['notifications'] }) {
  if (messages.length === 0) return <p className="text-sm text-muted">{texts.noNotifications}</p>;
  return (
    <ul className="grid gap-4 text-sm">
      {messages.map(({ notification_id: id, channel, news, status, created_at: at, tries, last_error: error }) => (
        <li key={id} className="grid gap-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-medium">{newsTexts[news]}</span>
            <DeliveryBadge status={status} />
            <span className="text-muted sm:ml-auto">
              <Time at={at} format="second" />
            </span>
          </div>
          <p className="text-muted">{channelTexts[channel]}</p>
          {error && (
            <p className="text-critical first-letter:uppercase">
              {tries > 0 && `${texts.failedTries(tries)}: `}
              {error}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
