import { randomUUIDv7 } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type PurchaseBody, purchase, type Reservation } from '#sdk/contract/purchase.ts';
import type { Order, RequestedLine } from '../../domain/order.ts';
import type { PurchaseRefusal, PurchaseRequest } from '../../domain/purchase.ts';
import type { KillSwitches } from '../../engine/kill-switches.ts';
import { purchase as purchaseUnits } from '../../engine/purchase.ts';
import type { SaleBoard } from '../../engine/sale-board.ts';
import type { Store } from '../../store/store.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { refuse } from '../errors.ts';
import { buyerOf } from '../plugins/authentication.ts';
import { type RefusalOf, route } from '../route.ts';
import type { TokenClaims, TokenSigner } from '../tokens.ts';
import { deviceOf, refuseUnknownDevice } from './device.ts';
import { isoTime } from './sale-view.ts';

interface PurchasePorts {
  readonly store: Store;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly events: EngineEvents;
  readonly tokens: TokenSigner;
}

/** An order is read and tracked with its token long after it was paid. */
const RESERVATION_TOKEN_MS = 90 * 24 * 3_600_000;

/**
 * The hot path. A sale that has started and is not revealed yet sells to whoever knows the SKU: what is hidden is
 * hidden from the public's pages, and only the store says what a sale's state allows.
 */
export function addPurchaseRoute(app: FastifyInstance, ports: PurchasePorts): void {
  route(app, purchase, async (request) => {
    const buyer = buyerOf(request);
    const outcome = await purchaseUnits(ports, {
      saleId: request.params.sale_id,
      // Indexes of the ledger grow at their end, where those of random ids are written all over.
      orderId: randomUUIDv7(),
      userId: buyer.userId,
      lines: requestedLines(request.body),
      idempotencyKey: request.headers['idempotency-key'],
      admission: buyer.kind === 'admission' ? admissionOf(buyer.admission) : null,
      deviceId: deviceOf(request.body),
      correlationId: request.id,
    });
    return outcome.code === 'reserved' ? reservationView(outcome.order, ports.tokens) : refusalOf(outcome);
  });
}

function admissionOf({ ticket, admitted_at_ms }: TokenClaims['admission']): PurchaseRequest['admission'] {
  return { ticket, admittedAtMs: admitted_at_ms };
}

/** The schema has made sure that it is the one or the other. */
function requestedLines({ items, sku_id: skuId, quantity }: PurchaseBody): RequestedLine[] {
  if (skuId !== undefined && quantity !== undefined) return [{ skuId, quantity }];
  return (items ?? []).map((line) => ({ skuId: line.sku_id, quantity: line.quantity }));
}

/** Built from the order as it was made, and from nothing that changes: a repeat gets the same bytes. */
function reservationView(order: Order, tokens: TokenSigner): Reservation {
  return {
    status: 'reserved',
    order_id: order.orderId,
    reservation_token: reservationToken(order, tokens),
    payment_deadline: isoTime(order.deadlineMs),
    remaining_stock: Math.min(...order.lines.map((line) => line.remainingStock)),
    total_minor: order.totalMinor,
    currency: order.currency,
    items: order.lines.map((line) => ({
      sku_id: line.skuId,
      quantity: line.quantity,
      unit_price_minor: line.unitPriceMinor,
      remaining_stock: line.remainingStock,
    })),
  };
}

function reservationToken(order: Order, tokens: TokenSigner): string {
  const issuedAt = Math.floor(order.reservedAtMs / 1000);
  return tokens.sign('reservation', {
    sub: order.userId,
    order_id: order.orderId,
    sale_id: order.saleId,
    items: order.lines.map((line) => ({
      sku_id: line.skuId,
      quantity: line.quantity,
      unit_price_minor: line.unitPriceMinor,
    })),
    total_minor: order.totalMinor,
    currency: order.currency,
    payment_deadline: isoTime(order.deadlineMs),
    iat: issuedAt,
    exp: issuedAt + RESERVATION_TOKEN_MS / 1000,
  });
}

function refusalOf(outcome: PurchaseRefusal | { readonly code: 'switched_off' }): RefusalOf<typeof purchase> {
  switch (outcome.code) {
    case 'sold_out':
      return refuse('sold_out', {
        detail: `${outcome.remaining} of ${outcome.skuId} are left.`,
        sku_id: outcome.skuId,
        remaining_stock: outcome.remaining,
      });
    case 'limit_exceeded':
      return refuse('limit_exceeded', {
        detail: `A buyer may have ${outcome.limit} of ${outcome.skuId}, and this one has ${outcome.held}.`,
        sku_id: outcome.skuId,
        limit: outcome.limit,
        held: outcome.held,
      });
    case 'unknown_sku':
      return refuse('validation_failed', {
        detail: `${outcome.skuId} is not in this sale.`,
        errors: [{ field: 'sku_id', message: `${outcome.skuId} is not in this sale` }],
      });
    case 'admission_expired':
      return refuse('token_expired', {
        detail: 'The admission has run out. Ask for another one with the queue token.',
      });
    case 'device_unknown':
      return refuseUnknownDevice();
    default:
      return refuse(outcome.code);
  }
}
