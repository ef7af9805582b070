import { useState } from 'react';
import { generatePath, Link } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { Field } from '../../shared/field.tsx';
import { Time } from '../../shared/time.tsx';
import { storefrontPaths as paths } from '../paths.ts';
import { ProductCard } from '../products/product-card.tsx';
import { ProductGrid } from '../products/product-grid.tsx';
import { texts } from '../texts.ts';

interface SaleItemsProps {
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
}

/** As many find a product at a glance. */
const SEARCH_FROM_ITEMS = 7;
/** In sight when the page opens. */
const FIRST_ITEMS = 3;

/** What the sale has, with what is left of each. */
export function SaleItems({ details, status }: SaleItemsProps) {
  const [query, setQuery] = useState('');
  const { items, currency } = details;
  if (items.length === 0) return <Unrevealed details={details} />;
  const found = items.filter(({ name, description }) => mentions(`${name} ${description ?? ''}`, query));
  const stock = new Map(status?.items.map((item) => [item.sku_id, item]));
  return (
    <section className="grid gap-6" aria-label={texts.itemCount(items.length)}>
      {items.length >= SEARCH_FROM_ITEMS && (
        <div className="max-w-md">
          <Field
            type="search"
            label={texts.searchItems}
            labelHidden
            placeholder={texts.searchItems}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
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
            action={<BuyLink details={details} status={status} remaining={stock.get(item.sku_id)?.remaining ?? 0} />}
          />
        ))}
      </ProductGrid>
    </section>
  );
}

interface BuyLinkProps extends SaleItemsProps {
  readonly remaining: number;
}

/** Straight to the checkout, where nobody has to queue. */
export function BuyLink({ details, status, remaining }: BuyLinkProps) {
  const phase = status?.phase;
  if (details.waiting_room || phase === 'ended' || phase === 'cancelled') return null;
  if (phase !== 'live' || remaining === 0)
    return <Button disabled>{remaining === 0 && status ? texts.soldOut : texts.chooseItem}</Button>;
  return (
    <Link to={generatePath(paths.checkout, { saleId: details.sale_id })} className={buttonClasses()}>
      {texts.chooseItem}
    </Link>
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
