import { useState } from 'react';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { EmptyState } from '../../shared/empty-state.tsx';
import { SearchField } from '../../shared/search-field.tsx';
import { Time } from '../../shared/time.tsx';
import type { BasketInHand } from '../buyer/use-basket.ts';
import { ProductCard } from '../products/product-card.tsx';
import { ProductGrid } from '../products/product-grid.tsx';
import { texts } from '../texts.ts';
import { ItemAction } from './item-action.tsx';

interface SaleItemsProps {
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
  readonly hand: BasketInHand;
}

/** As many find a product at a glance. */
const SEARCH_FROM_ITEMS = 7;
/** In sight when the page opens. */
const FIRST_ITEMS = 3;

/** What the sale has, with what is left of each. */
export function SaleItems({ details, status, hand }: SaleItemsProps) {
  const [query, setQuery] = useState('');
  const { items, currency } = details;
  if (items.length === 0) return <Unrevealed details={details} />;
  const found = items.filter(({ name, description }) => mentions(`${name} ${description ?? ''}`, query));
  const stock = new Map(status?.items.map((item) => [item.sku_id, item]));
  return (
    <section className="grid gap-6" aria-label={texts.itemCount(items.length)}>
      {items.length >= SEARCH_FROM_ITEMS && (
        <div className="max-w-md">
          <SearchField label={texts.searchItems} value={query} onChange={setQuery} />
        </div>
      )}
      {found.length === 0 && <EmptyState title={texts.noMatchTitle}>{texts.noItemMatch(query)}</EmptyState>}
      <ProductGrid>
        {found.map((item, index) => (
          <ProductCard
            key={item.sku_id}
            item={item}
            currency={currency}
            stock={stock.get(item.sku_id) ?? null}
            to={`?item=${encodeURIComponent(item.sku_id)}`}
            first={index < FIRST_ITEMS}
            heading="h2"
            staysOnPage
            wide={items.length === 1}
            action={<ItemAction item={item} details={details} status={status} hand={hand} />}
          />
        ))}
      </ProductGrid>
    </section>
  );
}

function Unrevealed({ details: { reveal_at } }: { readonly details: SaleDetails }) {
  return (
    <EmptyState title={texts.revealTitle}>
      {reveal_at && (
        <>
          {texts.revealAt} <Time at={reveal_at} />.
        </>
      )}
    </EmptyState>
  );
}

function mentions(text: string, query: string): boolean {
  return text.toLowerCase().includes(query.trim().toLowerCase());
}
