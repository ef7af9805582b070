import { Link } from 'react-router';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';
import { useApi } from '../../shared/api.tsx';
import { buttonClasses } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { ChoiceBar } from '../parts/choice-bar.tsx';
import { NoSales } from '../parts/no-sales.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordList } from '../parts/record-list.tsx';
import { likelySale, SalePicker } from '../parts/sale-picker.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { oneOf, useFilters } from '../parts/use-filters.ts';
import { usePages } from '../parts/use-pages.ts';
import { useSales } from '../parts/use-sales.ts';
import { useRole } from '../session/use-role.ts';
import { orderStatusTexts, orderTexts as texts } from '../texts/order-texts.ts';
import { orderColumns } from './order-columns.tsx';

type Status = AdminOrder['status'];

const STATUSES = Object.entries(orderStatusTexts) as [Status, string][];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The orders of a sale; of the one that is most likely meant, unless the address names another. */
export function OrdersPage() {
  const { data: sales, error, refetch } = useSales();
  const { filters } = useFilters(['sale']);
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  if (!sales) return <PageSkeleton />;
  const saleId = filters.sale ?? likelySale(sales)?.sale_id ?? null;
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      {saleId ? <OrdersOfSale saleId={saleId} sales={sales} /> : <NoSales />}
    </>
  );
}

function OrdersOfSale({ saleId, sales }: { readonly saleId: string; readonly sales: readonly AdminSale[] }) {
  const role = useRole();
  const { filters, setFilter } = useFilters(['sale', 'status', 'query']);
  const status = oneOf(filters.status, orderStatusTexts);
  const pages = useOrders(saleId, status, filters.query);
  return (
    <>
      <div className="mb-4 grid gap-4 md:grid-cols-[18rem_1fr] md:items-end">
        <SalePicker sales={sales} value={saleId} onChange={(id) => setFilter('sale', id)} />
        <SearchBox
          label={texts.search}
          placeholder={role === 'operator' ? texts.searchForOperators : texts.searchForViewers}
          value={filters.query}
          onSearch={(text) => setFilter('query', text)}
        />
      </div>
      <div className="mb-4">
        <ChoiceBar label={texts.filter} choices={STATUSES} value={status} onChange={(it) => setFilter('status', it)} />
      </div>
      <RecordList
        label={texts.list}
        pages={pages}
        columns={orderColumns(itemNames(sales.find((sale) => sale.sale_id === saleId)))}
        keyOf={(order) => order.order_id}
        empty={status || filters.query ? <NoMatch query={filters.query} /> : <NoOrders />}
      />
    </>
  );
}

function useOrders(saleId: string, status: Status | null, query: string | null) {
  const api = useApi();
  return usePages(['orders', saleId, status, query], async (page) => {
    const filter = { ...(status && { status }), ...(query && { query }) };
    const answer = await api.listSaleOrders({ sale_id: saleId, ...filter, ...page });
    return { entries: answer.orders, next_cursor: answer.next_cursor };
  });
}

function itemNames(sale: AdminSale | undefined): ReadonlyMap<string, string> {
  return new Map(sale?.items.map((item) => [item.sku_id, item.name]));
}

function NoOrders() {
  return <EmptyState title={texts.emptyTitle}>{texts.emptyDetail}</EmptyState>;
}

function NoMatch({ query }: { readonly query: string | null }) {
  const orderId = query?.toLowerCase() ?? '';
  const link = UUID.test(orderId) && (
    <Link to={orderPathOf(orderId)} className={buttonClasses({ look: 'secondary' })}>
      {texts.openById}
    </Link>
  );
  return (
    <EmptyState title={texts.noMatchTitle} action={link}>
      {texts.noMatchDetail}
    </EmptyState>
  );
}
