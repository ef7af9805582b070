import type { Order } from '#sdk/contract/order.ts';
import type { Step } from '../orders/order-facts.ts';

/** What the pages of orders say. */
export const orderTexts = {
  title: 'My orders',
  none: 'No orders yet',
  noneDetail: 'What you reserve or buy appears here.',
  toSales: 'See the sales',
  more: 'Show more',
  orderNumber: 'Order',
  reservedAt: 'Reserved',
  notFound: 'This order is not here',
  notFoundDetail: 'It may have been made with another browser or account, or the address is mistyped.',
  allOrders: 'All my orders',
  payNow: 'Pay now',
  payBefore: 'Pay before',
  notKept: 'We could not keep this order',
  track: 'Tracking',
  history: 'History',
  money: 'Your money',
  items: 'Items',
  total: 'Total',
  current: 'now',
} as const;

export const STATUS_TEXTS: Readonly<Record<Order['status'], string>> = {
  reserved: 'Reserved',
  paying: 'Payment under way',
  paid: 'Paid',
  cancelled: 'Cancelled',
  expired: 'Expired',
  refunded: 'Refunded',
};

export const STEP_TEXTS: Readonly<Record<Step, string>> = {
  reserved: 'Reserved',
  paid: 'Paid',
  processing: 'Being packed',
  shipped: 'Shipped',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
};

/** What happened to an order, by the type of the entry. There may be new ones. */
const EVENT_TEXTS: Readonly<Record<string, string>> = {
  order_reserved: 'Reserved for you',
  order_reserved_again: 'Reserved for you again',
  order_restored: 'Restored after a fault on our side',
  order_paid: 'Paid',
  order_expired: 'Not paid in time',
  order_cancelled: 'Cancelled',
  order_refunded: 'Money given back',
  payment_begun: 'Payment begun',
  payment_authorised: 'Payment approved by the bank',
  payment_captured: 'Amount charged',
  payment_declined: 'Payment declined',
  payment_voided: 'Amount released',
  payment_abandoned: 'Payment given up',
  payment_refunding: 'Refund begun',
  payment_refunded: 'Refund made',
  payment_returned: 'Money given back',
  payment_failed: 'Payment did not go through',
  payment_revived: 'Payment taken up again',
  processing: 'Being packed',
  shipped: 'Shipped',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
};

export function eventText(type: string): string {
  return EVENT_TEXTS[type] ?? sentence(type);
}

function sentence(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
