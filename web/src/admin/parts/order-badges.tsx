import type { AdminOrder } from '#sdk/contract/order.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { fulfilmentTexts, orderStatusTexts } from '../texts/order-texts.ts';
import { reviewStatusTexts } from '../texts/review-texts.ts';

const TONES: Readonly<Record<AdminOrder['status'], Tone>> = {
  reserved: 'caution',
  paying: 'accent',
  paid: 'positive',
  cancelled: 'neutral',
  expired: 'neutral',
  refunded: 'neutral',
};

const GOES_ON: readonly AdminOrder['status'][] = ['reserved', 'paying'];

/** Where an order stands; of a paid one also how far it has come to its buyer, and whether it is held back. */
export function OrderBadges({ order }: { readonly order: AdminOrder }) {
  const { status, fulfilment, review } = order;
  return (
    <span className="inline-flex flex-wrap gap-1.5">
      <Badge tone={TONES[status]} dot={GOES_ON.includes(status)}>
        {orderStatusTexts[status]}
      </Badge>
      {status === 'paid' && fulfilment && fulfilment !== 'processing' && <Badge>{fulfilmentTexts[fulfilment]}</Badge>}
      {(review === 'open' || review === 'pending') && <Badge tone="caution">{reviewStatusTexts[review]}</Badge>}
    </span>
  );
}
