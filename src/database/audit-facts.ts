import { sql } from 'kysely';
import type { OrderState } from '../domain/order.ts';
import type { PaymentState } from '../domain/payment.ts';
import { readPosition } from './log-positions.ts';
import { readFences, type SaleFence } from './sale-fences.ts';
import type { Ledger } from './schema.ts';

/** What the ledger says about one sale, read in one transaction: the evidence for an audit. */
export interface AuditFacts {
  /** Which store may sell the sale. Null for one that has been deleted. */
  readonly fence: SaleFence | null;
  /** The epoch of the last event applied. */
  readonly positionEpoch: number;
  /** Orders of a store that was given up, and not taken over from it, whose units are claimed all the same. */
  readonly claimedWithoutStore: readonly string[];
  /** The last event applied. */
  readonly position: number;
  readonly orderCount: number;
  readonly attemptCount: number;
  readonly orders: ReadonlyMap<string, { readonly state: OrderState; readonly lastSeq: number }>;
  /** `claimed`: units in orders that are claimed. */
  readonly items: readonly {
    readonly skuId: string;
    readonly totalStock: number;
    readonly sold: number;
    readonly claimed: number;
  }[];
  readonly beyondLimit: readonly { readonly userId: string; readonly skuId: string; readonly units: number }[];
  readonly endedTwice: readonly string[];
  readonly returnedTwice: readonly string[];
  readonly reservedOutsideWindow: readonly string[];
  /** Places that orders of more than one buyer came from. */
  readonly sharedTickets: readonly number[];
  /** Orders that came from no place, in a sale with a waiting room. */
  readonly withoutTicket: readonly string[];
  readonly paidWithoutMoney: readonly string[];
  readonly moneyWithoutOrder: readonly {
    readonly attemptId: string;
    readonly orderId: string;
    readonly state: PaymentState;
    readonly orderState: OrderState;
  }[];
}

export async function readAuditFacts(db: Ledger, saleId: string): Promise<AuditFacts> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const orders = await readOrders(tx, saleId);
      const position = await readPosition(tx, saleId);
      return {
        fence: await readFence(tx, saleId),
        position: position.seq,
        positionEpoch: position.epoch,
        claimedWithoutStore: await findClaimedWithoutStore(tx, saleId),
        orderCount: orders.size,
        attemptCount: await countAttempts(tx, saleId),
        orders,
        items: await readItems(tx, saleId),
        beyondLimit: await findBeyondLimit(tx, saleId),
        endedTwice: await findEndedTwice(tx, saleId),
        returnedTwice: await findReturnedTwice(tx, saleId),
        reservedOutsideWindow: await findReservedOutsideWindow(tx, saleId),
        sharedTickets: await findSharedTickets(tx, saleId),
        withoutTicket: await findWithoutTicket(tx, saleId),
        paidWithoutMoney: await findPaidWithoutMoney(tx, saleId),
        moneyWithoutOrder: await findMoneyWithoutOrder(tx, saleId),
      };
    });
}

async function readFence(tx: Ledger, saleId: string): Promise<SaleFence | null> {
  const fences = await readFences(tx, [saleId]);
  return fences.find((fence) => fence.saleId === saleId) ?? null;
}

async function findClaimedWithoutStore(tx: Ledger, saleId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('orders')
    .innerJoin('sales', 'sales.sale_id', 'orders.sale_id')
    .select('order_id')
    .where('orders.sale_id', '=', saleId)
    .where('claimed_at', 'is not', null)
    .where(({ or, and, eb }) =>
      or([
        eb('release_reason', '=', 'lost_in_recovery'),
        and([
          eb('recovering_since', 'is', null),
          eb('last_seq', '=', 0),
          eb('reserved_in_epoch', '<', eb.ref('sales.epoch')),
        ]),
      ]),
    )
    .execute();
  return rows.map((row) => row.order_id);
}

async function readOrders(tx: Ledger, saleId: string) {
  const rows = await tx
    .selectFrom('orders')
    .select(['order_id', 'state', 'last_seq'])
    .where('sale_id', '=', saleId)
    .where('last_seq', '>', 0)
    .execute();
  return new Map(rows.map((row) => [row.order_id, { state: row.state, lastSeq: row.last_seq }]));
}

