import type { Review } from '#sdk/contract/review.ts';
import { useApi } from '../../shared/api.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ChoiceBar } from '../parts/choice-bar.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordList } from '../parts/record-list.tsx';
import { SalePicker } from '../parts/sale-picker.tsx';
import { oneOf, useFilters } from '../parts/use-filters.ts';
import { usePages } from '../parts/use-pages.ts';
import { useSales } from '../parts/use-sales.ts';
import { useSelection } from '../parts/use-selection.ts';
import { useRole } from '../session/use-role.ts';
import { reviewStateTexts, reviewTexts as texts } from '../texts/review-texts.ts';
import { DecideReviews } from './decide-reviews.tsx';
import { reviewColumns } from './review-columns.tsx';

type Status = Review['status'];

const STATES = Object.entries(reviewStateTexts) as [Status, string][];

/** Orders that the rules hold back. Open ones unless somebody asks for others. */
export function ReviewsPage() {
  const role = useRole();
  const { data: sales = [] } = useSales();
  const { filters, setFilter } = useFilters(['state', 'sale']);
  const status = filters.state === 'all' ? null : (oneOf(filters.state, reviewStateTexts) ?? 'open');
  const pages = useReviews(status, filters.sale);
  const selection = useSelection();
  const open = pages.entries.filter((review) => review.status === 'open').map((review) => review.order_id);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <ChoiceBar
          label={texts.filter}
          choices={STATES}
          value={status}
          onChange={(chosen) => setFilter('state', chosen ?? 'all')}
        />
        <div className="w-full sm:w-72">
          <SalePicker
            sales={sales}
            value={filters.sale}
            onChange={(id) => setFilter('sale', id)}
            all={texts.allSales}
          />
        </div>
      </div>
      <div className="grid gap-4">
        <RecordList
          label={texts.list}
          pages={pages}
          columns={reviewColumns(role === 'operator' ? selection : null)}
          keyOf={(review) => review.order_id}
          empty={status === 'open' && !filters.sale ? <NothingHeld /> : <NoMatch />}
        />
        {role === 'operator' && <DecideReviews selection={selection} ids={open} />}
      </div>
    </>
  );
}

function useReviews(status: Status | null, saleId: string | null) {
  const api = useApi();
  return usePages(['reviews', status, saleId], async (page) => {
    const filter = { ...(status && { status }), ...(saleId && { sale_id: saleId }) };
    const answer = await api.listReviews({ ...filter, ...page });
    return { entries: answer.reviews, next_cursor: answer.next_cursor };
  });
}

function NothingHeld() {
  return <EmptyState title={texts.emptyTitle}>{texts.emptyDetail}</EmptyState>;
}

function NoMatch() {
  return <EmptyState title={texts.noMatchTitle}>{texts.noMatchDetail}</EmptyState>;
}
