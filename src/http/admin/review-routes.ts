import type { FastifyInstance } from 'fastify';
import type { Review as ReviewView } from '#sdk/contract/review.ts';
import { cancelReview, clearReview, listReviews, readReview } from '#sdk/contract/review.ts';
import { findOrder } from '../../database/orders.ts';
import { findReview, pageReviews, type Review } from '../../database/reviews.ts';
import type { Ledger } from '../../database/schema.ts';
import {
  cancelFlaggedOrder,
  clearFlaggedOrder,
  type DecideOutcome,
  type ReviewPorts,
} from '../../engine/decide-review.ts';
import { refuse } from '../errors.ts';
import { adminOrderView } from '../public/order-view.ts';
import { isoTime } from '../public/sale-view.ts';
import { route } from '../route.ts';
import { operatorOf, seesCustomers } from './operator-of.ts';

const DEFAULT_LIMIT = 50;

/** Orders that the rules of risk review hold back, for operators to decide on. */
export function addReviewRoutes(app: FastifyInstance, ports: ReviewPorts): void {
  const { ledger } = ports;
  route(app, listReviews, async ({ query }) => {
    const { status: state = null, sale_id: saleId = null, cursor = null, limit = DEFAULT_LIMIT } = query;
    const page = await pageReviews(ledger, { state, saleId, cursor, limit });
    return { reviews: page.reviews.map(reviewView), next_cursor: page.nextCursor };
  });
  route(app, readReview, async (request) => {
    const { order_id: orderId } = request.params;
    const [review, order] = await Promise.all([findReview(ledger, orderId), findOrder(ledger, orderId)]);
    if (!review || !order) return refuse('not_found');
    return { ...reviewView(review), order: adminOrderView(order, seesCustomers(request)) };
  });
  route(app, clearReview, async (request) => {
    const { params, body } = request;
    const outcome = await clearFlaggedOrder(ports, operatorOf(request), params.order_id, body.detail);
    return decided(ledger, params.order_id, outcome);
  });
  route(app, cancelReview, async (request) => {
    const { params, body } = request;
    const outcome = await cancelFlaggedOrder(ports, operatorOf(request), params.order_id, body.detail);
    return decided(ledger, params.order_id, outcome);
  });
}

async function decided(ledger: Ledger, orderId: string, outcome: DecideOutcome) {
  const review = outcome === 'not_found' ? null : await findReview(ledger, orderId);
  if (!review) return refuse('not_found');
  if (outcome === 'wrong_state') return refuse('wrong_state', { detail: WRONG_STATE[review.state] });
  return reviewView(review);
}

const WRONG_STATE: Readonly<Record<Review['state'], string>> = {
  open: 'The payment is not settled yet: try again in a moment.',
  cleared: 'The order was cleared, and can be refunded like any other.',
  cancelled: 'The order was cancelled, and its money goes back.',
};

function reviewView(review: Review): ReviewView {
  return {
    order_id: review.orderId,
    sale_id: review.saleId,
    status: review.state,
    findings: review.findings.map(({ orderIds, ...finding }) => ({ ...finding, order_ids: [...orderIds] })),
    opened_at: isoTime(review.openedAtMs),
    decided_at: review.decidedAtMs === null ? null : isoTime(review.decidedAtMs),
    decided_by: review.decidedBy,
    detail: review.note,
  };
}
