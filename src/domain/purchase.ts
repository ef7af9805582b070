import type { Order } from './order.ts';

export type PurchaseOutcome =
  | { readonly code: 'reserved'; readonly order: Order; readonly replayed: boolean }
  | PurchaseRefusal;

/** Why nothing was reserved. A refusal changes nothing and is not remembered. */
export type PurchaseRefusal =
  | { readonly code: 'not_found' }
  | { readonly code: 'unknown_sku'; readonly skuId: string }
  | { readonly code: 'idempotency_key_reused' }
  | { readonly code: 'recovering' | 'sale_not_started' | 'sale_paused' | 'sale_ended' | 'overloaded' }
  | { readonly code: 'limit_exceeded'; readonly skuId: string; readonly limit: number; readonly held: number }
  | { readonly code: 'sold_out'; readonly skuId: string; readonly remaining: number };
