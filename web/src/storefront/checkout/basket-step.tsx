import type { Sale } from '#sdk/contract/sale.ts';
import { EmptyState } from '../../shared/empty-state.tsx';
import { Notice } from '../../shared/notice.tsx';
import { basketLines } from '../buyer/basket.ts';
import { useBasket } from '../buyer/use-basket.ts';
import { PHASE_TEXTS, checkoutTexts as texts } from '../texts/checkout-texts.ts';
import { BasketItems } from './basket-items.tsx';
import { BasketSummary } from './basket-summary.tsx';
import type { CheckoutVisit } from './use-checkout.ts';

interface BasketStepProps {
  readonly sale: Sale;
  readonly visit: CheckoutVisit;
  readonly nowMs: number;
}

/** What to buy, as one basket. */
export function BasketStep({ sale, visit, nowMs }: BasketStepProps) {
  const { basket, setQuantity, clear } = useBasket(sale.sale_id);
  const lines = basketLines(sale, visit.status, basket);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:gap-8">
      <section aria-labelledby="basket-title" className="grid gap-5">
        <header className="grid gap-1">
          <p className="text-sm font-medium text-muted">{sale.name}</p>
          <h1 id="basket-title" tabIndex={-1} className="text-3xl font-semibold tracking-tight">
            {texts.basketTitle}
          </h1>
          <p className="text-muted">{texts.basketDetail(sale.purchase_limit)}</p>
        </header>
        <PhaseNotice phase={visit.status?.phase ?? sale.phase} />
        {lines.length === 0 && <EmptyState title={texts.noItems}>{texts.noItemsDetail}</EmptyState>}
        <BasketItems sale={sale} lines={lines} disabled={visit.asking !== null} onChange={setQuantity} />
      </section>
      <BasketSummary sale={sale} lines={lines} visit={visit} nowMs={nowMs} onClear={clear} />
    </div>
  );
}

function PhaseNotice({ phase }: { readonly phase: Sale['phase'] }) {
  if (phase === 'live') return null;
  const [title, detail] = PHASE_TEXTS[phase];
  return (
    <Notice tone="caution" title={title} live>
      {detail}
    </Notice>
  );
}
