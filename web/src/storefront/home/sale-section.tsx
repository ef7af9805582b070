import { generatePath, Link } from 'react-router';
import type { Sale } from '#sdk/contract/sale.ts';
import { useApi } from '../../shared/api.tsx';
import { buttonClasses } from '../../shared/button.tsx';
import { shortCountdown } from '../../shared/countdown.tsx';
import { useServerNow } from '../../shared/server-clock.ts';
import { Time } from '../../shared/time.tsx';
import { storefrontPaths as paths } from '../paths.ts';
import { ProductCard } from '../products/product-card.tsx';
import { ProductGrid } from '../products/product-grid.tsx';
import { PhaseBadge } from '../sale/phase-badge.tsx';
import { texts } from '../texts.ts';

interface SaleSectionProps {
  readonly title: string;
  readonly sales: readonly Sale[];
  /** Of a sale that was found by a product, only such products are shown. */
  readonly query: string;
  readonly first?: boolean;
}

const MAX_ITEMS = 3;
/** In sight when the page opens. */
const FIRST_ITEMS = 3;

/** Sales of one kind, each with its products. */
export function SaleSection({ title, sales, query, first = false }: SaleSectionProps) {
  if (sales.length === 0) return null;
  return (
    <section className="grid gap-8">
      <h2 className="text-sm font-semibold tracking-wide text-muted uppercase">{title}</h2>
      {sales.map((sale, index) => (
        <SaleOverview key={sale.sale_id} sale={sale} query={query} first={first && index === 0} />
      ))}
    </section>
  );
}

function SaleOverview({
  sale,
  query,
  first,
}: {
  readonly sale: Sale;
  readonly query: string;
  readonly first: boolean;
}) {
  const path = generatePath(paths.sale, { saleId: sale.sale_id });
  const shown = matching(sale, query).slice(0, MAX_ITEMS);
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div className="grid gap-2">
          <div className="flex flex-wrap items-center gap-3">
            <h3 className="text-2xl font-semibold tracking-tight">{sale.name}</h3>
            <PhaseBadge phase={sale.phase} />
          </div>
          <Moment sale={sale} />
        </div>
        <Link to={path} className={buttonClasses({ look: first ? 'primary' : 'secondary' })}>
          {shown.length < sale.items.length ? texts.viewItems(sale.items.length) : texts.viewSale}
          <span className="sr-only">: {sale.name}</span>
        </Link>
      </div>
      {shown.length > 0 && (
        <ProductGrid>
          {shown.map((item, index) => (
            <ProductCard
              key={item.sku_id}
              item={item}
              currency={sale.currency}
              stock={item}
              to={`${path}?item=${encodeURIComponent(item.sku_id)}`}
              first={first && index < FIRST_ITEMS}
              heading="h4"
              wide={sale.items.length === 1}
            />
          ))}
        </ProductGrid>
      )}
    </div>
  );
}

function Moment({ sale }: { readonly sale: Sale }) {
  const nowMs = useServerNow(useApi());
  const before = sale.phase === 'upcoming' || sale.phase === 'queueing';
  const at = before ? sale.starts_at : sale.ends_at;
  return (
    <p className="text-sm text-muted tabular-nums">
      {before ? texts.startsIn : texts.endsIn}{' '}
      <span className="font-medium text-ink">{shortCountdown(Date.parse(at), nowMs)}</span> · <Time at={at} />
      {sale.items.length === 0 && <> · {texts.hiddenItems}</>}
    </p>
  );
}

function matching({ items }: Sale, query: string): Sale['items'] {
  const text = query.trim().toLowerCase();
  const found = items.filter(({ name }) => name.toLowerCase().includes(text));
  return found.length > 0 ? found : items;
}
