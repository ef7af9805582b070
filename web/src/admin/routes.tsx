import { type LazyPage, lazyPage } from '../shared/lazy-page.tsx';
import type { adminPaths as paths } from './paths.ts';

/** Every page by its path, its code loaded when it is shown. The console begins with the sales. */
export const adminRoutes: Readonly<Record<Exclude<keyof typeof paths, 'home'>, LazyPage>> = {
  sales: lazyPage(async () => (await import('./sales/sales-page.tsx')).SalesPage),
  newSale: lazyPage(async () => (await import('./sales/new-sale-page.tsx')).NewSalePage),
  sale: lazyPage(async () => (await import('./live/live-sale-page.tsx')).LiveSalePage),
  editSale: lazyPage(async () => (await import('./sales/edit-sale-page.tsx')).EditSalePage),
  saleOrders: lazyPage(async () => (await import('./orders/sale-orders-page.tsx')).SaleOrdersPage),
  orders: lazyPage(async () => (await import('./orders/orders-page.tsx')).OrdersPage),
  order: lazyPage(async () => (await import('./orders/order-page.tsx')).OrderPage),
  deadLetters: lazyPage(async () => (await import('./dead-letters/dead-letters-page.tsx')).DeadLettersPage),
  deadLetter: lazyPage(async () => (await import('./dead-letters/dead-letter-page.tsx')).DeadLetterPage),
  reviews: lazyPage(async () => (await import('./reviews/reviews-page.tsx')).ReviewsPage),
  review: lazyPage(async () => (await import('./reviews/review-page.tsx')).ReviewPage),
  reconciliation: lazyPage(async () => (await import('./reconciliation/reconciliation-page.tsx')).ReconciliationPage),
  audit: lazyPage(async () => (await import('./audit/audit-page.tsx')).AuditPage),
  auditLog: lazyPage(async () => (await import('./audit-log/audit-log-page.tsx')).AuditLogPage),
  switches: lazyPage(async () => (await import('./switches/switches-page.tsx')).SwitchesPage),
  webhooks: lazyPage(async () => (await import('./webhooks/webhooks-page.tsx')).WebhooksPage),
};
