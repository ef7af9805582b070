import type { ReactNode } from 'react';
import { Link, type To } from 'react-router';
import type { SaleDetails } from '#sdk/contract/sale.ts';
import { Badge } from '../../shared/badge.tsx';
import { Card } from '../../shared/card.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { texts } from '../texts.ts';
import { PriceLine } from './price-line.tsx';
import { ProductPicture } from './product-picture.tsx';
import { isLimited, type Stock, StockLine } from './stock-line.tsx';

interface ProductCardProps {
  readonly item: SaleDetails['items'][number];
  readonly currency: string;
  /** Null: not known yet. */
  readonly stock: Stock | null;
  /** Where the details are. */
  readonly to: To;
  readonly first?: boolean;
  readonly heading?: 'h2' | 'h4';
  /** Keeps the page where it is scrolled to. */
  readonly staysOnPage?: boolean;
  /** Alone in its sale: over the whole width. */
  readonly wide?: boolean;
  readonly action?: ReactNode;
}

/** A product in a grid. All of it leads to its details; `action` stands above that. */
export function ProductCard({
  item,
  currency,
  stock,
  to,
  first = false,
  heading: Heading = 'h2',
  staysOnPage = false,
  wide = false,
  action,
}: ProductCardProps) {
  const soldOut = stock?.remaining === 0;
  return (
    <Card
      className={joinClasses(
        'group relative flex flex-col overflow-hidden transition-colors hover:border-line-strong',
        wide && 'sm:col-span-full sm:grid sm:grid-cols-2',
      )}
    >
      <div className="relative">
        <div className={soldOut ? 'opacity-60 grayscale' : undefined}>
          <ProductPicture skuId={item.sku_id} name={item.name} imageUrl={item.image_url} first={first} />
        </div>
        {stock && (soldOut || isLimited(stock)) && (
          <div className="absolute top-3 left-3">
            <Badge tone={soldOut ? 'neutral' : 'caution'}>{soldOut ? texts.soldOut : texts.limitedStock}</Badge>
          </div>
        )}
      </div>
      <div className={joinClasses('flex flex-1 flex-col gap-3 p-4', wide ? 'sm:gap-5 sm:p-8' : 'sm:p-5')}>
        <div className="grid gap-1">
          <Heading className={joinClasses('font-semibold', wide && 'sm:text-2xl sm:tracking-tight')}>
            <Link to={to} preventScrollReset={staysOnPage} className="after:absolute after:inset-0 after:rounded-card">
              {item.name}
            </Link>
          </Heading>
          {item.description && <p className="line-clamp-2 text-sm text-muted">{item.description}</p>}
        </div>
        <div className={joinClasses('grid gap-3', wide ? 'sm:my-auto' : 'mt-auto')}>
          <PriceLine
            priceMinor={item.flash_price_minor}
            listPriceMinor={item.original_price_minor}
            currency={currency}
            size={wide ? 'large' : 'medium'}
          />
          <StockLine stock={stock} />
          {action && <div className="relative grid empty:hidden">{action}</div>}
        </div>
      </div>
    </Card>
  );
}
