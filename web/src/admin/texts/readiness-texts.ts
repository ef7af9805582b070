/** What the check list before a start says. */
export const readinessTexts = {
  title: 'Readiness',
  lead: 'Looks at everything that the start needs, and loads the sale into the store where it is not there yet.',
  check: 'Prewarm and check',
  again: 'Check again',
  ready: 'Ready for the start',
  notReady: (count: number) => (count === 1 ? 'One check failed' : `${count} checks failed`),
  ok: 'OK',
  failed: 'Look here',
} as const;

/** Each check by its name; there may be others, which are shown by their name. */
export const checkTexts: Readonly<Record<string, string>> = {
  stock_loaded: 'Stock is in the store',
  ledger_agrees: 'Ledger agrees',
  order_log_applied: 'Order log is applied',
  joins_on: 'Joins are on',
  purchases_on: 'Purchases are on',
  payments_on: 'Payments are on',
  room_opens_in_time: 'Waiting room opens in time',
  gate_open: 'Gate is open',
  cap_fits_rate: 'Cap fits the rate',
  rate_fits_sale: 'Rate fits the window',
  draw_planned: 'Draw is bound to its beacon',
  captcha_configured: 'CAPTCHA can be checked',
  page_rendered: 'Sale page is rendered',
  page_purged: 'CDN has dropped the old page',
  dependency_store: 'Store answers',
  dependency_order_log: 'Order log answers',
  dependency_ledger: 'Ledger answers',
  dependency_payment: 'Payment provider answers',
};

export const dependencyTexts: Readonly<Record<string, string>> = {
  store: 'what sells',
  order_log: 'what hands orders over',
  ledger: 'what keeps the books',
  payment: 'what takes the money',
};
