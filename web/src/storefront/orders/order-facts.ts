import type { Order } from '#sdk/contract/order.ts';

type PaymentStatus = NonNullable<Order['payment']>['status'];

/** What has become of the buyer's money where no goods come of it. */
export type MoneyFate = 'never_taken' | 'released' | 'on_its_way_back' | 'given_back' | 'being_found_out';

const FATES: Readonly<Record<PaymentStatus, MoneyFate>> = {
  created: 'being_found_out',
  authorised: 'being_found_out',
  claimed: 'being_found_out',
  captured: 'being_found_out',
  confirmed: 'being_found_out',
  abandoned: 'never_taken',
  declined: 'never_taken',
  voided: 'released',
  refunding: 'on_its_way_back',
  refunded: 'given_back',
};

export function moneyFate({ status, payment }: Order): MoneyFate {
  if (status === 'refunded') return 'given_back';
  return payment ? FATES[payment.status] : 'never_taken';
}

/** Over, with nothing more to come, the money included. */
export function isSettled(order: Order): boolean {
  if (order.status === 'paid') return order.fulfilment === 'delivered' && order.reason === undefined;
  if (order.status === 'reserved' || order.status === 'paying') return false;
  return moneyFate(order) !== 'being_found_out' && moneyFate(order) !== 'on_its_way_back';
}

/** The steps of an order that goes well. */
export const STEPS = ['reserved', 'paid', 'processing', 'shipped', 'out_for_delivery', 'delivered'] as const;

export type Step = (typeof STEPS)[number];

/** The furthest step that the order has reached. */
export function stepOf({ status, fulfilment }: Order): Step {
  if (status !== 'paid') return 'reserved';
  return fulfilment ?? 'paid';
}
