import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { InvalidCursor } from '../../src/database/cursor.ts';
import { migrate } from '../../src/database/migrate.ts';
import { feedOrders } from '../../src/database/order-feed.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { ensureOrder, ledgerSale, numbered, orderChange, reservedOrder } from '../support/ledger-fixtures.ts';

export function feedConformance(db: () => Ledger): void {
  test('the feed tells of an order again when it changes, as it is now', async () => {
    const { saleId } = await ledgerSale(db());
    const [first, second] = [reservedOrder({ saleId }), reservedOrder({ saleId })];
    const start = await end(db());
    await ensureOrder(db(), first);
    await ensureOrder(db(), second);
    const created = await feedOrders(db(), { after: start, limit: 10 });
    expect(created.orders.map(({ orderId }) => orderId)).toEqual([first.orderId, second.orderId]);
    const cancelled = orderChange('order_cancelled', { ...first, state: 'cancelled' });
    await applyEvents(db(), saleId, numbered(saleId, [cancelled]));
    const changed = await feedOrders(db(), { after: created.after, limit: 10 });
    expect(changed.orders).toMatchObject([{ orderId: first.orderId, state: 'cancelled' }]);
    expect(await feedOrders(db(), { after: changed.after, limit: 10 })).toEqual({ orders: [], after: changed.after });
  });

  test('orders that one transaction changed fit on pages of any size', async () => {
    const start = await end(db());
    const orders = [reservedOrder(), reservedOrder(), reservedOrder()];
    await db()
      .transaction()
      .execute(async (tx) => {
        for (const order of orders) await ensureOrder(tx, order);
      });
    const seen: string[] = [];
    let after: string | null = start;
    for (let page = 0; page < 3; page++) {
      const feed = await feedOrders(db(), { after, limit: 1 });
      seen.push(...feed.orders.map(({ orderId }) => orderId));
      after = feed.after;
    }
    expect(seen).toEqual(orders.map(({ orderId }) => orderId).toSorted());
  });

  test('orders that a dump brought from a server with higher transaction ids are shown after a migration', async () => {
    const start = await end(db());
    const order = reservedOrder();
    await ensureOrder(db(), order);
    const row = await db()
      .selectFrom('orders')
      .selectAll()
      .where('order_id', '=', order.orderId)
      .executeTakeFirstOrThrow();
    const restored = { ...row, order_id: randomUUID(), idempotency_key: 'restored', changed_in: '999999999999' };
    await db()
      .insertInto('orders')
      .values({ ...restored, customer: null })
      .execute();
    await migrate(db());
    const feed = await feedOrders(db(), { after: start, limit: 10 });
    expect(feed.orders.map(({ orderId }) => orderId)).toEqual([order.orderId, restored.order_id]);
  });

  test('a cursor that is none is refused', async () => {
    await expect(feedOrders(db(), { after: 'nonsense', limit: 1 })).rejects.toThrow(InvalidCursor);
  });
}

/** Where the feed ends now. */
async function end(db: Ledger): Promise<string | null> {
  let after: string | null = null;
  for (;;) {
    const feed = await feedOrders(db, { after, limit: 100 });
    if (feed.orders.length === 0) return feed.after;
    after = feed.after;
  }
}
