import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PurchaseBody, Reservation } from '#sdk/contract/purchase.ts';
import { createRandom, pick } from '../../src/cli/simulate/random.ts';
import { verify } from '../../src/cli/simulate/verification.ts';
import { unproven } from '../support/audit-findings.ts';
import { acknowledgedUnits, Crowd } from '../support/crowd.ts';
import { liveSale, ServerUnderTest } from '../support/server-under-test.ts';

const BUYERS = 20_000;
const UNITS = { A: 150, B: 125, C: 100, D: 75, E: 50 };
const LIMIT = 2;
const SEED = Number(process.env.CROWD_SEED ?? 1);

type Skus = readonly [string, string];

const WISHES: readonly ((skus: Skus) => PurchaseBody)[] = [
  ([sku]) => ({ sku_id: sku, quantity: 1 }),
  ([sku]) => ({ sku_id: sku, quantity: 1 }),
  ([sku]) => ({ sku_id: sku, quantity: LIMIT }),
  ([sku, other]) => ({ items: [line(sku, 1), line(other, LIMIT)] }),
  // Two lines of one item are one line.
  ([sku]) => ({ items: [line(sku, 1), line(sku, 1)] }),
  // More than anybody may have, at once or in two lines.
  ([sku]) => ({ sku_id: sku, quantity: LIMIT + 1 }),
  ([sku]) => ({ items: [line(sku, LIMIT), line(sku, 1)] }),
];

describe(`${BUYERS} buyers for 500 units, with seed ${SEED}`, () => {
  let server: ServerUnderTest;
  let crowd: Crowd;
  let saleId: string;
  let answers: Visit[];

  interface Visit {
    readonly wish: PurchaseBody;
    readonly clicks: readonly (Reservation | string)[];
    /** What came of trying for more, after having got some. */
    readonly more: Reservation | string | null;
  }

  beforeAll(async () => {
    server = await ServerUnderTest.start();
    ({ sale_id: saleId } = await server.client.createSale(liveSale(UNITS, { purchase_limit: LIMIT })));
    crowd = new Crowd(server, saleId);
    answers = await Promise.all(Array.from({ length: BUYERS }, (_, number) => visit(number)));
  }, 120_000);

  afterAll(async () => {
    await crowd?.close();
    await server?.remove();
  });

  async function visit(number: number): Promise<Visit> {
    const random = createRandom(SEED * BUYERS + number);
    const userId = `buyer-${number}`;
    const wish = pick(WISHES, random)?.(twoOf(Object.keys(UNITS), random)) ?? { items: [] };
    const attempt = { userId, key: 'first', body: wish };
    const clicks = await Promise.all(
      Array.from({ length: 1 + Math.floor(random() * 2) }, () => crowd.purchase(attempt)),
    );
    const [got] = clicks;
    if (typeof got !== 'object') return { wish, clicks, more: null };
    const sku = got.items[0]?.sku_id ?? '';
    const greedy = { userId, key: 'more', body: { sku_id: sku, quantity: LIMIT } };
    return { wish, clicks, more: await crowd.purchase(greedy) };
  }

  test('every unit is reserved, and none twice', async () => {
    expect(acknowledgedUnits(crowd.acknowledged.values())).toEqual(UNITS);
    const { items } = await server.client.readAdminSale({ sale_id: saleId });
    expect(Object.fromEntries(items.map(({ sku_id, stock }) => [sku_id, stock]))).toEqual(
      Object.fromEntries(
        Object.entries(UNITS).map(([sku, reserved]) => [
          sku,
          { available: 0, reserved, paying: 0, sold: 0, buffer: 0 },
        ]),
      ),
    );
  });

  test('every answer is a documented one, and of those that fit', () => {
    expect(crowd.tally.faults).toEqual([]);
    const codes = crowd.tally.answers().map(({ operation, status, code }) => `${operation} ${status} ${code}`);
    expect(codes).toEqual(['purchase 200 reserved', 'purchase 409 sold_out', 'purchase 422 limit_exceeded']);
  });

  test('a double click is one order, answered twice with the same words', () => {
    const doubles = answers.filter(({ clicks }) => clicks.length > 1 && typeof clicks[0] === 'object');
    expect(doubles.length).toBeGreaterThan(50);
    for (const { clicks } of doubles) expect(clicks[1]).toEqual(clicks[0]);
  });

  test('nobody gets more than the limit, neither at once nor bit by bit', () => {
    for (const { wish, clicks, more } of answers) {
      if (unitsPerSku(wish).some((units) => units > LIMIT)) expect(clicks[0]).toBe('limit_exceeded');
      if (more !== null) expect(more).toBe('limit_exceeded');
    }
  });

  test('the last unit of each item is sold, to a buyer who hears that none is left', () => {
    const lines = [...crowd.acknowledged.values()].flatMap(({ reservation }) => reservation.items);
    for (const sku of Object.keys(UNITS)) {
      const last = lines.filter(({ sku_id, remaining_stock }) => sku_id === sku && remaining_stock === 0);
      expect(last).toHaveLength(1);
    }
  });

  test('whoever pays is charged once, what others give back is free again, and every book agrees', {
    timeout: 120_000,
  }, async () => {
    const orders = [...crowd.acknowledged.values()];
    const payers = orders.filter((_, index) => index % 2 === 0);
    const others = orders.filter((_, index) => index % 2 === 1);
    await Promise.all(payers.map((order) => crowd.pay(order, 'pm_ok')));
    await Promise.all(others.map((order) => crowd.cancel(order)));
    for (const { reservation } of orders) crowd.tally.acknowledged.add(reservation.order_id);
    for (const orderId of crowd.paid) crowd.tally.paid.add(orderId);
    const { client, simulatedProviderUrl } = server;
    const { faults, sale, audit } = await verify({ client, saleId, tally: crowd.tally, simulatedProviderUrl });
    expect(faults).toEqual([]);
    expect(unproven(audit.invariants)).toEqual([]);
    const sold = sale.items.map(({ sku_id, stock }) => [sku_id, stock?.sold]);
    expect(Object.fromEntries(sold)).toEqual(acknowledgedUnits(payers));
  });
});

function line(skuId: string, quantity: number) {
  return { sku_id: skuId, quantity };
}

function twoOf(skus: readonly string[], random: () => number): Skus {
  const first = pick(skus, random) ?? '';
  const others = skus.filter((sku) => sku !== first);
  return [first, pick(others, random) ?? ''];
}

function unitsPerSku({ sku_id, quantity, items }: PurchaseBody): number[] {
  const lines = items ?? [{ sku_id: sku_id ?? '', quantity: quantity ?? 0 }];
  const units = new Map<string, number>();
  for (const wanted of lines) units.set(wanted.sku_id, (units.get(wanted.sku_id) ?? 0) + wanted.quantity);
  return [...units.values()];
}
