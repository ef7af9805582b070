import type { FastifyInstance, FastifyRequest } from 'fastify';
import { cancelOrder, listOrders, readOrder } from '#sdk/contract/order.ts';
import { pay } from '#sdk/contract/payment.ts';
import type { Ledger } from '../../database/schema.ts';
import { cancelOrder as giveUpOrder } from '../../engine/cancel-order.ts';
import type { KillSwitches } from '../../engine/kill-switches.ts';
import { type OrderLookup, type OrderView, viewOrder, viewOrdersOf } from '../../engine/order-view.ts';
import { type PayOutcome, pay as payOrder } from '../../engine/pay.ts';
import type { RecordBatcher } from '../../engine/payment-batches.ts';
import type { PaymentWatch } from '../../engine/payment-watch.ts';
import type { SaleBoard } from '../../engine/sale-board.ts';
import type { Store } from '../../store/store.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { Refusal, refuse } from '../errors.ts';
import { newestFirst, pageByKey } from '../page.ts';
import { buyerOf } from '../plugins/authentication.ts';
import { type RefusalOf, route } from '../route.ts';
import type { TokenClaims } from '../tokens.ts';
import { lostOrder } from './lost-order.ts';
import { orderView } from './order-view.ts';

interface OrderPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly board: SaleBoard;
  readonly events: EngineEvents;
  readonly lookup: OrderLookup;
  readonly records: RecordBatcher;
  readonly switches: KillSwitches;
  readonly watch: PaymentWatch;
  readonly paymentGraceMs: number;
  readonly payWaitMs: number;
  readonly onLedgerFailure: (error: unknown) => void;
}

interface RoutePorts extends OrderPorts {
  /** Ids of orders that have been counted as lost. */
  readonly toldLost: Set<string>;
}

const MAX_TOLD_LOST = 10_000;
/** A buyer has a few orders a sale: what is beyond this is beyond reading. */
const MAX_ORDERS_OF_BUYER = 2_000;

export function addOrderRoutes(app: FastifyInstance, orderPorts: OrderPorts): void {
  const ports: RoutePorts = { ...orderPorts, toldLost: new Set() };
  route(app, listOrders, async (request) => {
    const { sale_id: saleId, ...page } = request.query;
    const all = await viewOrdersOf(ports, buyerOf(request).userId, MAX_ORDERS_OF_BUYER);
    const wanted = saleId === undefined ? all : all.filter((order) => order.saleId === saleId);
    const { entries, nextCursor } = pageByKey(wanted, listKey, page);
    return { orders: entries.map(orderView), next_cursor: nextCursor };
  });

  route(app, readOrder, async (request) => {
    const order = await ownOrder(ports, request, request.params.order_id);
    return order instanceof Refusal ? order : orderView(order);
  });

  route(app, cancelOrder, async (request) => {
    const order = await ownOrder(ports, request, request.params.order_id);
    if (order instanceof Refusal) return order;
    const outcome = await giveUpOrder(ports, order);
    if (outcome.code === 'not_found') return refuse('not_found');
    if (outcome.code !== 'done') return refuse('wrong_state', { detail: `The order is ${outcome.order.state}.` });
    if (outcome.order.state === 'expired') return refuse('reservation_expired');
    return orderView({ ...order, ...outcome.order });
  });

  route(app, pay, async (request, reply) => {
    const order = await ownOrder(ports, request, request.params.order_id);
    if (order instanceof Refusal) return order;
    const { payment_method: paymentMethod, customer } = request.body;
    const outcome = await payOrder(ports, {
      order,
      idempotencyKey: request.headers['idempotency-key'],
      paymentMethod,
      customer: customer ? { ...customer, phone: customer.phone ?? null, address: customer.address ?? null } : null,
      correlationId: request.id,
      waitMs: ports.payWaitMs,
    });
    if (outcome.code !== 'paid' && outcome.code !== 'working') return refusalOf(outcome);
    const after = orderView((await viewOrder(ports, order.orderId)) ?? order);
    if (outcome.code === 'paid') return { status: 'paid' as const, order: after };
    reply.code(202);
    return { status: 'working' as const, order: after };
  });
}

/** The order if the caller may see it. Somebody else's does not exist for them. */
async function ownOrder(
  ports: RoutePorts,
  request: FastifyRequest,
  orderId: string,
): Promise<OrderView | Refusal<'not_found' | 'recovering'>> {
  const buyer = buyerOf(request);
  if (buyer.kind === 'reservation' && buyer.reservation.order_id !== orderId) return refuse('not_found');
  const order = await viewOrder(ports, orderId);
  if (order) return order.userId === buyer.userId ? order : refuse('not_found');
  if (mayBeRecovering(ports.board, buyer)) return refuse('recovering');
  const isLost = buyer.kind === 'reservation' && ports.board.find(buyer.reservation.sale_id) !== null;
  if (!isLost) return refuse('not_found');
  tellOfLost(ports, buyer.reservation);
  return lostOrder(buyer.reservation);
}

/** Once an order, however often its buyer looks. */
function tellOfLost(
  { events, toldLost }: RoutePorts,
  { order_id: orderId, sale_id: saleId }: TokenClaims['reservation'],
): void {
  if (toldLost.has(orderId)) return;
  if (toldLost.size >= MAX_TOLD_LOST) toldLost.clear();
  toldLost.add(orderId);
  events.ordersLost(saleId, 'unknown', 1);
}

/** Might the order turn up again? A reservation token names the sale that it would be in; a buyer's token names none. */
function mayBeRecovering(board: SaleBoard, buyer: ReturnType<typeof buyerOf>): boolean {
  if (buyer.kind === 'reservation') return board.find(buyer.reservation.sale_id)?.phase === 'recovering';
  return board.list().some(({ phase }) => phase === 'recovering');
}

function listKey(order: OrderView): string {
  return newestFirst(order.reservedAtMs) + order.orderId;
}

type PayRefusal = Exclude<PayOutcome, { readonly code: 'paid' | 'working' }>;

function refusalOf(outcome: PayRefusal): RefusalOf<typeof pay> {
  switch (outcome.code) {
    case 'payment_declined':
    case 'reservation_expired':
    case 'sold_out':
      return refuse(outcome.code, { detail: outcome.message });
    case 'wrong_state':
      return refuse('wrong_state', { detail: `The order is ${outcome.order.state}.` });
    default:
      return refuse(outcome.code);
  }
}
