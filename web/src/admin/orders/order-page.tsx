import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import { useApi } from '../../shared/api.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { CopyId, shortId } from '../parts/copy-id.tsx';
import { OrderBadges } from '../parts/order-badges.tsx';
import { ordersPathOf } from '../parts/order-paths.ts';
import { PageHeader } from '../parts/page-header.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRole } from '../session/use-role.ts';
import { orderTexts as texts } from '../texts/order-texts.ts';
import { BuyerPanel } from './buyer-panel.tsx';
import { FulfilmentSteps } from './fulfilment-steps.tsx';
import { MessageList } from './message-list.tsx';
import { OrderActions } from './order-actions.tsx';
import { OrderFacts } from './order-facts.tsx';
import { OrderItems } from './order-items.tsx';
import { OrderNotice } from './order-notice.tsx';
import { PaymentList } from './payment-list.tsx';
import { Timeline } from './timeline.tsx';

/** Often enough to see a payment or a refund settle. */
const FOLLOW_MS = 2_000;

/** One order, with all that belongs to it and all that may be done with it. */
export function OrderPage() {
  const { orderId = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['order', orderId],
    queryFn: () => api.readAdminOrder({ order_id: orderId }),
    refetchInterval: ({ state }) => (state.data && isOnTheMove(state.data) ? FOLLOW_MS : false),
  });
  if (error && !data) return <ErrorState error={error} onRetry={refetch} />;
  return data ? <OrderView order={data} /> : <PageSkeleton />;
}

function isOnTheMove({ status, payment, review }: AdminOrderDetails): boolean {
  // The payment knows a moment earlier than the order that the money has gone back.
  const isGivenBack = payment?.status === 'refunding' || (payment?.status === 'refunded' && status === 'paid');
  return status === 'reserved' || status === 'paying' || isGivenBack || review === 'pending';
}

function OrderView({ order }: { readonly order: AdminOrderDetails }) {
  const role = useRole();
  return (
    <>
      <PageHeader
        back={{ to: ordersPathOf(order.sale_id), label: texts.back }}
        title={
          <span className="flex flex-wrap items-center gap-3">
            {texts.orderTitle(shortId(order.order_id))} <OrderBadges order={order} />
          </span>
        }
        lead={<CopyId id={order.order_id} what={texts.orderId} />}
        actions={<OrderActions order={order} />}
      />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:items-start">
        <div className="grid min-w-0 gap-6">
          <OrderNotice order={order} />
          {order.status === 'paid' && order.fulfilment && <FulfilmentSteps reached={order.fulfilment} />}
          <OrderItems order={order} />
          <Panel title={texts.timeline}>
            <Timeline entries={order.timeline} />
          </Panel>
          <Panel title={texts.payments}>
            <PaymentList payments={order.payments} />
          </Panel>
          <Panel title={texts.notifications}>
            <MessageList messages={order.notifications} />
          </Panel>
        </div>
        <div className="grid gap-6">
          <BuyerPanel order={order} isOperator={role === 'operator'} />
          <OrderFacts order={order} />
        </div>
      </div>
    </>
  );
}
