/** What basket, checkout and payment say. */
export const checkoutTexts = {
  basketTitle: 'Your basket',
  basketDetail: (limit: number) => `Up to ${limit} of each item. Nothing is yours before it is reserved.`,
  noItems: 'The items are not shown yet',
  noItemsDetail: 'They appear here the moment the shop reveals them.',
  left: (count: string) => `${count} left`,
  soldOutItem: 'Sold out',
  limitReached: 'Limit reached',
  summary: 'Summary',
  units: (units: number) => (units === 1 ? '1 item' : `${units} items`),
  total: 'Total',
  saved: 'You save',
  clear: 'Clear basket',
  reserve: 'Reserve',
  reserving: 'Reserving…',
  reserveHint: (minutes: number) => `You then have ${minutes === 1 ? 'a minute' : `${minutes} minutes`} to pay.`,
  emptyBasket: 'Choose at least one item',
  timeToReserve: 'Time to reserve',
  unknownAnswer: 'We did not hear whether it went through',
  unknownAnswerDetail: 'Ask again: it is the same request, so nothing is reserved twice.',
  askAgain: 'Ask again',

  notAdmitted: 'This sale has a waiting room',
  notAdmittedDetail:
    'You choose and pay here once it is your turn. A turn does not lapse: if your time ran out, come in again.',
  toWaitingRoom: 'To the waiting room',
  backToSale: 'Back to the sale',
  unknownSale: 'There is no such sale',
  unknownSaleDetail: 'The address may be mistyped, or the sale was removed.',

  payTitle: 'Reserved for you',
  payDetail: 'Pay before the time runs out. Until then nobody else can take it.',
  timeToPay: 'Time to pay',
  delivery: 'Delivery',
  name: 'Full name',
  email: 'E-mail',
  emailHint: 'For the confirmation, and nothing else.',
  phone: 'Phone',
  phoneHint: 'Optional. For the courier.',
  address: 'Address',
  addressHint: 'Street, number, postal code, town.',
  payment: 'Payment',
  testMethods: 'This shop uses the simulated provider. Choose how it behaves.',
  methods: [
    ['pm_ok', 'Test card', 'Is accepted at once'],
    ['pm_declined', 'Declined card', 'Is refused by the bank'],
    ['pm_pending', 'Bank transfer', 'Takes a moment to go through'],
    ['pm_late', 'Slow transfer', 'Takes half a minute'],
    ['pm_unavailable', 'Provider away', 'Nobody answers'],
  ],
  pay: (amount: string) => `Pay ${amount}`,
  cancel: 'Cancel and give back',
  cancelling: 'Giving back…',

  payingTitle: 'Your payment is under way',
  payingDetail:
    'This can take a moment. Leave the page open or come back later: nothing is lost, and nothing is charged twice.',
  declined: 'The payment was declined',
  declinedDetail: 'Nothing was charged. Your units are still reserved: try another way to pay.',

  paidTitle: 'It is yours',
  paidDetail: 'The order is paid, and a confirmation is on its way to you.',
  orderNumber: 'Order',
  track: 'Track the order',
  buyMore: 'Choose more',

  expiredTitle: 'The time to pay ran out',
  cancelledTitle: 'The order was cancelled',
  refundedTitle: 'The order was refunded',
  tryAgain: 'Choose again',
  offline: 'Connection lost',
  offlineDetail: 'What you have done is kept. This page goes on by itself.',
} as const;

/** What became of the money where no goods come of it. */
export const MONEY_TEXTS = {
  never_taken: 'Nothing was charged.',
  released: 'The amount that was set aside has been released. Nothing was charged.',
  on_its_way_back: 'The money is on its way back to you.',
  given_back: 'The money has been given back to you.',
  being_found_out: 'We are still asking what became of your payment. It is either an order, or given back.',
} as const;

/** Why an order ended without goods. */
export const REASON_TEXTS = {
  expired: 'It was not paid in time, and the units went back on sale.',
  cancelled_by_buyer: 'You gave the units back.',
  payment_failed: 'The payment did not go through.',
  claim_refused: 'The units were sold to others first.',
  sale_cancelled: 'The shop cancelled the sale.',
  lost_in_recovery: 'The reservation was lost on our side.',
  refused_in_review:
    'After you paid, we check orders against the rules of the sale. This one did not pass, so it is cancelled and nothing is sent. If you think that is wrong, write to us with the order number.',
  refunded_by_shop: 'The shop cancelled the order after it was paid. Nothing is sent.',
} as const;

/** Why a wish was not granted, by the code of the problem. */
export const CHECKOUT_PROBLEMS: Readonly<Record<string, readonly [title: string, detail: string]>> = {
  sold_out: ['Not enough left', 'Somebody was faster. Choose fewer, or something else.'],
  limit_exceeded: ['More than one buyer may have', 'Earlier orders of this sale count too.'],
  device_limit_exceeded: ['This device has bought already', 'The sale sells one order to each device.'],
  payment_method_limit_exceeded: [
    'This means of payment was used already',
    'The sale takes each of them once. Try another.',
  ],
  sale_not_started: ['The sale has not started', 'Your basket waits here.'],
  sale_ended: ['The sale is over', 'Nothing was reserved.'],
  sale_paused: ['The sale is paused', 'Your basket is kept. Try again when it goes on.'],
  recovering: ['The sale is being brought back', 'Something broke on our side. Try again in a moment.'],
  switched_off: ['The shop has paused this', 'Try again in a little while.'],
  overloaded: ['There is a crowd', 'Try again in a moment.'],
  rate_limited: ['That was a bit fast', 'Wait a moment, then try again.'],
  reservation_expired: ['The time to pay ran out', 'The units went back on sale.'],
  payment_provider_unavailable: [
    'The payment provider does not answer',
    'Your order is safe, and we keep asking. Nothing is charged twice.',
  ],
  not_admitted: ['Your time to reserve ran out', 'Your turn is still yours: come in again.'],
  token_expired: ['Your time to reserve ran out', 'Your turn is still yours: come in again.'],
};

/** What is wrong with a field. */
export const FIELD_TEXTS = {
  name: 'Enter the name that the parcel goes to.',
  email: 'Enter an e-mail address, such as sam@example.com.',
  phone: 'Digits, spaces and + only, or leave it empty.',
  address: 'Enter where the parcel goes.',
} as const;

/** What is said of the sale while it does not sell. */
export const PHASE_TEXTS = {
  upcoming: ['The sale has not started', 'Fill your basket now; reserving opens with the sale.'],
  queueing: ['The sale has not started', 'Fill your basket now; reserving opens with the sale.'],
  sold_out: ['Sold out', 'Units may come back if somebody does not pay in time.'],
  paused: ['The sale is paused', 'Your basket is kept. Reserving opens again when it goes on.'],
  recovering: ['The sale is being brought back', 'Your basket is kept. Reserving opens again in a moment.'],
  ended: ['The sale is over', 'Nothing can be reserved any longer.'],
  cancelled: ['The sale was cancelled', 'Nothing can be reserved.'],
} as const;
