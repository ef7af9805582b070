import { LedgerUnavailable } from '../database/ledger-unavailable.ts';
import { withDetails } from '../database/order-details.ts';
import { findOrders, listOrdersOfUser, type OrderDetails, type TimelineEntry } from '../database/orders.ts';
import type { PaymentAttempt } from '../database/payments.ts';
import type { Customer, Ledger } from '../database/schema.ts';
import type { FulfilmentState } from '../domain/fulfilment.ts';
import type { Order, OrderState } from '../domain/order.ts';
import type { ReviewState } from '../domain/review.ts';
import type { Store } from '../store/store.ts';
import { Batcher } from './batcher.ts';
import type { BoardSale, SaleBoard } from './sale-board.ts';

/** An order as store and ledger together know it. */
export interface OrderView extends Order {
  readonly fulfilment: FulfilmentState | null;
  readonly review: ReviewState | null;
  readonly customer: Customer | null;
  readonly latestAttempt: PaymentAttempt | null;
  readonly timeline: readonly TimelineEntry[];
}

/** Orders as the ledger knows them, by id. */
export type OrderLookup = Batcher<string, OrderDetails | null>;

export function orderLookup(ledger: Ledger): OrderLookup {
  return new Batcher(ledger, async (connection, orderIds) => {
    const known = await findOrders(connection, orderIds);
    return orderIds.map((orderId) => known.get(orderId) ?? null);
  });
}

interface OrderPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly lookup: OrderLookup;
  readonly board: SaleBoard;
  readonly onLedgerFailure: (error: unknown) => void;
}

/** How long an order that the store knows waits for what the ledger adds to it. */
const LEDGER_PATIENCE_MS = 1_000;

/**
 * One order: the store says how it stands, since the ledger lags; the ledger adds what only it knows. While the
 * ledger is slow or down the store's word is enough. Throws `LedgerUnavailable` when it is down and the store does
 * not know the order.
 */
export async function viewOrder(ports: OrderPorts, orderId: string): Promise<OrderView | null> {
  const known = ports.lookup.ask(orderId);
  const [stored, details] = await Promise.all([orderInStore(ports, orderId), inTime(ports, known)]);
  if (stored) return merge(stored, details);
  return details ?? (await orderInNewSale(ports, orderId)) ?? known;
}

/** Another process may have opened the order's sale a moment ago. */
async function orderInNewSale(ports: OrderPorts, orderId: string): Promise<OrderView | null> {
  await ports.board.lookAgain();
  const stored = await orderInStore(ports, orderId);
  return stored && merge(stored, null);
}

/** What the ledger says, or null when it is down or takes too long. */
async function inTime<Word>({ onLedgerFailure }: OrderPorts, word: Promise<Word>): Promise<Word | null> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const tooLate = () => reject(new LedgerUnavailable('The ledger took too long to tell of an order.'));
  const timer = setTimeout(tooLate, LEDGER_PATIENCE_MS);
  try {
    return await Promise.race([word, late]);
  } catch (error) {
    onLedgerFailure(error);
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** The store's own view of an order, in whichever sale it is. All are asked at once: each answer waits for a sync. */
async function orderInStore({ store, board }: Pick<OrderPorts, 'store' | 'board'>, orderId: string) {
  const sales = board.list().filter(isCurrent);
  const found = await Promise.all(sales.map(({ sale }) => store.readOrder({ saleId: sale.saleId, orderId })));
  return found.find((order) => order !== null) ?? null;
}

/** What a store that is being recovered says of an order may be old: then the ledger's word is the newer one. */
function isCurrent({ phase }: BoardSale): boolean {
  return phase !== 'recovering';
}

/** A buyer's orders in every sale, newest first. */
export async function viewOrdersOf(ports: OrderPorts, userId: string, limit: number): Promise<OrderView[]> {
  const views = new Map<string, OrderView>();
  const known = await withDetails(ports.ledger, await listOrdersOfUser(ports.ledger, userId, limit));
  for (const order of known) views.set(order.orderId, order);
  const sales = ports.board.list().filter(isCurrent);
  const stored = await Promise.all(sales.map(({ sale }) => ports.store.readOrders(sale.saleId, userId)));
  for (const order of stored.flat()) views.set(order.orderId, merge(order, views.get(order.orderId) ?? null));
  return [...views.values()].sort((a, b) => b.reservedAtMs - a.reservedAtMs).slice(0, limit);
}

function merge(stored: Order, known: OrderView | OrderDetails | null): OrderView {
  if (!known) {
    const fulfilment = fulfilmentOf(stored.state, null);
    return { ...stored, fulfilment, review: null, customer: null, latestAttempt: null, timeline: firstEntry(stored) };
  }
  const state: OrderState = known.state === 'refunded' ? 'refunded' : stored.state;
  return { ...known, ...stored, state, fulfilment: fulfilmentOf(state, known.fulfilment) };
}

/** An order is on its way to its buyer from the moment that it is paid, though the ledger hears of it later. */
function fulfilmentOf(state: OrderState, known: FulfilmentState | null): FulfilmentState | null {
  return known ?? (state === 'paid' ? 'processing' : null);
}

function firstEntry(order: Order): TimelineEntry[] {
  return [{ type: 'order_reserved', atMs: order.reservedAtMs, correlationId: order.correlationId, detail: {} }];
}
