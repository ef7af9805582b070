/** What the console says. */
export const texts = {
  console: 'Operations',
  sales: 'Sales',
  orders: 'Orders',
  deadLetters: 'Dead letters',
  reviews: 'Reviews',
  reconciliation: 'Reconciliation',
  audit: 'Audit',
  auditLog: 'Audit log',
  webhooks: 'Webhooks',
  switches: 'Kill switches',
  notFoundTitle: 'This page does not exist',
  notFoundDetail: 'The link may be old, or there is a letter wrong in it.',
} as const;
