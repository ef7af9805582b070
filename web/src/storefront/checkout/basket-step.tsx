import { useState } from 'react';
import type { Sale } from '#sdk/contract/sale.ts';
import { EmptyState } from '../../shared/empty-state.tsx';
import { Notice } from '../../shared/notice.tsx';
import { type Basket, basketLines, keepBasket, keptBasket, withQuantity } from '../buyer/basket.ts';
import { PHASE_TEXTS, checkoutTexts as texts } from '../texts/checkout-texts.ts';
import { BasketItem } from './basket-item.tsx';
import { BasketSummary } from './basket-summary.tsx';
import type { CheckoutVisit } from './use-checkout.ts';

interface BasketStepProps {
  readonly sale: Sale;
  readonly visit: CheckoutVisit;
  readonly nowMs: number;
}

/** What to buy, as one basket. */
export function BasketStep({ sale, visit, nowMs }: BasketStepProps) {
  const { saleId, basket, change } = useBasket(sale);
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
        <ul className="grid gap-3">
          {lines.map((line) => (
            <BasketItem
              key={line.item.sku_id}
              line={line}
              limit={sale.purchase_limit}
              currency={sale.currency}
              disabled={visit.asking !== null}
              onChange={(quantity) => change(withQuantity(basket, line.item.sku_id, quantity))}
            />
          ))}
        </ul>
      </section>
      <BasketSummary key={saleId} sale={sale} lines={lines} visit={visit} nowMs={nowMs} onClear={() => change({})} />
    </div>
  );
}

function useBasket({ sale_id: saleId }: Sale) {
  const [basket, setBasket] = useState<Basket>(() => keptBasket(saleId));
  const change = (next: Basket) => {
    keepBasket(saleId, next);
    setBasket(next);
  };
  return { saleId, basket, change };
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
