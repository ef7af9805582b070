import { generatePath, Link, useParams } from 'react-router';
import { buttonClasses } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { Notice } from '../../shared/notice.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { adminPaths as paths } from '../paths.ts';
import { PhaseBadge } from '../sales/phase-badge.tsx';
import { SaleWindow } from '../sales/sale-window.tsx';
import { ViewerHint } from '../session/viewer-hint.tsx';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { salesTexts } from '../texts/sale-texts.ts';
import { AndonCord } from './andon-cord.tsx';
import { BuyersSee } from './buyers-see.tsx';
import { Charts } from './charts.tsx';
import { EndPanel } from './end-panel.tsx';
import { GatePanel } from './gate-panel.tsx';
import { ReadinessPanel } from './readiness-panel.tsx';
import { StockPanel } from './stock-panel.tsx';
import { StreamBadge } from './stream-badge.tsx';
import { isGone, type LiveView, useLiveSale } from './use-live-sale.ts';
import { Vitals } from './vitals.tsx';

/** One sale, from its schedule to its end, as it is at this moment. */
export function LiveSalePage() {
  const { saleId = '' } = useParams();
  const { view, error } = useLiveSale(saleId);
  if (isGone(error))
    return (
      <EmptyState isPage title={texts.goneTitle}>
        {texts.goneDetail}
      </EmptyState>
    );
  if (view) return <WatchedSale view={view} />;
  return error ? <ErrorState error={error} /> : <PageSkeleton />;
}

function WatchedSale({ view }: { readonly view: LiveView }) {
  const { sale, moments } = view;
  const sample = moments.at(-1)?.sample;
  const isOn = sale.state === 'active' || sale.state === 'paused';
  return (
    <>
      <SaleHeader view={view} />
      <ViewerHint />
      <div className="grid gap-4">
        {sale.activity.scope === 'this_gateway' && (
          <Notice tone="caution" title={texts.ownNumbers} live>
            {texts.ownNumbersDetail}
          </Notice>
        )}
        {isOn ? (
          <AndonCord sale={sale} />
        ) : (
          <Card className="overflow-hidden">
            <BuyersSee saleId={sale.sale_id} />
          </Card>
        )}
        {sale.state === 'scheduled' && <ReadinessPanel saleId={sale.sale_id} />}
        {sample && <Vitals sale={sale} sample={sample} />}
        {isOn && (
          <section aria-label={texts.charts}>
            <h2 className="sr-only">{texts.charts}</h2>
            <Charts moments={moments} hasRoom={sale.room !== null} />
          </section>
        )}
        <StockPanel sale={sale} />
        <div className="grid items-start gap-4 xl:grid-cols-[repeat(auto-fit,minmax(24rem,1fr))]">
          {sale.room && <GatePanel saleId={sale.sale_id} room={sale.room} />}
          <EndPanel sale={sale} />
        </div>
      </div>
    </>
  );
}

function SaleHeader({ view: { sale, heardAtMs } }: { readonly view: LiveView }) {
  const saleId = sale.sale_id;
  return (
    <PageHeader
      back={{ to: paths.sales, label: salesTexts.title }}
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {sale.name} <PhaseBadge phase={sale.phase} />
        </span>
      }
      lead={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
          <SaleWindow startsAt={sale.starts_at} endsAt={sale.ends_at} />
          <StreamBadge heardAtMs={heardAtMs} />
        </span>
      }
      actions={
        <>
          {sale.state === 'scheduled' && (
            <Link to={generatePath(paths.editSale, { saleId })} className={buttonClasses({ look: 'secondary' })}>
              {texts.edit}
            </Link>
          )}
          <Link to={generatePath(paths.saleOrders, { saleId })} className={buttonClasses({ look: 'secondary' })}>
            {texts.orders}
          </Link>
        </>
      }
    />
  );
}
