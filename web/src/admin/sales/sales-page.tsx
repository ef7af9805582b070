import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { useApi } from '../../shared/api.tsx';
import { buttonClasses } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ChoiceBar } from '../parts/choice-bar.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordList } from '../parts/record-list.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { usePages } from '../parts/use-pages.ts';
import { adminPaths as paths } from '../paths.ts';
import { ActionButton } from '../session/action-button.tsx';
import { stateTexts, salesTexts as texts } from '../texts/sale-texts.ts';
import { saleColumns } from './sale-columns.tsx';

type State = AdminSale['state'];

const STATES = Object.entries(stateTexts) as [State, string][];
const LOOK_MS = 5_000;

export function SalesPage() {
  const [state, setState] = useState<State | null>(null);
  const [query, setQuery] = useState<string | null>(null);
  const pages = useSaleList(state, query);
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
        <RecordList
          label={texts.title}
          pages={pages}
          columns={saleColumns}
          keyOf={({ sale_id }) => sale_id}
          empty={<NoSales filtered={state !== null || query !== null} />}
        />
      </div>
    </>
  );
}

function useSaleList(state: State | null, query: string | null) {
  const api = useApi();
  const load = async (page: { readonly cursor?: string }) => {
    const answer = await api.listAdminSales({ ...(state && { state }), ...(query && { query }), ...page });
    return { entries: answer.sales, next_cursor: answer.next_cursor };
  };
  return usePages(['sales', 'list', state, query], load, { everyMs: LOOK_MS });
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
