import { useParams } from 'react-router';
import type { Order } from '#sdk/contract/order.ts';
import { buttonClasses } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { Notice } from '../../shared/notice.tsx';
import { PageLink } from '../../shared/page-link.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { orderInCheckout } from '../buyer/kept-checkout.ts';
import { mustSignIn } from '../buyer/sign-in.ts';
import { SignInState } from '../buyer/sign-in-state.tsx';
import { MONEY_TEXTS, REASON_TEXTS } from '../texts/checkout-texts.ts';
import { orderTexts as texts } from '../texts/order-texts.ts';
import { OrderBadge } from './order-badge.tsx';
import { moneyFate } from './order-facts.ts';
import { OrderHistory } from './order-history.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderTracking } from './order-tracking.tsx';
import { useOrder, useSaleOf } from './use-orders.ts';

export function OrderPage() {
  const { orderId = '' } = useParams();
  const query = useOrder(orderId);
  const sale = useSaleOf(query.data?.sale_id).data ?? null;
  if (query.isPending) return <PageSkeleton />;
  if (query.isError && !query.data) return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
  const order = query.data;
  if (!order) return mustSignIn() ? <SignInState reason="order" /> : <NotHere />;
  return (
    <div className="mx-auto grid max-w-5xl items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:gap-8">
      <div className="grid gap-6">
        <header className="grid justify-items-start gap-2">
          <OrderBadge order={order} />
          <h1 className="text-3xl font-semibold tracking-tight text-balance">{sale?.name ?? texts.orderNumber}</h1>
          <p className="text-sm text-muted">
            {texts.orderNumber} <span className="font-mono [overflow-wrap:anywhere]">{order.order_id}</span>
          </p>
        </header>
        <Outcome order={order} />
        {isOnItsWay(order) && <OrderTracking order={order} />}
        <OrderHistory order={order} />
      </div>
      <Card className="p-6 lg:sticky lg:top-6">
        <OrderLines order={order} sale={sale} />
      </Card>
    </div>
  );
}

/** What the buyer has to do or to know. */
function Outcome({ order }: { readonly order: Order }) {
  if (order.status === 'reserved') return <PayNow order={order} />;
  if (isOnItsWay(order)) return null;
  const wasPaid = order.status === 'refunded' || order.status === 'paid';
  return (
    <Notice tone={wasPaid ? 'caution' : 'neutral'} title={wasPaid ? texts.notKept : texts.money}>
      {order.reason && <p>{REASON_TEXTS[order.reason]}</p>}
      <p>{MONEY_TEXTS[moneyFate(order)]}</p>
    </Notice>
  );
}

/** The checkout can go on with it where it was begun. */
function PayNow({ order }: { readonly order: Order }) {
  const isHere = orderInCheckout(order.sale_id)?.orderId === order.order_id;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-5 ring-2 ring-accent">
      <p>
        {texts.payBefore} <Time at={order.payment_deadline} format="second" />
      </p>
      {isHere && (
        <PageLink href={`/sales/${order.sale_id}/checkout`} className={buttonClasses()}>
          {texts.payNow}
        </PageLink>
      )}
    </Card>
  );
}

function isOnItsWay({ status, reason }: Order): boolean {
  return status === 'reserved' || status === 'paying' || (status === 'paid' && reason === undefined);
}

function NotHere() {
  const toOrders = (
    <PageLink href="/orders" className={buttonClasses()}>
      {texts.allOrders}
    </PageLink>
  );
  return (
    <EmptyState isPage title={texts.notFound} action={toOrders}>
      {texts.notFoundDetail}
    </EmptyState>
  );
}
