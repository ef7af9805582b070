import { useEffect, useRef } from 'react';
import { useParams } from 'react-router';
import { useApi } from '../../shared/api.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { isUnknown } from '../../shared/is-unknown.ts';
import { Notice } from '../../shared/notice.tsx';
import { useServerNow } from '../../shared/server-clock.ts';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';
import { BasketStep } from './basket-step.tsx';
import { NotAdmitted } from './not-admitted.tsx';
import { OverStep } from './over-step.tsx';
import { PaidStep } from './paid-step.tsx';
import { PaymentStep } from './payment-step.tsx';
import { type CheckoutVisit, useCheckout } from './use-checkout.ts';

/** From the basket to the paid order, each step where the last visit left it. */
export function CheckoutPage() {
  const { saleId = '' } = useParams();
  return <CheckoutOf key={saleId} saleId={saleId} />;
}

function CheckoutOf({ saleId }: { readonly saleId: string }) {
  const visit = useCheckout(saleId);
  const nowMs = useServerNow(useApi());
  const page = useFocusOnNewStep(visit && stepOf(visit));
  if (!visit || (visit.loading && !visit.problem)) return <PageSkeleton />;
  return (
    <div ref={page} className="mx-auto grid max-w-5xl gap-6">
      {visit.offline && (
        <Notice tone="caution" title={texts.offline} live>
          {texts.offlineDetail}
        </Notice>
      )}
      <Step saleId={saleId} visit={visit} nowMs={nowMs} />
    </div>
  );
}

/** Null until it is known. */
function stepOf({ loading, order }: CheckoutVisit): string | null {
  return loading ? null : (order?.status ?? 'basket');
}

/** Whoever goes by keyboard or ear is taken to the new heading when the step changes, and not on arrival. */
function useFocusOnNewStep(step: string | null) {
  const page = useRef<HTMLDivElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    const isNew = shown.current !== null && step !== null && shown.current !== step;
    shown.current = step;
    if (isNew) page.current?.querySelector('h1')?.focus();
  }, [step]);
  return page;
}

interface StepProps {
  readonly saleId: string;
  readonly visit: CheckoutVisit;
  readonly nowMs: number;
}

function Step({ saleId, visit, nowMs }: StepProps) {
  const { sale, order, admittedUntilMs } = visit;
  const { problem } = visit;
  if (!sale) return problem && !isUnknown(problem) ? <ErrorState error={problem} /> : <UnknownSale />;
  if (!order) {
    const isAdmitted = !sale.waiting_room || (admittedUntilMs !== null && nowMs < admittedUntilMs);
    if (!isAdmitted && visit.asking === null) return <NotAdmitted saleId={saleId} sale={sale} />;
    return <BasketStep sale={sale} visit={visit} nowMs={nowMs} />;
  }
  if (order.status === 'reserved' || order.status === 'paying') {
    return <PaymentStep sale={sale} order={order} visit={visit} nowMs={nowMs} />;
  }
  if (order.status === 'paid' && order.reason === undefined)
    return <PaidStep sale={sale} order={order} onMore={visit.startOver} />;
  return <OverStep sale={sale} order={order} onAgain={visit.startOver} />;
}

function UnknownSale() {
  return (
    <EmptyState isPage title={texts.unknownSale}>
      {texts.unknownSaleDetail}
    </EmptyState>
  );
}
