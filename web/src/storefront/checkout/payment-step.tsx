import type { Order } from '#sdk/contract/order.ts';
import type { Sale } from '#sdk/contract/sale.ts';
import { Button } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { Notice } from '../../shared/notice.tsx';
import { Spinner } from '../../shared/spinner.tsx';
import { TimeLeft } from '../live/time-left.tsx';
import { OrderLines } from '../orders/order-lines.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';
import { PaymentForm } from './payment-form.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import type { CheckoutVisit } from './use-checkout.ts';

interface PaymentStepProps {
  readonly sale: Sale;
  readonly order: Order;
  readonly visit: CheckoutVisit;
  readonly nowMs: number;
}

/** The units are held, and are to be paid. */
export function PaymentStep({ sale, order, visit, nowMs }: PaymentStepProps) {
  const isPaying = order.status === 'paying' || visit.asking === 'pay';
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:gap-8">
      <section className="grid gap-6">
        <div className="grid gap-1">
          <p className="text-sm font-medium text-muted">{sale.name}</p>
          <h1 tabIndex={-1} className="text-3xl font-semibold tracking-tight">
            {isPaying ? texts.payingTitle : texts.payTitle}
          </h1>
          <p className="max-w-prose text-muted">{isPaying ? texts.payingDetail : texts.payDetail}</p>
        </div>
        {!isPaying && <TimeToPay order={order} nowMs={nowMs} className="lg:hidden" />}
        {!isPaying && order.payment?.status === 'declined' && <Declined message={order.payment.message} />}
        {!isDeclined(visit) && <ProblemNotice problem={visit.problem} />}
        {isPaying ? <Working /> : <PaymentForm order={order} visit={visit} />}
      </section>
      <Card className="grid gap-5 p-6 lg:sticky lg:top-6">
        {!isPaying && <TimeToPay order={order} nowMs={nowMs} className="hidden lg:grid" />}
        <OrderLines order={order} sale={sale} />
        {order.status === 'reserved' && !isPaying && (
          <Button look="quiet" busy={visit.asking === 'cancel'} onClick={visit.cancel}>
            {visit.asking === 'cancel' ? texts.cancelling : texts.cancel}
          </Button>
        )}
      </Card>
    </div>
  );
}

interface TimeToPayProps extends Pick<PaymentStepProps, 'order' | 'nowMs'> {
  readonly className: string;
}

/** On a phone above the form, on a desk beside it. */
function TimeToPay({ order, nowMs, className }: TimeToPayProps) {
  return (
    <p className={joinClasses('grid gap-0.5', className)}>
      <span className="text-sm text-muted">{texts.timeToPay}</span>
      <TimeLeft
        untilMs={Date.parse(order.payment_deadline)}
        nowMs={nowMs}
        className="text-4xl font-semibold tracking-tight"
      />
    </p>
  );
}

function isDeclined({ problem }: CheckoutVisit): boolean {
  return problem instanceof Error && 'code' in problem && problem.code === 'payment_declined';
}

function Declined({ message }: { readonly message: string | null }) {
  return (
    <div role="alert">
      <Notice tone="critical" title={texts.declined}>
        {message && <p>{message}</p>}
        <p>{texts.declinedDetail}</p>
      </Notice>
    </div>
  );
}

function Working() {
  return (
    <div aria-hidden="true" className="grid min-h-48 place-items-center rounded-card bg-sunken text-accent">
      <span className="scale-200">
        <Spinner />
      </span>
    </div>
  );
}
