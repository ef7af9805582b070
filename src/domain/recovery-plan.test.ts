import fc from 'fast-check';
import { expect, test } from 'vitest';
import { T0 } from '../../test/support/clock.ts';
import { reservedOrder } from '../../test/support/ledger-fixtures.ts';
import { MINUTE_MS, saleDefinition, saleItem } from '../../test/support/sale-fixtures.ts';
import { countsAgainstLimit, ORDER_TRANSITIONS, type Order, type OrderState } from './order.ts';
import type { PaymentState } from './payment.ts';
import { type AccountedOrder, planRecovery, type SaleAccount } from './recovery-plan.ts';

const UNITS = 6;
const LIMIT = 2;
const GRACE_MS = 10_000;

function accounted(fields: Partial<Order>, facts: Partial<AccountedOrder> = {}): AccountedOrder {
  const order = reservedOrder({ orderId: 'o', userId: 'ann', ...fields });
  return { order, lastSeq: 5, isClaimed: false, attempt: null, ...facts };
}

function accountOf(orders: readonly AccountedOrder[], totalStock = UNITS): SaleAccount {
  return {
    position: { epoch: 1, lastSeq: 40 },
    sale: saleDefinition({ purchaseLimit: LIMIT, items: [saleItem({ totalStock })] }),
    state: 'active',
    restockIds: [],
    gate: null,
    draw: null,
    room: null,
    orders,
  };
}

const plan = (orders: readonly AccountedOrder[], totalStock?: number) =>
  planRecovery(accountOf(orders, totalStock), T0, GRACE_MS);

function changesOf(...orders: AccountedOrder[]): string[] {
  return plan(orders).changes.map(({ type }) => type);
}

const attempt = (state: PaymentState) => ({ attemptId: 'a1', state, abandonReason: null });

test('an order that the log has told of stays as it is', () => {
  for (const state of ['reserved', 'paying', 'paid', 'expired', 'cancelled'] as const) {
    expect(changesOf(accounted({ state, attemptId: state === 'reserved' ? null : 'a1' }))).toEqual([]);
  }
});

test.each([
  ['reserved', 'claimed', ['payment_begun']],
  ['reserved', 'captured', ['payment_begun']],
  ['reserved', 'confirmed', ['payment_begun', 'order_paid']],
  ['paying', 'captured', []],
  ['paying', 'confirmed', ['order_paid']],
  ['paying', 'refunding', ['order_paid']],
  ['expired', 'confirmed', ['order_reserved_again', 'order_paid']],
  ['paid', 'confirmed', []],
] as const)('a %s order whose payment is %s, with its units claimed, is brought there', (state, payment, expected) => {
  const order = accounted({ state, attemptId: 'a1' }, { isClaimed: true, attempt: attempt(payment) });
  expect(changesOf(order)).toEqual(expected);
});

test.each([
  ['created', ['order_restored', 'payment_begun']],
  ['captured', ['order_restored', 'payment_begun']],
  ['confirmed', ['order_restored', 'payment_begun', 'order_paid']],
  ['declined', ['order_restored']],
  ['voided', []],
] as const)('an order that is known from its %s payment alone is restored if that may pay it', (payment, expected) => {
  const order = accounted({ state: 'paying', attemptId: 'a1' }, { lastSeq: 0, attempt: attempt(payment) });
  expect(changesOf(order)).toEqual(expected);
  expect(plan([order]).lost).toHaveLength(expected.length === 0 ? 1 : 0);
});

test('where units are missing, those who came last give way to those whose units are claimed', () => {
  const early = accounted({ orderId: 'early', userId: 'ann', reservedAtMs: T0 - 3_000 });
  const overdue = accounted({ orderId: 'overdue', userId: 'bob', reservedAtMs: T0 - 9_000, deadlineMs: T0 - 1 });
  const late = accounted({ orderId: 'late', userId: 'cid', reservedAtMs: T0 - 1_000 });
  const sold = accounted(
    { orderId: 'sold', userId: 'dan', state: 'paying', attemptId: 'a1', reservedAtMs: T0 },
    { lastSeq: 0, isClaimed: true, attempt: attempt('captured') },
  );
  const { changes, orders } = plan([overdue, early, late, sold], 2);
  const ended = changes.filter(({ type }) => type === 'order_cancelled').map(({ order }) => order.orderId);
  expect(ended.toSorted()).toEqual(['late', 'overdue']);
  expect(orders.filter(({ state }) => countsAgainstLimit(state)).map(({ orderId }) => orderId)).toEqual([
    'early',
    'sold',
  ]);
});

