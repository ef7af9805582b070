import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { useApi } from '../../shared/api.tsx';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { ChoiceBar } from '../parts/choice-bar.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordTable } from '../parts/record-table.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { adminPaths as paths } from '../paths.ts';
import { ActionButton } from '../session/action-button.tsx';
import { partTexts } from '../texts/part-texts.ts';
import { stateTexts, salesTexts as texts } from '../texts/sale-texts.ts';
import { saleColumns } from './sale-columns.tsx';

type State = AdminSale['state'];

const STATES = Object.entries(stateTexts) as [State, string][];
const LOOK_MS = 5_000;

export function SalesPage() {
  const [state, setState] = useState<State | null>(null);
  const [query, setQuery] = useState<string | null>(null);
  const navigate = useNavigate();
  return (
    <>
      <PageHeader
        title={texts.title}
        lead={texts.lead}
        actions={<ActionButton onClick={() => navigate(paths.newSale)}>{texts.newSale}</ActionButton>}
      />
      <div className="grid gap-4">
        <div className="grid items-center gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <ChoiceBar label={texts.states} choices={STATES} value={state} onChange={setState} />
          <SearchBox label={texts.search} placeholder={texts.searchPlaceholder} value={query} onSearch={setQuery} />
        </div>
        <SaleList state={state} query={query} />
      </div>
    </>
  );
}

function SaleList({ state, query }: { readonly state: State | null; readonly query: string | null }) {
  const { sales, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSaleList(
    state,
    query,
  );
  if (isPending) return <PageSkeleton />;
  if (error && sales.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (sales.length === 0) return <NoSales filtered={state !== null || query !== null} />;
  return (
    <>
      <Card className="overflow-hidden">
        <RecordTable label={texts.title} columns={saleColumns} entries={sales} keyOf={({ sale_id }) => sale_id} />
      </Card>
      {hasNextPage && (
        <Button
          look="secondary"
          className="justify-self-center"
          busy={isFetchingNextPage}
          onClick={() => fetchNextPage()}
        >
          {partTexts.showMore}
        </Button>
      )}
    </>
  );
}

function useSaleList(state: State | null, query: string | null) {
  const api = useApi();
  const { data, ...list } = useInfiniteQuery({
    queryKey: ['sales', 'list', state, query],
    queryFn: ({ pageParam: cursor }) =>
      api.listAdminSales({ ...(state && { state }), ...(query && { query }), ...(cursor && { cursor }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: LOOK_MS,
  });
  return { ...list, sales: data?.pages.flatMap((page) => page.sales) ?? [] };
}

function NoSales({ filtered }: { readonly filtered: boolean }) {
  if (filtered) return <EmptyState title={texts.noMatchTitle}>{texts.noMatchDetail}</EmptyState>;
  return (
    <EmptyState
      title={texts.emptyTitle}
      action={
        <Link to={paths.newSale} className={buttonClasses()}>
          {texts.newSale}
        </Link>
      }
    >
      {texts.emptyDetail}
    </EmptyState>
  );
}
