/** The pages of the console, by the paths that the server answers with its shell. */
export const adminPaths = {
  home: '/admin',
  signIn: '/admin/sign-in',
  sales: '/admin/sales',
  newSale: '/admin/sales/new',
  sale: '/admin/sales/:saleId',
  editSale: '/admin/sales/:saleId/edit',
  saleOrders: '/admin/sales/:saleId/orders',
  orders: '/admin/orders',
  order: '/admin/orders/:orderId',
  deadLetters: '/admin/dead-letters',
  reviews: '/admin/reviews',
  reconciliation: '/admin/reconciliation',
  auditLog: '/admin/audit-log',
  webhooks: '/admin/webhooks',
  switches: '/admin/switches',
} as const;
