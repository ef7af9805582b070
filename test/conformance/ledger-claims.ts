import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claim, undoClaim } from '../../src/database/claims.ts';
import { findOrder } from '../../src/database/orders.ts';
import { readAttempts } from '../../src/database/payments.ts';
import { readSale } from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order, OrderLine } from '../../src/domain/order.ts';
import { T0 } from '../support/clock.ts';
import { attemptRecord, ledgerSale, moveAttempt, payingOrder, recordAttempt } from '../support/ledger-fixtures.ts';
import { saleItem } from '../support/sale-fixtures.ts';

export function claimConformance(db: () => Ledger): void {
  test('a claim sells the units, and says so as often as it is asked', async () => {
    const { saleId } = await ledgerSale(db());
    const { attemptId, orderId } = await authorised(db(), payingOrder({ saleId }));
    for (let repeat = 0; repeat < 3; repeat++) {
      expect(await claim(db(), [attemptId], T0 + repeat)).toEqual(new Map([[attemptId, 'claimed']]));
    }
    expect(await soldUnits(db(), saleId)).toEqual({ sneaker: 1 });
    expect(await findOrder(db(), orderId)).toMatchObject({ claimedAtMs: T0, latestAttempt: { state: 'claimed' } });
    await moveAttempt(db(), { attemptId, action: 'capture', nowMs: T0 });
    expect((await claim(db(), [attemptId], T0)).get(attemptId)).toBe('claimed');
  });

  test('of many claims in one batch, the first ones get the units', async () => {
    const { saleId } = await ledgerSale(db(), { items: [saleItem({ totalStock: 2 })] });
    const attempts = [];
    for (let buyer = 0; buyer < 4; buyer++) attempts.push(await authorised(db(), payingOrder({ saleId })));
    const ids = attempts.map(({ attemptId }) => attemptId);
    const outcomes = await claim(db(), ids, T0);
    expect(ids.map((id) => outcomes.get(id))).toEqual(['claimed', 'claimed', 'oversold', 'oversold']);
    expect(await soldUnits(db(), saleId)).toEqual({ sneaker: 2 });
  });

  test('claims at once never sell more than there is', async () => {
    const { saleId } = await ledgerSale(db(), { items: [saleItem({ totalStock: 3 })] });
    const attempts = [];
    for (let buyer = 0; buyer < 20; buyer++) attempts.push(await authorised(db(), payingOrder({ saleId })));
    const claims = await Promise.all(attempts.map(({ attemptId }) => claim(db(), [attemptId], T0)));
    const outcomes = claims.flatMap((outcome) => [...outcome.values()]);
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === 'oversold')).toHaveLength(17);
    expect(await soldUnits(db(), saleId)).toEqual({ sneaker: 3 });
  });

  test('a basket is claimed as a whole or not at all', async () => {
    const items = [saleItem({ skuId: 'hat', totalStock: 1 }), saleItem({ skuId: 'scarf', totalStock: 5 })];
    const { saleId } = await ledgerSale(db(), { items });
    const basket = [orderLine('hat', 1), orderLine('scarf', 2)];
    const first = await authorised(db(), payingOrder({ saleId, lines: basket }));
    const second = await authorised(db(), payingOrder({ saleId, lines: basket }));
    const outcomes = await claim(db(), [first.attemptId, second.attemptId], T0);
    expect([...outcomes.values()]).toEqual(['claimed', 'oversold']);
    expect(await soldUnits(db(), saleId)).toEqual({ hat: 1, scarf: 2 });
  });

  test('no buyer is sold more units of a SKU than the limit, over all orders', async () => {
    const { saleId } = await ledgerSale(db(), { purchaseLimit: 2 });
    const userId = randomUUID();
    const orders = [1, 1, 1].map((units) => payingOrder({ saleId, userId, lines: [orderLine('sneaker', units)] }));
    const [first, second, third] = await Promise.all(orders.map((order) => authorised(db(), order)));
    if (!first || !second || !third) throw new Error('three attempts');
    expect([...(await claim(db(), [first.attemptId, second.attemptId, third.attemptId], T0)).values()]).toEqual([
      'claimed',
      'claimed',
      'limit_exceeded',
    ]);
    expect((await claim(db(), [third.attemptId], T0)).get(third.attemptId)).toBe('limit_exceeded');
  });

  test('the limit holds against claims at once', async () => {
    const { saleId } = await ledgerSale(db(), { purchaseLimit: 2 });
    const userId = randomUUID();
    const attempts = [];
    for (let order = 0; order < 6; order++) attempts.push(await authorised(db(), payingOrder({ saleId, userId })));
    const claims = await Promise.all(attempts.map(({ attemptId }) => claim(db(), [attemptId], T0)));
    expect(claims.flatMap((it) => [...it.values()]).filter((outcome) => outcome === 'claimed')).toHaveLength(2);
  });

  test('only the newest attempt of an order can be claimed', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    const older = await authorised(db(), order);
    const newer = await authorised(db(), { ...order, attemptId: randomUUID() });
    const outcomes = await claim(db(), [older.attemptId, newer.attemptId], T0);
    expect([...outcomes.values()]).toEqual(['not_current', 'claimed']);
  });

  test('what is unknown, not authorised or abandoned cannot be claimed', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    const unknown = randomUUID();
    const { attemptId } = await authorised(db(), order);
    await moveAttempt(db(), { attemptId, action: 'abandon', nowMs: T0 });
    expect([...(await claim(db(), [unknown, attemptId], T0)).values()]).toEqual(['not_current', 'not_current']);
    expect(await claim(db(), [], T0)).toEqual(new Map());
    expect(await soldUnits(db(), saleId)).toEqual({ sneaker: 0 });
  });

  test('an undone claim gives its units back once', async () => {
    const { saleId } = await ledgerSale(db());
    const { attemptId, orderId } = await authorised(db(), payingOrder({ saleId }));
    const undo = { attemptId, to: 'abandoned' as const, reason: 'capture_failed', nowMs: T0 + 1 };
    expect(await undoClaim(db(), undo)).toBeNull();
    await claim(db(), [attemptId], T0);
    const undone = await Promise.all([undoClaim(db(), undo), undoClaim(db(), undo), undoClaim(db(), undo)]);
    expect(undone.filter((it) => it !== null)).toMatchObject([{ state: 'abandoned', abandonReason: 'capture_failed' }]);
    expect(await soldUnits(db(), saleId)).toEqual({ sneaker: 0 });
    expect(await findOrder(db(), orderId)).toMatchObject({ claimedAtMs: null });
  });

  test('money that was captured goes back when its claim is undone', async () => {
    const { saleId } = await ledgerSale(db());
    const { attemptId } = await authorised(db(), payingOrder({ saleId }));
    await claim(db(), [attemptId], T0);
    await moveAttempt(db(), { attemptId, action: 'capture', nowMs: T0 });
    expect(await undoClaim(db(), { attemptId, to: 'abandoned', reason: 'late', nowMs: T0 })).toBeNull();
    expect(await undoClaim(db(), { attemptId, to: 'refunding', reason: 'late', nowMs: T0 })).toMatchObject({
      state: 'refunding',
    });
    expect(await soldUnits(db(), saleId)).toEqual({ sneaker: 0 });
    expect(await readAttempts(db(), [attemptId])).toMatchObject([{ state: 'refunding' }]);
  });

  test('the database itself refuses to sell more than there is, or less than nothing', async () => {
    const { saleId } = await ledgerSale(db());
    for (const sold of [11, -1]) {
      const update = db().updateTable('sale_items').set({ sold }).where('sale_id', '=', saleId).execute();
      await expect(update).rejects.toMatchObject({ code: '23514', constraint: 'sale_items_never_oversold' });
    }
  });
}

function orderLine(skuId: string, quantity: number): OrderLine {
  return { skuId, quantity, unitPriceMinor: 4_999, remainingStock: 0 };
}

async function authorised(db: Ledger, order: Order): Promise<{ attemptId: string; orderId: string }> {
  const record = attemptRecord(order, { idempotencyKey: randomUUID() });
  await recordAttempt(db, record);
  const { attemptId } = record;
  await moveAttempt(db, { attemptId, action: 'authorise', nowMs: T0 });
  return { attemptId, orderId: order.orderId };
}

async function soldUnits(db: Ledger, saleId: string): Promise<Record<string, number>> {
  const sale = await readSale(db, saleId);
  return Object.fromEntries((sale?.items ?? []).map(({ skuId, sold }) => [skuId, sold]));
}
