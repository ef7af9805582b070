import { useQueries } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import { useApi } from '../../shared/api.tsx';
import { Money } from '../../shared/money.tsx';
import { Skeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { shortId } from '../parts/copy-id.tsx';
import { OrderBadges } from '../parts/order-badges.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import { Panel } from '../parts/panel.tsx';
import { reviewTexts as texts } from '../texts/review-texts.ts';

interface RelatedOrdersProps {
  readonly orderId: string;
  /** Those that were counted together with it, itself among them. */
  readonly orderIds: readonly string[];
}

/** The orders that the rules saw as one, so that they can be judged as one. */
export function RelatedOrders({ orderId, orderIds }: RelatedOrdersProps) {
  const api = useApi();
  const orders = useQueries({
    queries: orderIds.map((id) => ({
      queryKey: ['order', id],
      queryFn: () => api.readAdminOrder({ order_id: id }),
      staleTime: 30_000,
    })),
  });
  const others = orderIds.filter((id) => id !== orderId).length;
  return (
    <Panel title={texts.related} aside={texts.relatedCount(others)}>
      <ul className="-my-2 divide-y divide-line">
        {orderIds.map((id, index) => (
          <li key={id} className="py-3">
            {orders[index]?.isPending ? (
              <Skeleton className="h-10" />
            ) : (
              <RelatedOrder id={id} order={orders[index]?.data ?? null} isThis={id === orderId} />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface RelatedOrderProps {
  readonly id: string;
  /** Null: it could not be read. */
  readonly order: AdminOrderDetails | null;
  readonly isThis: boolean;
}

function RelatedOrder({ id, order, isThis }: RelatedOrderProps) {
  return (
    <div className="grid gap-1 text-sm sm:grid-cols-[minmax(0,1fr)_auto_7rem] sm:items-baseline sm:gap-x-6">
      <div className="grid min-w-0 gap-0.5">
        <span className="flex items-baseline gap-2">
          <Link to={orderPathOf(id)} className="font-mono font-medium hover:underline">
            {shortId(id)}
          </Link>
          {isThis && <span className="text-xs text-muted">{texts.thisOrder}</span>}
        </span>
        <span className="break-words text-muted">{order ? evidenceOf(order) : texts.unknown}</span>
      </div>
      {order && <OrderBadges order={order} />}
      {order && (
        <span className="flex gap-3 text-muted sm:grid sm:justify-items-end sm:gap-0">
          <Money minor={order.total_minor} currency={order.currency} />
          <Time at={order.reserved_at} format="clock" />
        </span>
      )}
    </div>
  );
}

/** Whose it is and where it goes, as far as whoever looks may know. */
function evidenceOf({ customer, user_id: userId }: AdminOrderDetails): string {
  if (!customer) return userId;
  return [customer.name, customer.address?.replaceAll('\n', ', ')].filter(Boolean).join(' · ');
}
