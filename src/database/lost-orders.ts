import type { Order } from '../domain/order.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';
import { announce } from './announcements.ts';
import { selectOrders, toLedgerOrder } from './order-rows.ts';
import { type OrderSnapshot, upsertOrders } from './projection.ts';
import type { Ledger } from './schema.ts';
import { writeTimeline } from './timeline.ts';

/**
 * Cancels orders that a store took after its sale had been given to another one: they hold no units, and whoever made
 * them is told. Those that the ledger knows already stay as they are. Returns how many there were.
 */
export async function cancelLateOrders(tx: Ledger, events: readonly OrderEvent[], audience: Audience): Promise<number> {
  const newest = new Map<string, OrderSnapshot & { readonly atMs: number }>();
  for (const event of events) {
    if ('order' in event) newest.set(event.order.orderId, { ...event, order: cancelled(event.order) });
  }
  const known = new Set((await lockOrders(tx, [...newest.keys()])).map(({ orderId }) => orderId));
  const late = [...newest.values()].filter(({ order }) => !known.has(order.orderId));
  await upsertOrders(tx, late);
  await tellLoss(tx, late, audience);
  return late.length;
}

/**
 * Cancels orders that the ledger knows from their payment alone, and that no store has any longer. Whatever has ended
 * stays as it is. Returns those that it cancelled.
 */
export async function cancelLostOrders(
  tx: Ledger,
  orderIds: readonly string[],
  { atMs, audience }: { readonly atMs: number; readonly audience: Audience },
): Promise<string[]> {
  const known = await lockOrders(tx, orderIds);
  const lost = known.filter(({ state }) => state === 'reserved' || state === 'paying');
  const lostIds = lost.map(({ orderId }) => orderId);
  if (lost.length === 0) return [];
  await tx
    .updateTable('orders')
    .set({ state: 'cancelled', paying_until: null, release_reason: 'lost_in_recovery' })
    .where('order_id', 'in', lostIds)
    .execute();
  await tellLoss(
    tx,
    lost.map((order) => ({ order, atMs })),
    audience,
  );
  return lostIds;
}

/** Does the ledger know orders from their payments alone that the store, as `find` says, does not know? */
export async function hasLostOrders(
  db: Ledger,
  saleId: string,
  find: (orderId: string) => Promise<Order | null>,
): Promise<boolean> {
  const rows = await db
    .selectFrom('orders')
    .select('order_id')
    .where('sale_id', '=', saleId)
    .where('last_seq', '=', 0)
    .where('state', 'in', ['reserved', 'paying'])
    .execute();
  const found = await Promise.all(rows.map(({ order_id }) => find(order_id)));
  return found.includes(null);
}

/** Orders of an earlier epoch that the log has never told of, and whose payments have come to an end. */
export async function findGivenUpOrders(tx: Ledger, saleId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('orders')
    .innerJoin('sales', 'sales.sale_id', 'orders.sale_id')
    .select('order_id')
    .where('orders.sale_id', '=', saleId)
    .where('last_seq', '=', 0)
    .where('reserved_in_epoch', '<', (eb) => eb.ref('sales.epoch'))
    .where('orders.state', 'in', ['reserved', 'paying'])
    .where('claimed_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('payments')
            .select('attempt_id')
            .whereRef('payments.order_id', '=', 'orders.order_id')
            .where('next_try_at', 'is not', null),
        ),
      ),
    )
    .execute();
  return rows.map(({ order_id }) => order_id);
}

function cancelled(order: Order): Order {
  return { ...order, state: 'cancelled', payingUntilMs: null, releaseReason: 'lost_in_recovery' };
}

/** In the order of their ids, as everybody locks orders. */
async function lockOrders(tx: Ledger, orderIds: readonly string[]): Promise<Order[]> {
  if (orderIds.length === 0) return [];
  const rows = await selectOrders(tx)
    .where('order_id', 'in', orderIds)
    .orderBy('order_id')
    .forUpdate('orders')
    .execute();
  return rows.map(toLedgerOrder);
}

async function tellLoss(
  tx: Ledger,
  lost: readonly { readonly order: Order; readonly atMs: number }[],
  audience: Audience,
): Promise<void> {
  const reason = 'lost_in_recovery';
  const news = lost.map(({ order: { orderId, correlationId }, atMs }) => ({ orderId, correlationId, atMs }));
  await writeTimeline(
    tx,
    news.map((entry) => ({ ...entry, type: 'order_cancelled', detail: { release_reason: reason } })),
  );
  await announce(
    tx,
    news.map((entry) => ({ ...entry, news: 'order_cancelled', reason })),
    audience,
  );
}
