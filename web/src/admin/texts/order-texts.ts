import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';

type Fulfilment = NonNullable<AdminOrder['fulfilment']>;
type PaymentStatus = NonNullable<AdminOrder['payment']>['status'];
type Notification = AdminOrderDetails['notifications'][number];

/** What the pages about orders say. */
export const orderTexts = {
  title: 'Orders',
  lead: 'As the ledger has them: the newest first, a moment behind the sale itself.',
  list: 'Orders',
  filter: 'Status',
  search: 'Search orders',
  searchForOperators: 'Order, buyer, name or e-mail',
  searchForViewers: 'Order id or buyer id',
  order: 'Order',
  items: 'Items',
  total: 'Total',
  status: 'Status',
  placed: 'Placed',
  emptyTitle: 'No orders yet',
  emptyDetail: 'They appear here within a second of being reserved.',
  noMatchTitle: 'No order matches',
  noMatchDetail: 'Try another status or search. An order of another sale is found under that sale.',
  openById: 'Open the order with this id',
  back: 'Orders of this sale',
  allOrders: 'All orders',
  orderTitle: (id: string) => `Order ${id}`,
  orderId: 'order id',
  timeline: 'Timeline',
  payments: 'Payment attempts',
  noPayments: 'Nobody has tried to pay it.',
  attempt: (number: number) => `Attempt ${number}`,
  reference: 'Reference',
  failedTries: (count: number) => (count === 1 ? 'One failed try' : `${count} failed tries`),
  notifications: 'Messages',
  noNotifications: 'Nobody was told anything yet.',
  buyer: 'Buyer',
  buyerId: 'Buyer id',
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  address: 'Delivery address',
  customerHidden: 'Name and address are shown to operators only.',
  noCustomer: 'No name or address: nothing was given yet, or it was erased.',
  facts: 'Details',
  sale: 'Sale',
  reservedAt: 'Reserved',
  deadline: 'To be paid by',
  correlationId: 'Correlation id',
  reason: 'Ended because',
  deadLetters: 'Dead letters',
  openDeadLetters: (count: number) => (count === 1 ? 'One is open' : `${count} are open`),
  history: 'What operators did',
  seeAuditLog: 'In the audit log',
  heldTitle: 'Held back for risk review',
  heldDetail: 'It is not handed over until an operator clears it.',
  heldPending: 'The rules have yet to look at it. That takes a moment.',
  seeReview: 'See the review',
  refundingTitle: 'The money is on its way back',
  refundingDetail: 'The payment provider settles it; this page follows.',
  refund: 'Refund…',
  refundTitle: (amount: string) => `Refund ${amount}?`,
  refundDetail: 'The whole amount goes back to the buyer, who gets a mail. This cannot be undone. The units stay sold.',
  refundConfirm: 'Refund',
  refundWord: 'REFUND',
  refundNote: 'Reason (optional)',
  refundNoteHint: 'The buyer sees it in the timeline.',
  refundStarted: 'Refund started',
  moveNote: 'Note (optional)',
  moveNoteHint: 'The buyer sees it in the timeline: a parcel number, for example.',
  moveDetail: 'The buyer sees this step in the timeline at once. Steps are not taken back.',
  moved: (step: string) => `Marked as ${step.toLowerCase()}`,
  progress: 'Way to the buyer',
} as const;

export const orderStatusTexts: Readonly<Record<AdminOrder['status'], string>> = {
  reserved: 'Reserved',
  paying: 'Paying',
  paid: 'Paid',
  cancelled: 'Cancelled',
  expired: 'Expired',
  refunded: 'Refunded',
};

export const fulfilmentTexts: Readonly<Record<Fulfilment, string>> = {
  processing: 'Processing',
  shipped: 'Shipped',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
};

/** The button that takes an order to this step, and the question behind it. */
export const moveTexts: Readonly<Record<Exclude<Fulfilment, 'processing'>, { button: string; title: string }>> = {
  shipped: { button: 'Mark as shipped', title: 'Has it been shipped?' },
  out_for_delivery: { button: 'Mark as out for delivery', title: 'Is it out for delivery?' },
  delivered: { button: 'Mark as delivered', title: 'Has it been delivered?' },
};

export const paymentStatusTexts: Readonly<Record<PaymentStatus, string>> = {
  created: 'Begun',
  authorised: 'Authorised',
  claimed: 'Units claimed',
  captured: 'Captured',
  confirmed: 'Confirmed',
  abandoned: 'Abandoned',
  declined: 'Declined',
  voided: 'Voided',
  refunding: 'Refund under way',
  refunded: 'Refunded',
};

export const endReasonTexts: Readonly<Record<NonNullable<AdminOrder['reason']>, string>> = {
  expired: 'It was not paid in time',
  cancelled_by_buyer: 'The buyer gave it back',
  payment_failed: 'The payment failed',
  claim_refused: 'No units were left when it was paid',
  sale_cancelled: 'The sale was cancelled',
  lost_in_recovery: 'The store lost it, and its units went to others',
  refused_in_review: 'It was cancelled in a risk review',
  refunded_by_shop: 'An operator refunded it',
};

export const newsTexts: Readonly<Record<Notification['news'], string>> = {
  order_paid: 'Order paid',
  order_expired: 'Order expired',
  order_cancelled: 'Order cancelled',
  order_refunded: 'Order refunded',
  payment_returned: 'Payment returned',
};

export const channelTexts: Readonly<Record<Notification['channel'], string>> = {
  mail: 'Mail to the buyer',
  webhook: 'Webhook to the shop',
};

export const deliveryTexts: Readonly<Record<Notification['status'], string>> = {
  pending: 'Pending',
  delivered: 'Delivered',
  dropped: 'Dropped',
  failed: 'Failed',
};

/** Entries of a timeline. There may be others, which are shown by their code. */
export const timelineTexts: Readonly<Record<string, string>> = {
  order_reserved: 'Reserved',
  payment_begun: 'Payment begun',
  payment_declined: 'Payment declined',
  order_paid: 'Paid',
  order_cancelled: 'Cancelled',
  order_expired: 'Reservation expired',
  order_reserved_again: 'Reserved again for a late payment',
  order_restored: 'Restored after a recovery',
  payment_authorised: 'Payment authorised',
  payment_refused: 'Payment refused by the provider',
  payment_captured: 'Money captured',
  payment_abandoned: 'Payment abandoned',
  payment_revived: 'Payment turned up after all',
  payment_voided: 'Authorisation voided',
  refund_started: 'Refund started',
  refunded: 'Money given back',
  shipped: 'Shipped',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
};
