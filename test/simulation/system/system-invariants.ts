import { sql } from 'kysely';
import type { Ledger } from '../../../src/database/schema.ts';
import { audit } from '../../../src/engine/audit.ts';
import type { Promised } from './simulated-buyer.ts';
import type { SimulatedProvider } from './simulated-provider.ts';
import type { World } from './world.ts';

interface OrderRow {
  readonly order_id: string;
  readonly user_id: string;
  readonly state: string;
  readonly idempotency_key: string;
  readonly is_claimed: boolean;
}

/** I2 and I3 in the ledger, whenever it has changed: it has the last word on what is sold. */
export async function brokenLedger(db: Ledger, saleId: string): Promise<string[]> {
  const { rows } = await sql<{ problem: string }>`
    with claimed as (
      select user_id, sku_id, sum(quantity) filter (where claimed_at is not null) as sold,
        sum(quantity) filter (where claimed_at is not null and state <> 'refunded') as held
      from orders join order_items using (order_id)
      where sale_id = ${saleId}
      group by user_id, sku_id
    )
    select 'I2 ' || sku_id || ' sold ' || item.sold || ' of ' || total_stock || ', claimed ' || coalesce(sum(claimed.sold), 0)
      as problem
    from sale_items as item left join claimed using (sku_id)
    where sale_id = ${saleId}
    group by sku_id, item.sold, total_stock
    having item.sold > total_stock or item.sold <> coalesce(sum(claimed.sold), 0)
    union all
    select 'I3 ' || user_id || ' owns ' || held || ' of ' || sku_id
    from claimed join sales on sales.sale_id = ${saleId}
    where held > purchase_limit`.execute(db);
  return rows.map(({ problem }) => problem);
}

/** What must hold once everything has come to rest. */
export async function brokenAtRest(
  world: World,
  db: Ledger,
  promises: readonly Promised[],
  mayLoseReservations: boolean,
): Promise<string[]> {
  const { saleId } = world;
  const report = await audit({ store: world.store.direct, ledger: db, events: world.events }, [saleId]);
  const violations = report.invariants.flatMap(({ name, violations }) =>
    violations.map(({ detail }) => `${name}: ${detail}`),
  );
  const orders = await ordersOf(db, saleId);
  return [
    ...violations,
    ...brokenPromises(orders, promises, mayLoseReservations),
    ...brokenKeys(orders),
    ...(await brokenMoney(db, saleId, world.provider)),
  ];
}

async function ordersOf(db: Ledger, saleId: string): Promise<OrderRow[]> {
  return db
    .selectFrom('orders')
    .select(['order_id', 'user_id', 'state', 'idempotency_key'])
    .select(sql<boolean>`claimed_at is not null`.as('is_claimed'))
    .where('sale_id', '=', saleId)
    .execute();
}

/** I5: what a buyer was told is so, and has ended. */
function brokenPromises(orders: readonly OrderRow[], promises: readonly Promised[], mayLose: boolean): string[] {
  const known = new Map(orders.map((order) => [order.order_id, order]));
  return promises.flatMap(({ orderId, word }) => {
    const state = known.get(orderId)?.state;
    if (word === 'paid' && state !== 'paid') return [`I5 ${orderId} was said to be paid, and is ${state}`];
    if (state === undefined) return mayLose ? [] : [`I5 ${orderId} was promised, and is lost`];
    return state === 'reserved' || state === 'paying' ? [`I5 ${orderId} is ${state} for ever`] : [];
  });
}

/** I4: one key pays once, whatever became of the store meanwhile. */
function brokenKeys(orders: readonly OrderRow[]): string[] {
  const paid = orders.filter(({ state }) => state === 'paid');
  const byKey = Map.groupBy(paid, (order) => `${order.user_id} ${order.idempotency_key}`);
  return [...byKey].filter(([, same]) => same.length > 1).map(([key]) => `I4 two orders are paid under ${key}`);
}

/** I10, by the provider's own books: what it holds or has taken is a paid order, once. */
async function brokenMoney(db: Ledger, saleId: string, { records }: SimulatedProvider): Promise<string[]> {
  const attempts = await db
    .selectFrom('payments')
    .innerJoin('orders', 'orders.order_id', 'payments.order_id')
    .select(['payments.attempt_id', 'payments.order_id', 'orders.state', 'current_attempt_id'])
    .where('payments.sale_id', '=', saleId)
    .execute();
  const paidBy = new Map(attempts.filter(({ state }) => state === 'paid').map((row) => [row.current_attempt_id, row]));
  const broken = [...paidBy.keys()].flatMap((attemptId) =>
    records.get(attemptId ?? '')?.status === 'captured' ? [] : [`I10 ${attemptId} pays an order, and took no money`],
  );
  for (const { attemptId, status } of records.values()) {
    const isRight = status === 'captured' ? paidBy.has(attemptId) : status !== 'authorised' && status !== 'pending';
    if (!isRight) broken.push(`I10 the provider has ${status} ${attemptId}`);
  }
  return broken;
}