async function countAttempts(tx: Ledger, saleId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('payments')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('sale_id', '=', saleId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function readItems(tx: Ledger, saleId: string): Promise<AuditFacts['items']> {
  const { rows } = await sql<{ sku_id: string; total_stock: number; sold: number; claimed: number }>`
    select item.sku_id, item.total_stock, item.sold, coalesce(sum(line.quantity), 0)::bigint as claimed
    from sale_items item
    left join (order_items line join orders on orders.order_id = line.order_id and orders.claimed_at is not null)
      on line.sku_id = item.sku_id and orders.sale_id = item.sale_id
    where item.sale_id = ${saleId}
    group by item.sku_id, item.total_stock, item.sold
    order by item.sku_id`.execute(tx);
  return rows.map((row) => ({
    skuId: row.sku_id,
    totalStock: row.total_stock,
    sold: row.sold,
    claimed: Number(row.claimed),
  }));
}

async function findBeyondLimit(tx: Ledger, saleId: string): Promise<AuditFacts['beyondLimit']> {
  const { rows } = await sql<{ user_id: string; sku_id: string; units: number }>`
    select orders.user_id, line.sku_id, sum(line.quantity)::bigint as units
    from orders
    join order_items line using (order_id)
    join sales using (sale_id)
    where orders.sale_id = ${saleId} and orders.claimed_at is not null and orders.state <> 'refunded'
    group by orders.user_id, line.sku_id, sales.purchase_limit
    having sum(line.quantity) > sales.purchase_limit`.execute(tx);
  return rows.map((row) => ({ userId: row.user_id, skuId: row.sku_id, units: Number(row.units) }));
}

/** An order ends once more for each time that a late payment took its units again. */
async function findEndedTwice(tx: Ledger, saleId: string): Promise<string[]> {
  return findMoreOftenThanTaken(tx, saleId, ['order_paid', 'order_cancelled', 'order_expired']);
}

async function findReturnedTwice(tx: Ledger, saleId: string): Promise<string[]> {
  return findMoreOftenThanTaken(tx, saleId, ['order_cancelled', 'order_expired']);
}

async function findMoreOftenThanTaken(tx: Ledger, saleId: string, types: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ order_id: string }>`
    select order_id
    from order_events event
    join orders using (order_id)
    where orders.sale_id = ${saleId} and event.seq is not null
    group by order_id
    having count(*) filter (where event.type in (${sql.join(types)}))
      > count(*) filter (where event.type in ('order_reserved', 'order_reserved_again', 'order_restored'))`.execute(tx);
  return rows.map((row) => row.order_id);
}

/** The newest change of the sale's state before the reservation, by the order of events, must have made it active. */
async function findReservedOutsideWindow(tx: Ledger, saleId: string): Promise<string[]> {
  const { rows } = await sql<{ order_id: string }>`
    select event.order_id
    from order_events event
    join orders using (order_id)
    join sales using (sale_id)
    left join lateral (
      select change.type from sale_events change
      where change.sale_id = orders.sale_id and change.seq < event.seq
        and change.type in ('sale_started', 'sale_paused', 'sale_resumed', 'sale_ended', 'sale_cancelled')
      order by change.seq desc limit 1
    ) change on true
    where orders.sale_id = ${saleId} and event.type in ('order_reserved', 'order_reserved_again')
      and (coalesce(change.type, '') not in ('sale_started', 'sale_resumed')
        or event.at < sales.starts_at or event.at >= sales.ends_at)`.execute(tx);
  return rows.map((row) => row.order_id);
}

async function findSharedTickets(tx: Ledger, saleId: string): Promise<number[]> {
  const rows = await tx
    .selectFrom('orders')
    .select('ticket')
    .where('sale_id', '=', saleId)
    .groupBy('ticket')
    .having(({ fn }) => fn.count('user_id').distinct(), '>', 1)
    .execute();
  return rows.flatMap(({ ticket }) => ticket ?? []);
}

async function findWithoutTicket(tx: Ledger, saleId: string): Promise<string[]> {
  const { rows } = await sql<{ order_id: string }>`
    select orders.order_id
    from orders
    join sales using (sale_id)
    where orders.sale_id = ${saleId} and orders.ticket is null
      and jsonb_typeof(sales.definition -> 'waitingRoom') = 'object'`.execute(tx);
  return rows.map((row) => row.order_id);
}

/** Orders that are paid, and no payment says by whom. */
async function findPaidWithoutMoney(tx: Ledger, saleId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('orders')
    .select('order_id')
    .where('sale_id', '=', saleId)
    .where('state', '=', 'paid')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('payments')
            .select('payments.attempt_id')
            .whereRef('payments.order_id', '=', 'orders.order_id')
            .where('payments.state', 'in', ['captured', 'confirmed', 'refunding', 'refunded']),
        ),
      ),
    )
    .execute();
  return rows.map((row) => row.order_id);
}

async function findMoneyWithoutOrder(tx: Ledger, saleId: string): Promise<AuditFacts['moneyWithoutOrder']> {
  const rows = await tx
    .selectFrom('payments')
    .innerJoin('orders', 'orders.order_id', 'payments.order_id')
    .select(['payments.attempt_id', 'payments.order_id', 'payments.state', 'orders.state as order_state'])
    .where('payments.sale_id', '=', saleId)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('payments.state', '=', 'confirmed'),
          eb('orders.state', 'in', ['cancelled', 'expired', 'refunded']),
        ]),
        eb.and([
          eb('payments.state', 'in', ['declined', 'voided', 'refunded']),
          eb('orders.state', '=', 'paid'),
          eb('orders.attempt_id', '=', eb.ref('payments.attempt_id')),
        ]),
        eb.and([eb('payments.state', '=', 'confirmed'), eb('orders.claimed_at', 'is', null)]),
      ]),
    )
    .execute();
  return rows.map((row) => ({
    attemptId: row.attempt_id,
    orderId: row.order_id,
    state: row.state,
    orderState: row.order_state,
  }));
}
