import fc from 'fast-check';
import type { ReleaseReason, RequestedLine } from '../../src/domain/order.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import type { SaleCommand } from '../../src/domain/sale-change.ts';
import type { OrderRef, Store } from '../../src/store/store.ts';
import { T0 } from '../support/clock.ts';
import { saleDefinition, saleItem } from '../support/sale-fixtures.ts';

/** One operation on a store, or a moment that passes, or a restart. `order` counts back from the newest order. */
export type Step =
  | { readonly type: 'prepare'; readonly sale: SaleDefinition }
  | { readonly type: 'change'; readonly saleId: string; readonly command: SaleCommand }
  | {
      readonly type: 'purchase';
      readonly saleId: string;
      readonly userId: string;
      readonly key: string;
      readonly lines: RequestedLine[];
    }
  | { readonly type: 'begin' | 'again'; readonly order: number; readonly attemptId: string; readonly graceMs: number }
  | { readonly type: 'decline' | 'confirm'; readonly order: number; readonly attemptId: string }
  | {
      readonly type: 'release';
      readonly order: number;
      readonly reason: ReleaseReason;
      readonly attemptId: string | null;
    }
  | { readonly type: 'expire' | 'due'; readonly saleId: string; readonly limit: number }
  | { readonly type: 'trim'; readonly saleId: string; readonly upTo: number }
  | { readonly type: 'forget'; readonly saleId: string }
  | { readonly type: 'advance'; readonly byMs: number }
  | { readonly type: 'reopen' };

/** Few of everything, so that steps meet: two sales, three buyers, a handful of keys, two SKUs, two attempts an order. */
export const SALE_IDS = ['sale-1', 'sale-2'];
export const USER_IDS = ['ann', 'bob', 'cat'];
/** Small enough to be full now and then. */
export const OUTBOX_MAX = 20;

const saleId = fc.oneof({ weight: 6, arbitrary: fc.constant('sale-1') }, fc.constant('sale-2'));
const skuId = fc.constantFrom('hat', 'scarf');
const attemptId = fc.oneof({ weight: 4, arbitrary: fc.constant('a1') }, fc.constant('a2'));
const order = fc.nat({ max: 5 });
const graceMs = fc.constantFrom(0, 1_000, 30_000);

const sale = fc
  .record({
    saleId,
    startsInMs: fc.constantFrom(-1_000, 0, 0, 2_000),
    lastsMs: fc.constantFrom(20_000, 300_000, 3_600_000),
    purchaseLimit: fc.integer({ min: 2, max: 6 }),
    reservationSeconds: fc.constantFrom(1, 5, 30),
    hats: fc.nat({ max: 8 }),
    scarves: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ startsInMs, lastsMs, hats, scarves, ...rules }) =>
    saleDefinition({
      ...rules,
      startsAtMs: T0 + startsInMs,
      endsAtMs: T0 + lastsMs,
      items: [
        saleItem({ skuId: 'hat', totalStock: hats }),
        saleItem({ skuId: 'scarf', totalStock: scarves, safetyBuffer: 1 }),
      ],
    }),
  );

const command: fc.Arbitrary<SaleCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'pause' as const }) },
  { weight: 8, arbitrary: fc.constant({ type: 'resume' as const }) },
  fc.record({ type: fc.constantFrom('end' as const, 'cancel' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('restock' as const),
      restockId: fc.constantFrom('r1', 'r2', 'r3'),
      skuId: fc.constantFrom('hat', 'scarf', 'glove'),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

const lines = fc.array(
  fc.record({
    skuId: fc.oneof({ weight: 20, arbitrary: skuId }, fc.constant('glove')),
    quantity: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 2 },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('prepare' as const), sale }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('change' as const), saleId, command }) },
  {
    weight: 24,
    arbitrary: fc.record({
      type: fc.constant('purchase' as const),
      saleId,
      userId: fc.constantFrom(...USER_IDS),
      key: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8'),
      lines,
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constantFrom('begin' as const, 'again' as const), order, attemptId, graceMs }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constantFrom('decline' as const, 'confirm' as const), order, attemptId }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('release' as const),
      order,
      reason: fc.constantFrom<ReleaseReason[]>('expired', 'cancelled_by_buyer', 'payment_failed', 'claim_refused'),
      attemptId: fc.option(attemptId),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('expire' as const, 'due' as const),
      saleId,
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('trim' as const), saleId, upTo: fc.nat({ max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('forget' as const), saleId }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      byMs: fc.constantFrom(-500, 1, 999, 1_000, 5_000, 30_000),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'reopen' as const }) },
);

/** A sale to begin with, then anything. */
export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(sale, fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }))
  .map(([first, rest]) => [{ type: 'prepare', sale: first }, ...rest]);

/** The order that a step makes, or is about; `orders` has the newest first. */
export function refOf(orders: readonly OrderRef[], step: Step, stepId: string): OrderRef {
  if (step.type === 'purchase') return { saleId: step.saleId, orderId: `order-of-${stepId}` };
  return ('order' in step && orders[step.order]) || { saleId: 'sale-1', orderId: 'no-order' };
}

/** Does one step to a store, and returns what it answered. `ref` is the order that the step is about. */
export async function perform(store: Store, step: Step, ref: OrderRef, correlationId: string): Promise<unknown> {
  switch (step.type) {
    case 'prepare':
      return store.prepareSale(step.sale, 1, correlationId);
    case 'change':
      return store.changeSale(step.saleId, step.command, correlationId);
    case 'purchase': {
      const { userId, key: idempotencyKey, lines } = step;
      return store.purchase({ ...ref, userId, idempotencyKey, lines, admission: null, deviceId: null, correlationId });
    }
    case 'begin':
      return store.beginPayment(ref, step.attemptId, step.graceMs);
    case 'again':
      return store.reserveAgain(ref, step.attemptId, step.graceMs);
    case 'decline':
      return store.declinePayment(ref, step.attemptId);
    case 'confirm':
      return store.confirm(ref, step.attemptId);
    case 'release':
      return store.release(ref, step.reason, step.attemptId);
    case 'expire':
      return store.expireDue(step.saleId, step.limit);
    case 'due':
      return store.duePayments(step.saleId, step.limit);
    case 'trim':
      return store.trimEvents(step.saleId, step.upTo);
    case 'forget':
      return store.forgetSale(step.saleId);
    case 'advance':
    case 'reopen':
      return store.now();
  }
}
