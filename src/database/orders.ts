import type { FulfilmentState } from '../domain/fulfilment.ts';
import type { Order, OrderState } from '../domain/order.ts';
import type { PaymentAttempt } from './payments.ts';
import type { Customer, Ledger } from './schema.ts';

/** An order with what only the ledger knows of it. */
export interface LedgerOrder extends Order {
  readonly claimedAtMs: number | null;
  readonly fulfilment: FulfilmentState | null;
  readonly customer: Customer | null;
}
export interface TimelineEntry {
  readonly type: string;
  readonly atMs: number;
  readonly correlationId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
export interface OrderDetails extends LedgerOrder {
  readonly timeline: readonly TimelineEntry[];
  readonly latestAttempt: PaymentAttempt | null;
}
export interface OrderPage {
  readonly orders: readonly LedgerOrder[];
  readonly nextCursor: string | null;
}
export interface PageRequest {
  readonly saleId: string;
  readonly cursor: string | null;
  readonly limit: number;
  readonly status: OrderState | null;
  readonly query: string | null;
}
export interface OrderFeed {
  readonly orders: readonly LedgerOrder[];
  readonly after: string;
}

/** Makes the order known before the log tells of it; an order that is there stays as it is. */
export async function ensureOrder(_db: Ledger, _order: Order): Promise<void> {
  throw new Error('not written yet');
}
export async function findOrder(_db: Ledger, _orderId: string): Promise<OrderDetails | null> {
  throw new Error('not written yet');
}
/** Newest first. */
export async function listOrdersOfUser(_db: Ledger, _userId: string, _limit: number): Promise<LedgerOrder[]> {
  throw new Error('not written yet');
}
/** Newest first. `query` is an order id, a user id, or a part of the customer's name or e-mail. Throws `InvalidCursor`. */
export async function pageOrdersOfSale(_db: Ledger, _request: PageRequest): Promise<OrderPage> {
  throw new Error('not written yet');
}
/** Orders in the order of their last change, each as it is now. `after`: null from the beginning, else the last answer's. Throws `InvalidCursor`. */
export async function feedOrders(
  _db: Ledger,
  _request: { readonly after: string | null; readonly limit: number },
): Promise<OrderFeed> {
  throw new Error('not written yet');
}
export async function moveFulfilment(
  _db: Ledger,
  _move: {
    readonly orderId: string;
    readonly to: FulfilmentState;
    readonly nowMs: number;
    readonly correlationId: string;
  },
): Promise<'moved' | 'unchanged' | 'not_found' | 'wrong_state'> {
  throw new Error('not written yet');
}
/** Removes personal data and payment tokens. Returns how many orders were touched. */
export async function eraseCustomer(
  _db: Ledger,
  _whose: { readonly userId: string } | { readonly orderId: string },
): Promise<number> {
  throw new Error('not written yet');
}
/** Every order of a sale, oldest first, read in pages. */
export async function* exportOrders(_db: Ledger, _saleId: string): AsyncGenerator<LedgerOrder> {
  throw new Error('not written yet');
}
