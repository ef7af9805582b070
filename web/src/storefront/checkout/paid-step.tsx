import type { Order } from '#sdk/contract/order.ts';
import type { Sale } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { PageLink } from '../../shared/page-link.tsx';
import { OrderLines } from '../orders/order-lines.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';

interface PaidStepProps {
  readonly sale: Sale;
  readonly order: Order;
  readonly onMore: () => void;
}

export function PaidStep({ sale, order, onMore }: PaidStepProps) {
  return (
    <Card className="mx-auto grid w-full max-w-xl gap-7 p-6 sm:p-10">
      <div className="grid gap-3">
        <CheckMark />
        <h1 tabIndex={-1} className="text-3xl font-semibold tracking-tight">
          {texts.paidTitle}
        </h1>
        <p className="text-muted">{texts.paidDetail}</p>
        <p className="text-sm text-muted">
          {texts.orderNumber} <span className="font-mono [overflow-wrap:anywhere]">{order.order_id}</span>
        </p>
      </div>
      <OrderLines order={order} sale={sale} />
      <div className="grid gap-3 sm:flex">
        <PageLink href={`/orders/${order.order_id}`} className={buttonClasses({ size: 'large' })}>
          {texts.track}
        </PageLink>
        <Button look="secondary" size="large" onClick={onMore}>
          {texts.buyMore}
        </Button>
      </div>
    </Card>
  );
}

function CheckMark() {
  return (
    <span aria-hidden="true" className="grid size-12 place-items-center rounded-full bg-positive-soft text-positive">
      <svg
        aria-hidden="true"
        viewBox="0 0 24 24"
        className="size-6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
      >
        <path d="m5 12.5 4.5 4.5L19 7.5" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </span>
  );
}
