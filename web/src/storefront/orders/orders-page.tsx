import type { Order } from '#sdk/contract/order.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { Money } from '../../shared/money.tsx';
import { PageLink } from '../../shared/page-link.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { mustSignIn } from '../buyer/sign-in.ts';
import { SignInState } from '../buyer/sign-in-state.tsx';
import { orderTexts as texts } from '../texts/order-texts.ts';
import { OrderBadge } from './order-badge.tsx';
import { useOrders, useSaleOf } from './use-orders.ts';

export function OrdersPage() {
  const orders = useOrders();
  if (mustSignIn()) return <SignInState reason="orders" />;
  if (orders.isLoading) return <PageSkeleton />;
  if (orders.isError && !orders.data) return <ErrorState error={orders.error} onRetry={() => orders.refetch()} />;
  const all = orders.data?.pages.flatMap((page) => page.orders) ?? [];
  return (
    <div className="mx-auto grid max-w-3xl gap-6">
      <h1 className="text-3xl font-semibold tracking-tight">{texts.title}</h1>
      {all.length === 0 && <NoOrders />}
      <ul className="grid gap-3">
        {all.map((order) => (
          <OrderRow key={order.order_id} order={order} />
        ))}
      </ul>
      {orders.hasNextPage && (
        <Button look="secondary" busy={orders.isFetchingNextPage} onClick={() => orders.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </div>
  );
}

function NoOrders() {
  const toSales = (
    <PageLink href="/" className={buttonClasses()}>
      {texts.toSales}
    </PageLink>
  );
  return (
    <EmptyState title={texts.none} action={toSales}>
      {texts.noneDetail}
    </EmptyState>
  );
}

function OrderRow({ order }: { readonly order: Order }) {
  const sale = useSaleOf(order.sale_id).data;
  const names = new Map(sale?.items.map(({ sku_id, name }) => [sku_id, name]));
  const items = order.items.map(({ sku_id, quantity }) => `${quantity} × ${names.get(sku_id) ?? sku_id}`).join(', ');
  return (
    <li>
      <PageLink
        href={`/orders/${order.order_id}`}
        className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-2 rounded-card border border-line bg-surface p-5 transition-colors hover:border-line-strong"
      >
        <span className="grid gap-0.5">
          <span className="font-medium [overflow-wrap:anywhere]">{items}</span>
          <span className="text-sm text-muted">
            {sale?.name ? `${sale.name} · ` : ''}
            <Time at={order.reserved_at} />
          </span>
        </span>
        <span className="grid justify-items-end gap-1.5">
          <Money minor={order.total_minor} currency={order.currency} className="font-semibold" />
          <OrderBadge order={order} />
        </span>
      </PageLink>
    </li>
  );
}
