import { type LazyPage, lazyPage } from '../shared/lazy-page.tsx';
import type { storefrontPaths as paths } from './paths.ts';

/** Every page by its path, its code loaded when it is shown. */
export const storefrontRoutes: Readonly<Record<keyof typeof paths, LazyPage>> = {
  home: lazyPage(async () => (await import('./home/home-page.tsx')).HomePage),
  sale: lazyPage(async () => (await import('./sale/sale-page.tsx')).SalePage),
  queue: lazyPage(async () => (await import('./queue/queue-page.tsx')).QueuePage),
  checkout: lazyPage(async () => (await import('./checkout/checkout-page.tsx')).CheckoutPage),
  verify: lazyPage(async () => (await import('./verify/verify-page.tsx')).VerifyPage),
  orders: lazyPage(async () => (await import('./orders/orders-page.tsx')).OrdersPage),
  order: lazyPage(async () => (await import('./orders/order-page.tsx')).OrderPage),
  version: lazyPage(async () => (await import('./version/version-page.tsx')).VersionPage),
  status: lazyPage(async () => (await import('./status/status-page.tsx')).StatusPage),
};
