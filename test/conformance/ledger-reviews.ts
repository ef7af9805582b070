import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claim } from '../../src/database/claims.ts';
import { InvalidCursor } from '../../src/database/cursor.ts';
import { eraseCustomer } from '../../src/database/customer-erasure.ts';
import { type Channel, leaseNotifications } from '../../src/database/notifications.ts';
import { feedOrders } from '../../src/database/order-feed.ts';
import { findOrder, moveFulfilment } from '../../src/database/orders.ts';
import { startRefund } from '../../src/database/payments.ts';
import { clearReview, findReview, pageReviews } from '../../src/database/reviews.ts';
import { forgetErasedTraits, unreviewedOrders, writeTraits } from '../../src/database/risk-evidence.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import type { RiskReviewRules } from '../../src/domain/risk.ts';
import { examineOrders } from '../../src/engine/examine-orders.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { T0 } from '../support/clock.ts';
import {
  attemptRecord,
  ledgerSale,
  moveAttempt,
  numbered,
  orderChange,
  payingOrder,
  recordAttempt,
} from '../support/ledger-fixtures.ts';
import { riskReviewRules } from '../support/sale-fixtures.ts';

const RING: Partial<RiskReviewRules> = { accounts_per_address: 2 };
const events = new EngineEvents(createMetrics(), createLogger('silent'));

interface Buying {
  readonly address?: string;
  readonly paymentMethod?: string;
  readonly order?: Partial<Order>;
}

/** A sale with orders that are paid, in store and ledger. */
async function paidOrders(db: Ledger, rules: Partial<RiskReviewRules> | null, buyings: readonly Buying[]) {
  const riskReview = rules && riskReviewRules(rules);
  const { saleId } = await ledgerSale(db, { riskReview });
  const orders: Order[] = [];
  for (const buying of buyings) orders.push(await pay(db, saleId, buying, orders.length + 1));
  return { saleId, orders, ids: orders.map(({ orderId }) => orderId) };
}

async function pay(db: Ledger, saleId: string, { address, paymentMethod, order }: Buying, seq: number): Promise<Order> {
  const paying = payingOrder({ saleId, ...order });
  const method = paymentMethod ?? `pm_${paying.orderId}`;
  const customer = { name: 'Sam', email: 'sam@example.com', phone: null, address: address ?? paying.orderId };
  const record = attemptRecord(paying, { paymentMethod: method, customer });
  const { attemptId } = record;
  await recordAttempt(db, record);
  await moveAttempt(db, { attemptId, action: 'authorise', nowMs: T0 });
  await claim(db, [attemptId], T0);
  await moveAttempt(db, { attemptId, action: 'capture', nowMs: T0 });
  await moveAttempt(db, { attemptId, action: 'confirm', nowMs: T0 });
  await applyEvents(
    db,
    saleId,
    numbered(saleId, [orderChange('order_paid', { ...paying, state: 'paid' })], seq),
    'buyers_and_shop',
  );
  return paying;
}

function examine(ledger: Ledger): Promise<void> {
  return examineOrders({ store: { now: async () => T0 }, ledger, events });
}

async function statesOf(db: Ledger, orderIds: readonly string[]) {
  return Promise.all(orderIds.map(async (orderId) => (await findOrder(db, orderId))?.review));
}

function ship(db: Ledger, orderId: string) {
  return moveFulfilment(db, { orderId, to: 'shipped', nowMs: T0, correlationId: 'c' });
}

/** Three accounts, one address, written in three ways. */
const THREE: readonly Buying[] = [
  { address: '1 Example Street, Berlin' },
  { address: '1 Example St. Berlin' },
  { address: '1 EXAMPLE STREET\nBERLIN' },
];

