import type { AdminOrder } from '#sdk/contract/order.ts';
import type { Review } from '#sdk/contract/review.ts';

type Finding = Review['findings'][number];

/** What the pages about risk reviews say. */
export const reviewTexts = {
  title: 'Risk reviews',
  lead: 'Paid orders that look like a reseller’s ring. They are not handed over until you decide.',
  list: 'Orders held back for risk review',
  filter: 'State',
  allSales: 'Every sale',
  order: 'Order',
  why: 'Why',
  state: 'State',
  opened: 'Found',
  emptyTitle: 'No order is held back',
  emptyDetail: 'Sales with risk review show here what their rules find, the oldest first.',
  noMatchTitle: 'No review matches',
  noMatchDetail: 'Try another state or sale.',
  reviewOf: (id: string) => `the review of order ${id}`,
  more: (count: number) => `and ${count} more`,
  back: 'Risk reviews',
  pageTitle: (id: string) => `Review of order ${id}`,
  orderId: 'order id',
  findings: 'What the rules found',
  limit: (allowed: number) => `Up to ${allowed} pass`,
  related: 'Orders that belong together',
  relatedCount: (count: number) => (count === 1 ? 'One other' : `${count} others`),
  thisOrder: 'This order',
  unknown: 'Not found any more',
  theOrder: 'The order',
  buyer: 'Buyer',
  address: 'Delivery address',
  total: 'Total',
  paid: 'Reserved',
  seeOrder: 'See the order',
  decided: (state: string, who: string) => `${state} by ${who}`,
  clear: 'Clear…',
  clearTitle: (count: number) => (count === 1 ? 'Clear this order?' : `Clear ${count} orders?`),
  clearDetail: 'It goes on to its buyer, for good: the rules do not hold it back again.',
  clearConfirm: 'Clear',
  cancel: 'Cancel and refund…',
  cancelTitle: (count: number) => (count === 1 ? 'Cancel this order?' : `Cancel ${count} orders?`),
  cancelDetail:
    'The whole amount goes back to the buyer. This cannot be undone. The units stay sold until you restock.',
  cancelConfirm: 'Cancel and refund',
  cancelWord: 'CANCEL',
  note: 'Reason (optional)',
  noteHint: 'For other operators. The buyer does not see it.',
  clearedCount: (count: number) => `${count} cleared`,
  cancelledCount: (count: number) => `${count} cancelled`,
  clearDone: 'Cleared: the order goes on to its buyer',
  cancelDone: 'Cancelled: the money goes back',
  failed: 'It could not be done',
} as const;

export const reviewStateTexts: Readonly<Record<Review['status'], string>> = {
  open: 'Open',
  cleared: 'Cleared',
  cancelled: 'Cancelled',
};

export const reviewStatusTexts: Readonly<Record<NonNullable<AdminOrder['review']>, string>> = {
  pending: 'Being checked',
  passed: 'Passed',
  open: 'In review',
  cleared: 'Cleared',
  cancelled: 'Cancelled in review',
};

export const ruleTexts: Readonly<Record<Finding['rule'], string>> = {
  accounts_per_address: 'Shared address',
  accounts_per_payment_method: 'Shared means of payment',
  accounts_per_device: 'Shared device',
  units_per_address: 'Many units to one address',
  orders_per_ten_minutes: 'Burst of orders',
  sales_at_limit: 'Always at the limit',
};
