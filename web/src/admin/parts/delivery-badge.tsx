import type { Webhook } from '#sdk/contract/webhook.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { deliveryTexts } from '../texts/order-texts.ts';

const TONES: Readonly<Record<Webhook['status'], Tone>> = {
  pending: 'accent',
  delivered: 'positive',
  dropped: 'neutral',
  failed: 'critical',
};

/** How far a message has come. */
export function DeliveryBadge({ status }: { readonly status: Webhook['status'] }) {
  return (
    <Badge tone={TONES[status]} dot={status === 'pending'}>
      {deliveryTexts[status]}
    </Badge>
  );
}
