import { useParams } from 'react-router';
import { TidegateProblem } from '#sdk/client.ts';
import type { SaleDetails } from '#sdk/contract/sale.ts';
import { ErrorState } from '../../shared/error-state.tsx';
import { Notice } from '../../shared/notice.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { NotFoundPage } from '../not-found-page.tsx';
import { texts } from '../texts.ts';
import { OpenItem } from './open-item.tsx';
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

function isUnknown(error: unknown): boolean {
  return error instanceof TidegateProblem && (error.code === 'not_found' || error.code === 'validation_failed');
}

function SaleContent({ details, live }: { readonly details: SaleDetails; readonly live: LiveSale }) {
  const { status, connection } = live;
  return (
    <article className="grid gap-8 sm:gap-10">
      <SaleHeader details={details} status={status} />
      {connection === 'lost' && (
        <Notice tone="caution" live>
          {texts.connectionLost}
        </Notice>
      )}
      {status && <SaleNotice status={status} />}
      <SaleItems details={details} status={status} />
      <OpenItem details={details} status={status} />
      <noscript>
        <Notice title={texts.needsScript}>{details.waiting_room && texts.withoutScript}</Notice>
      </noscript>
    </article>
  );
}
