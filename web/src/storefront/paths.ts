/** The pages of the storefront, by the paths that the server answers with its shell. */
export const storefrontPaths = {
  home: '/',
  sale: '/sales/:saleId',
  queue: '/sales/:saleId/queue',
  checkout: '/sales/:saleId/checkout',
  verify: '/sales/:saleId/verify',
  orders: '/orders',
  order: '/orders/:orderId',
  version: '/version',
  status: '/status',
} as const;