export function reviewConformance(db: () => Ledger): void {
  test('a paid order waits for the rules where the sale asks for it, and nowhere else', async () => {
    const [asking, other] = [await paidOrders(db(), RING, [{}]), await paidOrders(db(), null, [{}])];
    expect(await statesOf(db(), [...asking.ids, ...other.ids])).toEqual(['pending', null]);
    expect(await ship(db(), asking.ids[0] ?? '')).toBe('in_review');
    expect(await ship(db(), other.ids[0] ?? '')).toBe('moved');
    await examine(db());
    expect(await statesOf(db(), asking.ids)).toEqual(['passed']);
    expect(await findReview(db(), asking.ids[0] ?? '')).toBeNull();
    expect(await ship(db(), asking.ids[0] ?? '')).toBe('moved');
  });

  test('a ring is held back with its evidence, also those of it who came first', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, [...THREE.slice(0, 2), { address: 'Elsewhere 2' }]);
    await examine(db());
    expect(await statesOf(db(), ids)).toEqual(['passed', 'passed', 'passed']);
    const { orderId } = await pay(db(), saleId, THREE[2] ?? {}, 4);
    await examine(db());
    expect(await statesOf(db(), [...ids, orderId])).toEqual(['open', 'open', 'passed', 'open']);
    expect(await findReview(db(), orderId)).toMatchObject({
      saleId,
      state: 'open',
      openedAtMs: T0,
      decidedBy: null,
      findings: [{ rule: 'accounts_per_address', trait: 'address', figure: 3, allowed: 2 }],
    });
    expect(await ship(db(), orderId)).toBe('in_review');
  });

  test('the shop hears that an order is paid once it may hand it over, and the buyer at once', async () => {
    const { ids } = await paidOrders(db(), RING, [...THREE, {}]);
    expect(await told(db(), 'mail', ids)).toEqual(ids);
    expect(await told(db(), 'webhook', ids)).toEqual([]);
    await examine(db());
    expect(await told(db(), 'webhook', ids)).toEqual(ids.slice(3));
    await clearReview(db(), { orderId: ids[1] ?? '', by: 'operator', nowMs: T0 });
    expect(await told(db(), 'webhook', ids)).toEqual([ids[1]]);
  });

  test('evidence that grows is shown', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, THREE);
    await examine(db());
    const { orderId } = await pay(db(), saleId, THREE[0] ?? {}, 4);
    await examine(db());
    const review = await findReview(db(), ids[0] ?? '');
    expect(review?.findings[0]?.figure).toBe(4);
    expect(review?.findings[0]?.orderIds).toContain(orderId);
  });

  test.each<[string, Partial<RiskReviewRules>, Buying]>([
    ['a means of payment', { accounts_per_payment_method: 2 }, { paymentMethod: 'pm_of_all' }],
    ['a device', { accounts_per_device: 2 }, { order: { deviceId: 'phone' } }],
    ['a burst', { orders_per_ten_minutes: 2 }, { address: 'Here 1' }],
    ['an address that takes many units', { units_per_address: 2 }, { address: 'Here 1' }],
  ])('%s is looked at too', async (_, rules, buying) => {
    const { ids } = await paidOrders(db(), rules, [buying, buying, buying]);
    await examine(db());
    expect(await statesOf(db(), ids)).toEqual(['open', 'open', 'open']);
  });

  test('what orders of other sales have in common counts for the account alone', async () => {
    const userId = randomUUID();
    const buying = {
      address: 'Here 1',
      order: { userId, lines: [{ skuId: 'sneaker', quantity: 2, unitPriceMinor: 1, remainingStock: 1 }] },
    };
    const rules = { sales_at_limit: 2, units_per_address: 3 };
    const sales: Awaited<ReturnType<typeof paidOrders>>[] = [];
    for (let sale = 0; sale < 3; sale++) sales.push(await paidOrders(db(), rules, [buying]));
    await examine(db());
    const states = await Promise.all(sales.map(({ ids }) => statesOf(db(), ids)));
    expect(states.flat()).toContain('open');
    const open = states.flatMap(([state], index) => (state === 'open' ? (sales[index]?.ids ?? []) : []));
    expect((await findReview(db(), open[0] ?? ''))?.findings.map(({ rule }) => rule)).toEqual(['sales_at_limit']);
  });

  test('a review is decided once: cleared stays cleared, whatever is found later', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, THREE);
    await examine(db());
    const [cleared = '', cancelled = ''] = ids;
    const decision = { orderId: cleared, by: 'operator', note: 'called', nowMs: T0 + 1 };
    expect(await clearReview(db(), decision)).toBe('cleared');
    expect(await clearReview(db(), decision)).toBe('unchanged');
    expect(await startRefund(db(), { orderId: cleared, by: 'x', onlyInReview: true, nowMs: T0 })).toBeNull();
    expect(
      await startRefund(db(), {
        orderId: cancelled,
        by: 'operator',
        reviewNote: 'ring',
        onlyInReview: true,
        nowMs: T0,
      }),
    ).toMatchObject({ state: 'refunding' });
    expect(await clearReview(db(), { ...decision, orderId: cancelled })).toBe('wrong_state');
    expect(await clearReview(db(), { ...decision, orderId: randomUUID() })).toBe('not_found');
    await pay(db(), saleId, THREE[0] ?? {}, 4);
    await examine(db());
    expect(await statesOf(db(), ids)).toEqual(['cleared', 'cancelled', 'open']);
    expect(await findReview(db(), cleared)).toMatchObject({
      state: 'cleared',
      decidedBy: 'operator',
      decidedAtMs: T0 + 1,
      note: 'called',
      findings: [{ figure: 3 }],
    });
    expect(await findReview(db(), cancelled)).toMatchObject({ state: 'cancelled', note: 'ring' });
    expect(await ship(db(), cleared)).toBe('moved');
  });

  test('an ordinary refund cancels an open review, and its money is not given back twice', async () => {
    const { ids } = await paidOrders(db(), RING, THREE);
    await examine(db());
    const [orderId = ''] = ids;
    await startRefund(db(), { orderId, by: 'operator', note: 'sorry', nowMs: T0 });
    expect(await findReview(db(), orderId)).toMatchObject({ state: 'cancelled', decidedBy: 'operator', note: 'sorry' });
    expect(await startRefund(db(), { orderId, by: 'operator', onlyInReview: true, nowMs: T0 })).toBeNull();
  });

  test('several that examine at once find what one finds', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, [...THREE, ...THREE, {}, {}]);
    await Promise.all(Array.from({ length: 4 }, () => examine(db())));
    await examine(db());
    const states = await statesOf(db(), ids);
    expect(states).toEqual(['open', 'open', 'open', 'open', 'open', 'open', 'passed', 'passed']);
    const { reviews } = await pageReviews(db(), { saleId, state: 'open', cursor: null, limit: 100 });
    expect(reviews).toHaveLength(6);
  });

  test('examining again changes nothing, and whoever follows the orders hears of each step once', async () => {
    const { ids } = await paidOrders(db(), RING, THREE);
    await examine(db());
    const before = await changesOf(db(), ids);
    await examine(db());
    expect(await changesOf(db(), ids)).toEqual(before);
    expect((await feedOrders(db(), { after: null, limit: 10_000 })).orders).toEqual(
      expect.arrayContaining(ids.map((orderId) => expect.objectContaining({ orderId, review: 'open' }))),
    );
  });

  test('reviews are paged, oldest first, and sought by state and sale', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, THREE);
    await examine(db());
    await clearReview(db(), { orderId: ids[0] ?? '', by: 'operator', nowMs: T0 });
    const request = { saleId, state: null, cursor: null, limit: 2 };
    const first = await pageReviews(db(), request);
    const second = await pageReviews(db(), { ...request, cursor: first.nextCursor });
    const paged = [...first.reviews, ...second.reviews].map(({ orderId }) => orderId);
    expect(paged).toEqual(ids.toSorted());
    expect(second.nextCursor).toBeNull();
    const { reviews: open } = await pageReviews(db(), { ...request, state: 'open' });
    expect(open.map(({ orderId }) => orderId)).toEqual(ids.slice(1).toSorted());
    await expect(pageReviews(db(), { ...request, cursor: 'nonsense' })).rejects.toThrow(InvalidCursor);
  });

  test('a buyer whose data is erased has nothing in common with anybody any more', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, THREE.slice(0, 2));
    await examine(db());
    await eraseCustomer(db(), { orderId: ids[0] ?? '' });
    const { orderId } = await pay(db(), saleId, THREE[2] ?? {}, 3);
    await examine(db());
    expect(await statesOf(db(), [...ids, orderId])).toEqual(['passed', 'passed', 'passed']);
  });

  test('nor one who is erased at the moment in which the rules look', async () => {
    const { saleId, ids } = await paidOrders(db(), RING, [
      { address: '1 Example Street' },
      { address: '2 Other Street' },
    ]);
    const [erased = '', other = ''] = ids;
    const looking = await unreviewedOrders(db(), saleId, 10);
    await eraseCustomer(db(), { orderId: erased });
    await writeTraits(db(), saleId, looking);
    await forgetErasedTraits(db(), ids);
    const left = await db()
      .selectFrom('order_traits')
      .select(['order_id', 'trait'])
      .where('sale_id', '=', saleId)
      .execute();
    expect(new Set(left.map((row) => row.order_id))).toEqual(new Set([other]));
    expect(left.map((row) => row.trait).toSorted()).toEqual(['address', 'payment_method']);
  });

  test('an order whose money has gone back is not held, and still counts', async () => {
    const { ids } = await paidOrders(db(), RING, THREE);
    const [refunded = ''] = ids;
    const attempt = await startRefund(db(), { orderId: refunded, by: 'operator', nowMs: T0 });
    await moveAttempt(db(), { attemptId: attempt?.attemptId ?? '', action: 'settle_refund', nowMs: T0 });
    await examine(db());
    expect(await statesOf(db(), ids)).toEqual(['passed', 'open', 'open']);
  });
}

async function changesOf(db: Ledger, orderIds: readonly string[]) {
  return db.selectFrom('orders').select(['order_id', 'changed_in']).where('order_id', 'in', orderIds).execute();
}

/** Of whom it is told now that they are paid. */
async function told(db: Ledger, channel: Channel, orderIds: readonly string[]): Promise<string[]> {
  const leased = await leaseNotifications(db, channel, {
    workerId: 'w',
    limit: 10_000,
    leaseMs: 1e9,
    nowMs: T0 + 1_000,
  });
  const about = new Set(leased.map(({ orderId }) => orderId));
  return orderIds.filter((orderId) => about.has(orderId));
}