const PAYMENTS: readonly PaymentState[] = ['created', 'authorised', 'declined', 'voided', 'abandoned'];
const CLAIMED: readonly PaymentState[] = ['claimed', 'captured', 'confirmed', 'refunding'];
const someOrder = fc.record({
  userId: fc.constantFrom('ann', 'bob', 'cid', 'dan', 'eve'),
  state: fc.constantFrom<OrderState[]>('reserved', 'paying', 'paid', 'expired', 'cancelled'),
  quantity: fc.integer({ min: 1, max: LIMIT }),
  ageMs: fc.integer({ min: 0, max: 20 * MINUTE_MS }),
  isInLog: fc.boolean(),
  wantsClaim: fc.boolean(),
  payment: fc.nat(),
});

/** As the ledger can be: what is claimed, and what the log has told of, fits into stock and limit. */
function possibleAccount(wishes: readonly (typeof someOrder extends fc.Arbitrary<infer Wish> ? Wish : never)[]) {
  let left = UNITS;
  const held = new Map<string, number>();
  return wishes.map(({ userId, state, quantity, ageMs, isInLog, wantsClaim, payment }, index): AccountedOrder => {
    const mine = held.get(userId) ?? 0;
    const fits = quantity <= left && mine + quantity <= LIMIT;
    const isClaimed = fits && (wantsClaim || state === 'paid') && state !== 'cancelled';
    const counts = fits && (isClaimed || (isInLog && countsAgainstLimit(state)));
    if (counts) left -= quantity;
    if (counts) held.set(userId, mine + quantity);
    const known =
      isInLog && countsAgainstLimit(state) && !counts ? 'expired' : state === 'paid' && !counts ? 'expired' : state;
    const states = isClaimed ? CLAIMED : PAYMENTS;
    const lines = [{ skuId: 'sneaker', quantity, unitPriceMinor: 1, remainingStock: 0 }];
    const reservedAtMs = T0 - ageMs;
    return {
      order: reservedOrder({
        orderId: `o-${index}`,
        userId,
        state: known,
        lines,
        reservedAtMs,
        deadlineMs: reservedAtMs + 10 * MINUTE_MS,
        attemptId: known === 'reserved' ? null : 'a1',
      }),
      lastSeq: isInLog ? index + 1 : 0,
      isClaimed,
      attempt: attempt(states[payment % states.length] ?? 'created'),
    };
  });
}

test('whatever the ledger knows, what is left fits into stock and limit, and nothing that is claimed is given up', () => {
  fc.assert(
    fc.property(fc.array(someOrder, { maxLength: 14 }), (wishes) => {
      const account = possibleAccount(wishes);
      const { orders, changes, lost } = plan(account);
      const holding = orders.filter(({ state }) => countsAgainstLimit(state));
      const unitsOf = (some: readonly Order[]) =>
        some.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
      expect(unitsOf(holding)).toBeLessThanOrEqual(UNITS);
      for (const mine of Map.groupBy(holding, ({ userId }) => userId).values()) {
        expect(unitsOf(mine)).toBeLessThanOrEqual(LIMIT);
      }
      const kept = new Set(holding.map(({ orderId }) => orderId));
      for (const { order, isClaimed } of account) if (isClaimed) expect(kept).toContain(order.orderId);
      expect(orders.length + lost.length).toBe(account.length);
      expectLegal(
        account,
        changes.map(({ order }) => order),
      );
    }),
    { numRuns: 1_000 },
  );
});

/** Each change follows from the state before it by the table. */
function expectLegal(account: readonly AccountedOrder[], changed: readonly Order[]): void {
  const states = new Map<string, OrderState>();
  for (const { order, lastSeq } of account) if (lastSeq > 0) states.set(order.orderId, order.state);
  for (const { orderId, state } of changed) {
    const before = states.get(orderId);
    if (before === undefined) expect(state).toBe('reserved');
    else expect(Object.values(ORDER_TRANSITIONS[before])).toContain(state);
    states.set(orderId, state);
  }
}
