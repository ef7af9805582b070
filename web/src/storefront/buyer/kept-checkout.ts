import type { RequestedLine } from '#sdk/contract/purchase.ts';
import { keep, readKept } from './kept.ts';

/** A purchase that was asked for and whose answer is not known: repeated with the same key until it is. */
export interface KeptPurchase {
  readonly key: string;
  readonly items: readonly RequestedLine[];
  /** Of the admission, or of a guest where nobody queues. Missing: it comes with the session of the browser. */
  readonly token?: string | undefined;
}

/** An order of this browser, with what opens it. */
export interface KeptOrder {
  readonly orderId: string;
  readonly reservationToken: string;
}

/** A payment whose answer is not known. The same wish has the same key. */
export interface KeptPayment {
  readonly key: string;
  readonly wish: string;
}

const purchaseKey = (saleId: string) => `purchase.${saleId}`;
export const checkoutKey = (saleId: string) => `checkout.${saleId}`;
const orderKey = (orderId: string) => `order.${orderId}`;
const paymentKey = (orderId: string) => `payment.${orderId}`;

export const keptPurchase = (saleId: string) => readKept<KeptPurchase>(purchaseKey(saleId));
export const keepPurchase = (saleId: string, purchase: KeptPurchase | null) => keep(purchaseKey(saleId), purchase);

/** The order that this sale's checkout is at. */
export const orderInCheckout = (saleId: string) => readKept<KeptOrder>(checkoutKey(saleId));

export function keepOrderInCheckout(saleId: string, order: KeptOrder | null): void {
  keep(checkoutKey(saleId), order);
  if (order) keep(orderKey(order.orderId), order.reservationToken);
}

/** What opens an order that was made here, whoever the buyer is by now. */
export const reservationTokenOf = (orderId: string) => readKept<string>(orderKey(orderId));

export const keptPayment = (orderId: string) => readKept<KeptPayment>(paymentKey(orderId));
export const keepPayment = (orderId: string, payment: KeptPayment | null) => keep(paymentKey(orderId), payment);

/** 128 random bits: what makes a repeat of a request the same request. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
