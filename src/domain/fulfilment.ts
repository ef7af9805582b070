export type FulfilmentState = 'processing' | 'shipped' | 'out_for_delivery' | 'delivered';

/** A paid order's way to the buyer, one step after the other. */
export const FULFILMENT_TRANSITIONS: Readonly<Record<FulfilmentState, FulfilmentState | null>> = {
  processing: 'shipped',
  shipped: 'out_for_delivery',
  out_for_delivery: 'delivered',
  delivered: null,
};
