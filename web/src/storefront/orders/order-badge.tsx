import type { Order } from '#sdk/contract/order.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { STATUS_TEXTS, STEP_TEXTS } from '../texts/order-texts.ts';

const TONES: Readonly<Record<Order['status'], Tone>> = {
  reserved: 'accent',
  paying: 'accent',
  paid: 'positive',
  cancelled: 'neutral',
  expired: 'neutral',
  refunded: 'caution',
};

/** Where an order stands: once it is paid, how far it has come. */
export function OrderBadge({ order: { status, fulfilment } }: { readonly order: Order }) {
  const isUnderWay = status === 'reserved' || status === 'paying';
  return (
    <Badge tone={TONES[status]} dot={isUnderWay}>
      {status === 'paid' && fulfilment ? STEP_TEXTS[fulfilment] : STATUS_TEXTS[status]}
    </Badge>
  );
}
