import type { FastifyInstance } from 'fastify';
import {
  followOrders,
  listSaleOrders,
  readAdminOrder,
  recordFulfilment,
  refundOrder,
} from '#sdk/contract/admin-order.ts';
import { eraseCustomer } from '#sdk/contract/customer.ts';
import { readFullOrder } from '../../database/full-order.ts';
import { withDetails } from '../../database/order-details.ts';
import { feedOrders } from '../../database/order-feed.ts';
import { findOrder, pageOrdersOfSale } from '../../database/orders.ts';
import { readSale } from '../../database/sales.ts';
import type { Ledger } from '../../database/schema.ts';
import { eraseBuyer } from '../../engine/erase-buyer.ts';
import type { PaymentWatch } from '../../engine/payment-watch.ts';
import { recordFulfilment as recordStep } from '../../engine/record-fulfilment.ts';
import { refundOrder as giveMoneyBack } from '../../engine/refund-order.ts';
import type { ReportLedger } from '../../engine/report-ledger.ts';
import type { Store } from '../../store/store.ts';
import { refuse } from '../errors.ts';
import { adminOrderView } from '../public/order-view.ts';
import { route } from '../route.ts';
import { operatorOf, seesCustomers } from './operator-of.ts';
import { orderDetailsView } from './order-details-view.ts';

interface AdminOrderPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly reports: ReportLedger;
  readonly watch: PaymentWatch;
}

/** Operators see what the ledger has: it is the authority, and behind the store by a moment. */
export function addAdminOrderRoutes(app: FastifyInstance, ports: AdminOrderPorts): void {
  addOrderLists(app, ports);
  addOrderChanges(app, ports);
}

const DEFAULT_LIMIT = 50;

function addOrderLists(app: FastifyInstance, { reports }: AdminOrderPorts): void {
  route(app, listSaleOrders, async (request) => {
    const { params, query } = request;
    const { status = null, query: text = null, cursor = null, limit = DEFAULT_LIMIT } = query;
    const { db } = reports;
    if (!(await readSale(db, params.sale_id))) return refuse('not_found');
    const filter = { saleId: params.sale_id, status, query: text, searchesCustomers: seesCustomers(request) };
    const page = await pageOrdersOfSale(db, { ...filter, cursor, limit });
    const orders = await withDetails(db, page.orders);
    return {
      orders: orders.map((order) => adminOrderView(order, seesCustomers(request))),
      next_cursor: page.nextCursor,
    };
  });
  route(app, followOrders, async (request) => {
    const { after = null, limit = DEFAULT_LIMIT } = request.query;
    const { db } = reports;
    const feed = await feedOrders(db, { after, limit });
    const orders = await withDetails(db, feed.orders);
    return { orders: orders.map((order) => adminOrderView(order, seesCustomers(request))), next_after: feed.after };
  });
  route(app, readAdminOrder, async (request) => {
    const order = await readFullOrder(reports.db, request.params.order_id);
    return order ? orderDetailsView(order, seesCustomers(request)) : refuse('not_found');
  });
}

function addOrderChanges(app: FastifyInstance, ports: AdminOrderPorts): void {
  const { ledger } = ports;
  route(app, recordFulfilment, async (request) => {
    const { order_id: orderId } = request.params;
    const { fulfilment: to, detail: note } = request.body;
    const outcome = await recordStep(ports, operatorOf(request), { orderId, to, note });
    if (outcome === 'not_found' || outcome === 'wrong_state') return refuse(outcome);
    if (outcome === 'in_review') return refuse('wrong_state', { detail: 'The order is held back for risk review.' });
    return currentOrder(ledger, orderId);
  });
  route(app, refundOrder, async (request) => {
    const { order_id: orderId } = request.params;
    const known = await findOrder(ledger, orderId);
    if (!known) return refuse('not_found');
    const outcome = await giveMoneyBack(ports, operatorOf(request), orderId, request.body.detail);
    const refundedBefore = known.state === 'refunded' || known.latestAttempt?.state === 'refunding';
    if (outcome === 'wrong_state' && !refundedBefore)
      return refuse('wrong_state', { detail: `The order is ${known.state}.` });
    return currentOrder(ledger, orderId);
  });
  route(app, eraseCustomer, async (request) => ({
    orders_erased: await eraseBuyer(ports, operatorOf(request), request.params.user_id),
  }));
}

async function currentOrder(ledger: Ledger, orderId: string) {
  const order = await findOrder(ledger, orderId);
  return order ? adminOrderView(order, true) : refuse('not_found');
}
