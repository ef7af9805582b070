import type { AdminOrder } from '#sdk/contract/order.ts';

export type Fulfilment = NonNullable<AdminOrder['fulfilment']>;
export type Move = Exclude<Fulfilment, 'processing'>;

export const FULFILMENT_STEPS: readonly Fulfilment[] = ['processing', 'shipped', 'out_for_delivery', 'delivered'];

const NEXT: Readonly<Record<Fulfilment, Move | null>> = {
  processing: 'shipped',
  shipped: 'out_for_delivery',
  out_for_delivery: 'delivered',
  delivered: null,
};

/** The one step that an order may take now; null where there is none, and while it is held back or given back. */
export function nextMove({ status, fulfilment, review, payment }: AdminOrder): Move | null {
  if (status !== 'paid' || fulfilment === null || payment?.status === 'refunding') return null;
  return review === 'open' || review === 'pending' ? null : NEXT[fulfilment];
}

/** Is there money that can be given back? */
export function isRefundable({ status, payment }: AdminOrder): boolean {
  return status === 'paid' && payment?.status === 'confirmed';
}
