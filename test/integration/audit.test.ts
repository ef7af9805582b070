import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Order } from '../../src/domain/order.ts';
import { audit } from '../../src/engine/audit.ts';
import { claimBatcher, moveBatcher } from '../../src/engine/payment-batches.ts';
import { settlePayment } from '../../src/engine/settle-payment.ts';
import type { SaleSnapshot, Store } from '../../src/store/store.ts';
import { recordAttempt } from '../support/ledger-fixtures.ts';
import { PaymentRig } from '../support/payment-rig.ts';
import { tamperedStore } from '../support/tampered-store.ts';

let rig: PaymentRig;
let saleId: string;
let paid: Order;
let open: Order;
let expired: Order;

beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());

/** A sale with one order that is paid, one that has expired and one that is open. */
beforeEach(async () => {
  saleId = await rig.openSale(5, 60);
  paid = await rig.reserve(saleId, 'ann');
  await payFor(paid);
  expired = await rig.reserve(saleId, 'bob');
  rig.clock.advance(60_000);
  await rig.store.expireDue(saleId, 10);
  open = await rig.reserve(saleId, 'cleo');
  await rig.project(saleId);
});

async function payFor(order: Order): Promise<void> {
  const { store, database, provider, events } = rig;
  const nowMs = rig.clock.read();
  const attemptId = randomUUID();
  await store.beginPayment(order, attemptId, 1_000);
  const request = {
    order,
    attemptId,
    idempotencyKey: attemptId,
    paymentMethod: 'pm_ok',
    customer: null,
    correlationId: 'test',
  };
  const recorded = await recordAttempt(database.db, { ...request, nowMs });
  if (recorded.code !== 'recorded') throw new Error(recorded.code);
  const claims = claimBatcher(database.db, () => store.now());
  const ports = {
    store,
    ledger: database.db,
    provider,
    events,
    claims,
    moves: moveBatcher(database.db),
    retry: { attempts: 1, baseMs: 1 },
    paymentGraceMs: 1_000,
    audience: 'buyers' as const,
  };
  await settlePayment(ports, recorded.attempt);
}

/** The names of the invariants that do not hold. */
async function violated(store: Store = rig.store): Promise<string[]> {
  const report = await audit({ store, ledger: rig.database.db, events: rig.events }, [saleId]);
  return report.invariants.filter(({ violations }) => violations.length > 0).map(({ name }) => name);
}

function lyingStore(tamper: (snapshot: SaleSnapshot) => SaleSnapshot): Store {
  return tamperedStore(rig.store, tamper);
}

test('a sale on which nothing went wrong violates nothing, and everything is looked at', async () => {
  const report = await audit({ store: rig.store, ledger: rig.database.db, events: rig.events }, [saleId]);

  expect(report.invariants.flatMap(({ violations }) => violations)).toEqual([]);
  // Nobody queues for this sale.
  const applicable = report.invariants.filter(({ name }) => name !== 'gate_kept');
  for (const { name, checked } of applicable) expect(checked, name).toBeGreaterThan(0);
});

test('stock_adds_up: a unit that vanished', async () => {
  const store = lyingStore((snapshot) => ({
    ...snapshot,
    stock: snapshot.stock.map((item) => ({ ...item, available: item.available - 1 })),
  }));
  expect(await violated(store)).toContain('stock_adds_up');
});

test('stock_adds_up: counts that no order explains', async () => {
  const store = lyingStore((snapshot) => ({
    ...snapshot,
    stock: snapshot.stock.map((item) => ({ ...item, available: item.available - 1, sold: item.sold + 1 })),
  }));
  expect(await violated(store)).toContain('stock_adds_up');
});

test('ledger_not_oversold: units sold that no claimed order has', async () => {
  await sql`update sale_items set sold = sold + 1 where sale_id = ${saleId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['ledger_not_oversold']);
});

test('limit_kept: a buyer with more than the limit, in the ledger', async () => {
  await sql`update sales set purchase_limit = 0 where sale_id = ${saleId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['limit_kept']);
});

test('limit_kept: a buyer with more than the limit, in the store', async () => {
  const store = lyingStore((snapshot) => ({ ...snapshot, sale: { ...snapshot.sale, purchaseLimit: 0 } }));
  expect(await violated(store)).toEqual(['limit_kept']);
});

test('one_key_one_effect: two orders from one key', async () => {
  const store = lyingStore((snapshot) => ({
    ...snapshot,
    orders: snapshot.orders.map((order) => ({ ...order, userId: 'ann', idempotencyKey: 'same' })),
  }));
  expect(await violated(store)).toContain('one_key_one_effect');
});

test('orders_end_once: an acknowledged order that the ledger lost', async () => {
  await sql`delete from orders where order_id = ${open.orderId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['orders_end_once']);
});

test('orders_end_once: store and ledger disagree on how an order ended', async () => {
  await sql`update orders set state = 'cancelled' where order_id = ${expired.orderId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['orders_end_once']);
});

test('orders_end_once: a reservation that nobody let expire', async () => {
  const store = lyingStore((snapshot) => ({ ...snapshot, takenAtMs: snapshot.takenAtMs + 3_600_000 }));
  expect(await violated(store)).toEqual(['orders_end_once']);
});

test('units_return_once: an order that expired twice', async () => {
  await sql`
    insert into order_events (order_id, type, at, correlation_id, epoch, seq, detail)
    values (${expired.orderId}, 'order_expired', now(), 'test', 1, 1000, '{}')`.execute(rig.database.db);
  expect(await violated()).toEqual(['orders_end_once', 'units_return_once']);
});

test('window_kept: a reservation while the sale was paused', async () => {
  await sql`
    update sale_events set type = 'sale_paused' where sale_id = ${saleId} and type = 'sale_started'`.execute(
    rig.database.db,
  );
  expect(await violated()).toEqual(['window_kept']);
});

test('window_kept: a reservation before the start', async () => {
  await sql`update sales set starts_at = starts_at + interval '1 day' where sale_id = ${saleId}`.execute(
    rig.database.db,
  );
  expect(await violated()).toEqual(['window_kept']);
});

test('money_matches_orders: money taken for an order that was cancelled', async () => {
  await sql`update orders set state = 'cancelled' where order_id = ${paid.orderId}`.execute(rig.database.db);
  expect(await violated()).toContain('money_matches_orders');
});

test('money_matches_orders: a paid order whose payment was voided', async () => {
  await sql`update payments set state = 'voided' where order_id = ${paid.orderId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['money_matches_orders']);
});

test('money_matches_orders: a paid order that no payment is known of', async () => {
  await sql`delete from payments where order_id = ${paid.orderId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['money_matches_orders']);
});
