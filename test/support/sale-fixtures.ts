import type { RequestedLine } from '../../src/domain/order.ts';
import type { PurchaseRequest } from '../../src/domain/purchase.ts';
import type { RiskReviewRules } from '../../src/domain/risk.ts';
import type { AntiBotRules, SaleDefinition, SaleItem, WaitingRoomRules } from '../../src/domain/sale.ts';
import { T0 } from './clock.ts';

export const MINUTE_MS = 60_000;

export function saleItem(item: Partial<SaleItem> = {}): SaleItem {
  return {
    skuId: 'sneaker',
    name: 'Sneaker',
    description: null,
    imageUrl: null,
    flashPriceMinor: 4_999,
    originalPriceMinor: 9_999,
    totalStock: 10,
    safetyBuffer: 0,
    ...item,
  };
}

/** A sale that is live from `T0` for an hour: one item, ten units, two a buyer, ten minutes to pay. */
export function saleDefinition(sale: Partial<SaleDefinition> = {}): SaleDefinition {
  return {
    saleId: 'sale-1',
    name: 'Spring drop',
    startsAtMs: T0,
    endsAtMs: T0 + 60 * MINUTE_MS,
    revealAtMs: null,
    currency: 'EUR',
    purchaseLimit: 2,
    reservationSeconds: 600,
    items: [saleItem()],
    waitingRoom: null,
    antiBot: null,
    riskReview: null,
    ...sale,
  };
}

/** First come, first served; open for five minutes before `T0`; 100 a second, 1,000 inside, a minute to buy. */
export function waitingRoomRules(rules: Partial<WaitingRoomRules> = {}): WaitingRoomRules {
  return {
    opensAtMs: T0 - 5 * MINUTE_MS,
    order: 'fifo',
    ratePerSecond: 100,
    maxActive: 1_000,
    admissionSeconds: 60,
    draw: null,
    ...rules,
  };
}

/** No rule is on. */
export function antiBotRules(rules: Partial<AntiBotRules> = {}): AntiBotRules {
  return {
    proofOfWork: false,
    captcha: false,
    minAccountAgeHours: 0,
    onePerDevice: false,
    onePerPaymentMethod: false,
    botAction: 'refuse',
    ...rules,
  };
}

/** No rule is on. */
export function riskReviewRules(rules: Partial<RiskReviewRules> = {}): RiskReviewRules {
  return {
    accounts_per_address: 0,
    accounts_per_payment_method: 0,
    accounts_per_device: 0,
    units_per_address: 0,
    orders_per_ten_minutes: 0,
    sales_at_limit: 0,
    ...rules,
  };
}

let lastOrder = 0;

/** One unit for `ann`, under a key and an order id of its own. */
export function purchaseRequest(request: Partial<PurchaseRequest> = {}): PurchaseRequest {
  lastOrder += 1;
  return {
    saleId: 'sale-1',
    orderId: `order-${lastOrder}`,
    userId: 'ann',
    lines: [{ skuId: 'sneaker', quantity: 1 }],
    idempotencyKey: `key-${lastOrder}`,
    admission: null,
    deviceId: null,
    correlationId: `correlation-${lastOrder}`,
    ...request,
  };
}

export function line(skuId: string, quantity: number): RequestedLine {
  return { skuId, quantity };
}
