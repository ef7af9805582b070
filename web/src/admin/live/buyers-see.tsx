import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';
import { Skeleton } from '../../shared/skeleton.tsx';
import { numberText } from '../parts/number-text.ts';
import { PhaseBadge } from '../sales/phase-badge.tsx';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { buyersSeeTexts } from '../texts/sale-texts.ts';

const LOOK_MS = 1_000;

/** What the public status document says at this moment: the one that every buyer's page is drawn from. */
export function BuyersSee({ saleId }: { readonly saleId: string }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['public-status', saleId],
    queryFn: () => api.readSaleStatus({ sale_id: saleId }),
    refetchInterval: LOOK_MS,
  });
  return (
    <section aria-label={texts.buyersSee} className="grid h-full content-start gap-2 bg-sunken p-5 sm:p-6">
      <h2 className="text-xs font-medium text-muted">{texts.buyersSee}</h2>
      {data ? (
        <>
          <div role="status" className="grid gap-2">
            <p className="flex flex-wrap items-center gap-3 text-lg font-semibold">
              {buyersSeeTexts[data.phase].title}
              <PhaseBadge phase={data.phase} />
            </p>
            <p className="max-w-prose text-sm text-muted">{buyersSeeTexts[data.phase].detail}</p>
          </div>
          {data.queue && data.phase !== 'upcoming' && (
            <p className="text-sm tabular-nums text-muted">
              {texts.buyersQueue(numberText(data.queue.waiting), numberText(data.queue.now_serving))}
            </p>
          )}
        </>
      ) : (
        <Skeleton className="h-14" />
      )}
    </section>
  );
}
