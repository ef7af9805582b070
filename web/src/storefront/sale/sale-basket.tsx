import { generatePath, Link } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { buttonClasses } from '../../shared/button.tsx';
import { Money } from '../../shared/money.tsx';
import { basketTotal } from '../buyer/basket.ts';
import type { BasketInHand } from '../buyer/use-basket.ts';
import { texts } from '../texts.ts';
import { isOver, type WayIn, wayIn } from './way-in.ts';

interface SaleBasketProps {
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
  readonly hand: BasketInHand;
}

/** What has been chosen of several, always in sight, and the way on. */
export function SaleBasket({ details, status, hand }: SaleBasketProps) {
  const { units, totalMinor } = basketTotal(details, status, hand.basket);
  if (isOver(status) || details.items.length < 2 || units === 0) return null;
  const way = wayIn(details, status);
  return (
    <section
      aria-label={texts.basket}
      className="sticky bottom-3 z-30 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-card border border-line-strong bg-surface p-3 pl-5 shadow-floating sm:bottom-6"
    >
      <p role="status" className="mr-auto grid">
        <span className="text-sm text-muted">{texts.basketUnits(units)}</span>
        <Money minor={totalMinor} currency={details.currency} className="text-lg font-semibold" />
      </p>
      {way ? (
        <Onward saleId={details.sale_id} way={way} />
      ) : (
        <p className="max-w-48 text-sm text-muted">{texts.basketKept}</p>
      )}
    </section>
  );
}

function Onward({ saleId, way }: { readonly saleId: string; readonly way: WayIn }) {
  return (
    <Link to={generatePath(way.path, { saleId })} reloadDocument={way.isOtherEntry} className={buttonClasses()}>
      {way.isOtherEntry ? texts.toRoom : texts.toCheckout}
    </Link>
  );
}
