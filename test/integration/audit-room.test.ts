import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Order } from '../../src/domain/order.ts';
import type { RoomView } from '../../src/domain/queueing.ts';
import { type AuditReport, audit } from '../../src/engine/audit.ts';
import type { SaleSnapshot, Store } from '../../src/store/store.ts';
import { PaymentRig } from '../support/payment-rig.ts';
import { line, purchaseRequest, waitingRoomRules } from '../support/sale-fixtures.ts';
import { tamperedStore } from '../support/tampered-store.ts';

let rig: PaymentRig;
let saleId: string;
let ann: Order;
let bob: Order;

beforeAll(async () => {
  rig = await PaymentRig.open();
});
afterAll(() => rig.close());

/** A sale with a waiting room whose gate was changed, in which two of three have bought. */
beforeEach(async () => {
  saleId = await rig.openSale(5, 60, waitingRoomRules());
  for (const userId of ['ann', 'bob', 'cleo']) await joinAs(userId);
  await rig.store.changeSale(saleId, { type: 'gate', settings: { maxActive: 2 } }, 'test');
  await rig.store.advanceGate(saleId);
  ann = await buyAs('ann', 1);
  bob = await buyAs('bob', 2);
  await rig.project(saleId);
});

async function joinAs(userId: string): Promise<void> {
  const joined = await rig.store.join({ saleId, userId, held: false, correlationId: 'test' });
  if (joined.code !== 'joined') throw new Error(joined.code);
}

async function buyAs(userId: string, ticket: number): Promise<Order> {
  const admitted = await rig.store.admit({ saleId, userId, ticket });
  if (admitted.code !== 'admitted') throw new Error(admitted.code);
  const lines = [line('sneaker', 1)];
  const request = { saleId, userId, lines, orderId: randomUUID(), admission: admitted.admission };
  const outcome = await rig.store.purchase(purchaseRequest(request));
  if (outcome.code !== 'reserved') throw new Error(outcome.code);
  return outcome.order;
}

function auditWith(store: Store): Promise<AuditReport> {
  return audit({ store, ledger: rig.database.db, events: rig.events }, [saleId]);
}

/** The names of the invariants that do not hold. */
async function violated(store: Store = rig.store): Promise<string[]> {
  const { invariants } = await auditWith(store);
  return invariants.filter(({ violations }) => violations.length > 0).map(({ name }) => name);
}

function withOrders(change: (order: Order) => Order): Store {
  return tamperedStore(rig.store, (snapshot) => ({ ...snapshot, orders: snapshot.orders.map(change) }));
}

function withRoom(change: (room: RoomView) => Partial<RoomView>): Store {
  return tamperedStore(rig.store, (snapshot) => ({ ...snapshot, room: changedRoom(snapshot, change) }));
}

function changedRoom({ room }: SaleSnapshot, change: (room: RoomView) => Partial<RoomView>): RoomView {
  if (!room) throw new Error('no waiting room');
  return { ...room, ...change(room) };
}

test('a sale whose waiting room did its work violates nothing, and was looked at', async () => {
  const { invariants } = await auditWith(rig.store);
  expect(invariants.flatMap(({ violations }) => violations)).toEqual([]);
  const checked = new Map(invariants.map((invariant) => [invariant.name, invariant.checked]));
  expect(checked.get('places_kept')).toBe(2);
  expect(checked.get('gate_kept')).toBe(2);
});

test('places are still looked at when the sale is over and its room is cleared', async () => {
  await rig.store.changeSale(saleId, { type: 'end' }, 'test');
  await rig.project(saleId);
  expect(await violated()).toEqual([]);
  expect(await violated(withOrders((order) => ({ ...order, ticket: 3 })))).toContain('places_kept');
});

test('window_kept: a gate that was changed in mid-sale closes no window', async () => {
  await rig.store.changeSale(saleId, { type: 'gate', settings: { maxActive: 100 } }, 'test');
  await rig.store.advanceGate(saleId);
  await buyAs('cleo', 3);
  await rig.project(saleId);
  expect(await violated()).toEqual([]);
});

test('places_kept: an order from no place', async () => {
  expect(await violated(withOrders((order) => ({ ...order, ticket: null })))).toEqual(['places_kept']);
});

test('places_kept: an order from a place that was never given out', async () => {
  const store = withOrders((order) => (order.userId === 'bob' ? { ...order, ticket: 4 } : order));
  expect(await violated(store)).toEqual(['places_kept']);
});

test('places_kept: an order from a place that has not been called', async () => {
  expect(await violated(withRoom(() => ({ nowServing: 1 })))).toEqual(['places_kept']);
});

test('places_kept: two buyers on one place', async () => {
  expect(await violated(withOrders((order) => ({ ...order, ticket: 1 })))).toEqual(['places_kept']);
});

test('places_kept: a buyer let in before being called', async () => {
  const store = withRoom(({ violations }) => ({ violations: { ...violations, outOfTurn: 1 } }));
  expect(await violated(store)).toEqual(['places_kept']);
});

test('places_kept: a drawn place is worked out from the seed', async () => {
  const seed = '00'.repeat(32);
  const draw = { entrants: 3, listHash: seed, committedSeed: seed, beacon: null, seed };
  const { invariants } = await auditWith(withRoom(() => ({ draw, nowServing: 1 })));
  const details = invariants.flatMap(({ violations }) => violations).map(({ detail }) => detail);
  expect(details.length).toBeGreaterThan(0);
  for (const detail of details) expect(detail).toMatch(/came from position [23], and 1 have been called/);
});

test('places_kept: two buyers on one place, in the ledger', async () => {
  await sql`update orders set ticket = 1 where order_id = ${bob.orderId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['places_kept']);
});

test('places_kept: an order from no place, in the ledger', async () => {
  await sql`update orders set ticket = null where order_id = ${ann.orderId}`.execute(rig.database.db);
  expect(await violated()).toEqual(['places_kept']);
});

test('places_kept: an order from a place, in a sale that has none', async () => {
  expect(await violated(tamperedStore(rig.store, (snapshot) => ({ ...snapshot, room: null })))).toEqual([
    'places_kept',
  ]);
});

test.each(['overRate', 'overCap'] as const)('gate_kept: %s', async (violation) => {
  const store = withRoom(({ violations }) => ({ violations: { ...violations, [violation]: 1 } }));
  expect(await violated(store)).toEqual(['gate_kept']);
});

test('gate_kept: more places that bought than admissions', async () => {
  expect(await violated(withRoom(() => ({ admissions: 1 })))).toEqual(['gate_kept']);
});
