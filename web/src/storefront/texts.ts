/** What the storefront says. */
export const texts = {
  orders: 'My orders',
  allSales: 'All sales',
  version: 'Version',
  status: 'Status',
  notFoundTitle: 'This page does not exist',
  notFoundDetail: 'The link may be old, or there is a letter wrong in it.',
} as const;
