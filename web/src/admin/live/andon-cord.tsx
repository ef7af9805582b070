import type { LiveSale } from '#sdk/contract/live-sale.ts';
import { Card } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { useSettled } from '../../shared/use-settled.ts';
import { problemText } from '../parts/problem-text.ts';
import { ActionButton } from '../session/action-button.tsx';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { BuyersSee } from './buyers-see.tsx';
import { useSaleAction } from './use-sale-action.ts';

/** So soon after the button has become the other one, a click on it is still meant for the first. */
const SETTLE_MS = 1_000;

/** Stops the sale and lets it go on, in one click: whoever sees something wrong must not have to think twice. */
export function AndonCord({ sale }: { readonly sale: LiveSale }) {
  const isPaused = sale.state === 'paused';
  const isSettled = useSettled(isPaused, SETTLE_MS) === isPaused;
  const pulling = useSaleAction((api) =>
    isPaused ? api.resumeSale({ sale_id: sale.sale_id }) : api.pauseSale({ sale_id: sale.sale_id }),
  );
  return (
    <Card className="grid overflow-hidden md:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <section aria-label={texts.andonCord} className="grid content-center gap-3 p-5 sm:p-6">
        <p className="text-sm text-muted">{isPaused ? texts.resumeDetail : texts.pauseDetail}</p>
        <ActionButton
          look={isPaused ? 'primary' : 'critical'}
          size="large"
          busy={pulling.isPending}
          aria-disabled={!isSettled}
          onClick={() => isSettled && pulling.mutate()}
        >
          {isPaused ? texts.resume : texts.pause}
        </ActionButton>
        {pulling.error && (
          <Notice tone="critical" live>
            {problemText(pulling.error)}
          </Notice>
        )}
      </section>
      <div className="border-t border-line md:border-t-0 md:border-l">
        <BuyersSee saleId={sale.sale_id} />
      </div>
    </Card>
  );
}
