import { generatePath, Link } from 'react-router';
import type { AdminOrder } from '#sdk/contract/order.ts';
import { Notice } from '../../shared/notice.tsx';
import { adminPaths as paths } from '../paths.ts';
import { orderTexts as texts } from '../texts/order-texts.ts';

/** What has to be known before anything is done with an order. */
export function OrderNotice({ order }: { readonly order: AdminOrder }) {
  if (order.payment?.status === 'refunding') {
    return (
      <Notice tone="accent" title={texts.refundingTitle} live>
        {texts.refundingDetail}
      </Notice>
    );
  }
  if (order.review === 'pending') {
    return (
      <Notice tone="caution" title={texts.heldTitle}>
        {texts.heldPending}
      </Notice>
    );
  }
  if (order.review !== 'open') return null;
  return (
    <Notice tone="caution" title={texts.heldTitle}>
      {texts.heldDetail}{' '}
      <Link
        className="font-semibold underline underline-offset-3"
        to={generatePath(paths.review, { orderId: order.order_id })}
      >
        {texts.seeReview}
      </Link>
    </Notice>
  );
}
