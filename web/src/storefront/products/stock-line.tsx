import { Meter } from '../../shared/meter.tsx';
import { formatCount } from '../../shared/numbers.ts';
import { Skeleton } from '../../shared/skeleton.tsx';
import { texts } from '../texts.ts';

export interface Stock {
  readonly total_stock: number;
  readonly remaining: number;
}

const LIMITED_SHARE = 0.15;

/** Has so little left that it is worth to say so. */
export function isLimited({ total_stock, remaining }: Stock): boolean {
  return remaining > 0 && remaining <= Math.max(1, total_stock * LIMITED_SHARE);
}

/** How much is left, as a bar and in words. Null: not known yet, and the place of it. */
export function StockLine({ stock }: { readonly stock: Stock | null }) {
  if (stock === null) return <Skeleton className="h-8.5 noscript:hidden" />;
  const { total_stock, remaining } = stock;
  const limited = isLimited(stock);
  return (
    <div className="grid gap-1.5">
      <Meter
        share={total_stock === 0 ? 0 : remaining / total_stock}
        className={limited ? 'text-caution' : 'text-accent'}
      />
      <p className="text-sm text-muted tabular-nums">
        {remaining === 0 ? texts.soldOut : texts.stockLeft(formatCount(remaining), formatCount(total_stock))}
      </p>
    </div>
  );
}
