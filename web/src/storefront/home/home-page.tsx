import { useSearchParams } from 'react-router';
import type { Sale } from '#sdk/contract/sale.ts';
import { Button } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { SearchField } from '../../shared/search-field.tsx';
import { Skeleton } from '../../shared/skeleton.tsx';
import { sharedTexts } from '../../shared/texts.ts';
import { ProductGrid } from '../products/product-grid.tsx';
import { texts } from '../texts.ts';
import { PastSales } from './past-sales.tsx';
import { SaleSection } from './sale-section.tsx';
import { useSales } from './use-sales.ts';

/** All sales: live ones first, then what comes, then what was. */
export function HomePage() {
  const [search, setSearch] = useSearchParams();
  const query = search.get('q') ?? '';
  const ask = (text: string) => setSearch(text ? { q: text } : {}, { replace: true, preventScrollReset: true });
  return (
    <div className="grid gap-8 sm:gap-12">
      <div className="grid items-end gap-6 lg:grid-cols-[1fr_24rem]">
        <div className="grid gap-3">
          <h1 className="text-3xl font-semibold tracking-tight sm:text-5xl">{texts.homeTitle}</h1>
          <p className="max-w-prose text-muted text-pretty sm:text-lg">{texts.homeLead}</p>
        </div>
        <search>
          <SearchField label={texts.search} value={query} onChange={ask} />
        </search>
      </div>
      <SaleLists query={query} onClear={() => ask('')} />
    </div>
  );
}

interface SaleListsProps {
  readonly query: string;
  readonly onClear: () => void;
}

function SaleLists({ query, onClear }: SaleListsProps) {
  const { data, error, refetch } = useSales(query);
  if (!data) return error ? <ErrorState error={error} onRetry={refetch} /> : <ListSkeleton />;
  if (data.sales.length === 0) return <NothingFound query={query} onClear={onClear} />;
  const of = (...phases: Sale['phase'][]) => data.sales.filter(({ phase }) => phases.includes(phase));
  return (
    <>
      <SaleSection title={texts.liveSales} sales={of('live', 'sold_out', 'paused', 'recovering')} query={query} first />
      <SaleSection title={texts.comingSales} sales={of('upcoming', 'queueing')} query={query} />
      <PastSales sales={of('ended')} />
    </>
  );
}

function NothingFound({ query, onClear }: SaleListsProps) {
  if (!query) return <EmptyState title={texts.noSalesTitle}>{texts.noSales}</EmptyState>;
  const clear = (
    <Button look="secondary" onClick={onClear}>
      {texts.clearSearch}
    </Button>
  );
  return (
    <EmptyState title={texts.noMatchTitle} action={clear}>
      {texts.noMatch(query)}
    </EmptyState>
  );
}

function ListSkeleton() {
  return (
    <div role="status" className="grid gap-6">
      <span className="sr-only">{sharedTexts.loading}</span>
      <Skeleton className="h-8 w-56" />
      <ProductGrid>
        {['one', 'two', 'three'].map((key) => (
          <Skeleton key={key} className="h-96" />
        ))}
      </ProductGrid>
    </div>
  );
}
