import { useParams } from 'react-router';
import type { SaleDetails } from '#sdk/contract/sale.ts';
import { ErrorState } from '../../shared/error-state.tsx';
import { isUnknown } from '../../shared/is-unknown.ts';
import { Notice } from '../../shared/notice.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { useBasket } from '../buyer/use-basket.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { texts } from '../texts.ts';
import { OpenItem } from './open-item.tsx';
import { SaleBasket } from './sale-basket.tsx';
import { SaleHeader } from './sale-header.tsx';
import { SaleItems } from './sale-items.tsx';
import { SaleNotice } from './sale-notice.tsx';
import { type LiveSale, useLiveSale, useSaleDetails } from './use-sale.ts';

/** A sale: countdown, what it has, what is left of it, and the way in. */
export function SalePage() {
  const { saleId = '' } = useParams();
  const live = useLiveSale(saleId);
  const { data, error, refetch } = useSaleDetails(saleId, live.status?.revision);
  if (live.gone || isUnknown(error)) return <NotFoundPage />;
  if (data) return <SaleContent key={saleId} details={data} live={live} />;
  return error ? <ErrorState error={error} onRetry={refetch} /> : <PageSkeleton />;
}

function SaleContent({ details, live }: { readonly details: SaleDetails; readonly live: LiveSale }) {
  const { status, connection } = live;
  const hand = useBasket(details.sale_id);
  return (
    <article className="grid gap-8 sm:gap-10">
      <SaleHeader details={details} status={status} />
      <noscript>
        <NeedsScript details={details} />
      </noscript>
      {connection === 'lost' && (
        <Notice tone="caution" live>
          {texts.connectionLost}
        </Notice>
      )}
      {status && <SaleNotice status={status} />}
      <SaleItems details={details} status={status} hand={hand} />
      <OpenItem details={details} status={status} hand={hand} />
      <SaleBasket details={details} status={status} hand={hand} />
    </article>
  );
}

/** A place in the waiting room can be had without scripts; choosing and paying cannot. */
function NeedsScript({ details: { sale_id: saleId, waiting_room: room } }: { readonly details: SaleDetails }) {
  return (
    <Notice tone="caution" title={texts.needsScriptTitle}>
      <p>{texts.needsScript}</p>
      {room && (
        <p>
          {texts.withoutScript}{' '}
          <a href={`/sales/${saleId}/queue`} className="font-semibold underline underline-offset-4">
            {texts.toRoom}
          </a>
        </p>
      )}
    </Notice>
  );
}
