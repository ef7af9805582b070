import { basketLines } from '../buyer/basket.ts';
import { useBasket } from '../buyer/use-basket.ts';
import { BasketItems } from '../checkout/basket-items.tsx';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import type { Waiting } from './use-waiting-room.ts';
import type { Headline } from './waiting-facts.ts';

interface WaitingBasketProps {
  readonly headline: Headline;
  readonly saleId: string;
  readonly waiting: Waiting;
}

/** Where there is still something to wait for. */
const WORTH_IT: ReadonlySet<Headline> = new Set([
  'beforeOpening',
  'signedOut',
  'inLine',
  'drawPending',
  'called',
  'lapsed',
  'paused',
  'soldOutForNow',
]);

/** Whoever waits can choose meanwhile: inside there is only to reserve. */
export function WaitingBasket({ headline, saleId, waiting: { sale, status } }: WaitingBasketProps) {
  const { basket, setQuantity } = useBasket(saleId);
  if (!sale || sale.items.length === 0 || !WORTH_IT.has(headline)) return null;
  return (
    <section aria-labelledby="waiting-basket" className="grid gap-4">
      <header className="grid gap-0.5 px-1">
        <h2 id="waiting-basket" className="text-lg font-semibold">
          {texts.basketTitle}
        </h2>
        <p className="text-sm text-muted">{texts.basketDetail}</p>
      </header>
      <BasketItems sale={sale} lines={basketLines(sale, status, basket)} disabled={false} onChange={setQuantity} />
    </section>
  );
}
