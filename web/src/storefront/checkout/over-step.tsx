import type { Order } from '#sdk/contract/order.ts';
import type { Sale } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { PageLink } from '../../shared/page-link.tsx';
import { moneyFate } from '../orders/order-facts.ts';
import { OrderLines } from '../orders/order-lines.tsx';
import { MONEY_TEXTS, REASON_TEXTS, checkoutTexts as texts } from '../texts/checkout-texts.ts';

interface OverStepProps {
  readonly sale: Sale;
  readonly order: Order;
  readonly onAgain: () => void;
}

/** The order ended without goods: why, and what became of the money. */
export function OverStep({ sale, order, onAgain }: OverStepProps) {
  return (
    <Card className="mx-auto grid w-full max-w-xl gap-7 p-6 sm:p-10">
      <div className="grid gap-3">
        <h1 tabIndex={-1} className="text-3xl font-semibold tracking-tight">
          {titleOf(order)}
        </h1>
        {order.reason && <p className="text-muted">{REASON_TEXTS[order.reason]}</p>}
        <Notice tone="accent">{MONEY_TEXTS[moneyFate(order)]}</Notice>
      </div>
      <OrderLines order={order} sale={sale} />
      <div className="grid gap-3 sm:flex">
        <Button size="large" onClick={onAgain}>
          {texts.tryAgain}
        </Button>
        <PageLink href={`/orders/${order.order_id}`} className={buttonClasses({ look: 'secondary', size: 'large' })}>
          {texts.track}
        </PageLink>
      </div>
    </Card>
  );
}

function titleOf({ status }: Order): string {
  if (status === 'expired') return texts.expiredTitle;
  return status === 'refunded' || status === 'paid' ? texts.refundedTitle : texts.cancelledTitle;
}
