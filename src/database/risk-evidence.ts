import { hash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { addressKey } from '../domain/delivery-address.ts';
import type { OrderState } from '../domain/order.ts';
import type { RiskGroup, RiskOrder, RiskReviewRules, RiskTrait } from '../domain/risk.ts';
import type { Ledger } from './schema.ts';

export interface SaleToReview {
  readonly saleId: string;
  readonly rules: RiskReviewRules;
}

/** A paid order that the rules have not looked at, with all that it may have in common with others. */
export interface UnreviewedOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly address: string | null;
  readonly paymentMethod: string | null;
  readonly deviceId: string | null;
}

interface TraitRow {
  readonly trait: RiskTrait;
  readonly digest: string;
  readonly order_id: string;
}

const ADVISORY_LOCK = 'tidegate risk review';
const MONTH_MS = 30 * 86_400_000;
/** Money that went back was an order all the same. */
const BOUGHT: readonly OrderState[] = ['paid', 'refunded'];

/** The sales in which an order waits for the rules. */
export async function salesToReview(db: Ledger): Promise<SaleToReview[]> {
  const { rows } = await sql<SaleToReview>`
    select sale_id as "saleId", definition -> 'riskReview' as rules
    from sales
    where is_reviewed and exists (select from orders where orders.sale_id = sales.sale_id and review = 'pending')
    order by sale_id`.execute(db);
  return rows;
}

/**
 * One transaction at a time looks at a sale: two that looked at different orders of one ring would each see a part.
 * False while another one does.
 */
export async function takeTurn(tx: Ledger, saleId: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtext(${ADVISORY_LOCK}), hashtext(${saleId})) as taken`.execute(tx);
  return rows[0]?.taken ?? false;
}

export async function unreviewedOrders(tx: Ledger, saleId: string, limit: number): Promise<UnreviewedOrder[]> {
  return tx
    .selectFrom('orders')
    .leftJoin('payments', 'payments.attempt_id', 'orders.current_attempt_id')
    .select(['orders.order_id as orderId', 'user_id as userId', 'device_id as deviceId'])
    .select(['payment_method as paymentMethod', sql<string | null>`customer ->> 'address'`.as('address')])
    .where('orders.sale_id', '=', saleId)
    .where('review', '=', 'pending')
    .orderBy('orders.order_id')
    .limit(limit)
    .execute();
}

/** Remembers what orders may have in common with later ones. Digests: to compare is all that they are for. */
export async function writeTraits(tx: Ledger, saleId: string, orders: readonly UnreviewedOrder[]): Promise<void> {
  const rows = orders.flatMap(traitsOf);
  if (rows.length === 0) return;
  await sql`
    insert into order_traits (sale_id, trait, digest, order_id)
    select ${saleId}, trait, digest, order_id
    from json_to_recordset(${JSON.stringify(rows)}::json) as row(trait text, digest text, order_id text)
    on conflict do nothing`.execute(tx);
}

/**
 * Forgets what `writeTraits` wrote of orders whose buyers were erased at the same time. With the orders locked: whoever
 * erases has done so by now, or comes later and finds the traits.
 */
export async function forgetErasedTraits(tx: Ledger, orderIds: readonly string[]): Promise<void> {
  await sql`
    delete from order_traits
    using orders left join payments on payments.attempt_id = orders.current_attempt_id
    where order_traits.order_id = orders.order_id and orders.order_id = any(${orderIds}::text[]) and (
      (trait = 'address' and customer is null) or (trait = 'payment_method' and payment_method is null)
    )`.execute(tx);
}

/** The groups that some orders of a sale belong to, each whole. Earliest order first. */
export async function groupsOf(
  tx: Ledger,
  saleId: string,
  orders: readonly UnreviewedOrder[],
): Promise<readonly RiskGroup[]> {
  return [...(await groupsByTrait(tx, saleId, orders)), ...(await groupsByAccount(tx, orders))];
}

function traitsOf({ orderId, address, paymentMethod, deviceId }: UnreviewedOrder): TraitRow[] {
  const values: readonly (readonly [RiskTrait, string | null])[] = [
    ['address', address && addressKey(address)],
    ['payment_method', paymentMethod],
    ['device', deviceId],
  ];
  return values.flatMap(([trait, value]) =>
    value ? [{ trait, digest: hash('sha256', value, 'base64url'), order_id: orderId }] : [],
  );
}

async function groupsByTrait(tx: Ledger, saleId: string, orders: readonly UnreviewedOrder[]): Promise<RiskGroup[]> {
  const traitsOfOrder = Map.groupBy(await sharedTraits(tx, saleId, orders), (row) => row.order_id);
  const known = await boughtOrders(tx, sql`order_id = any(${[...traitsOfOrder.keys()]}::text[])`);
  const members = known.flatMap((order) => (traitsOfOrder.get(order.orderId) ?? []).map((row) => ({ ...row, order })));
  const groups = Map.groupBy(members, ({ trait, digest }) => `${trait} ${digest}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ trait: first.trait, orders: [first.order, ...others.map(({ order }) => order)] }] : [],
  );
}

/**
 * Lateral, with an offset, so that each trait is looked up in the index: a plan made by what was known of the table
 * before a sale began took a minute for a batch.
 */
async function sharedTraits(tx: Ledger, saleId: string, orders: readonly UnreviewedOrder[]): Promise<TraitRow[]> {
  const rows = orders.flatMap(traitsOf);
  const { rows: shared } = await sql<TraitRow>`
    select own.trait, own.digest, order_id
    from (
      select distinct trait, digest
      from json_to_recordset(${JSON.stringify(rows)}::json) as row(trait text, digest text)
    ) as own
    cross join lateral (
      select order_id from order_traits as known
      where known.sale_id = ${saleId} and known.trait = own.trait and known.digest = own.digest
      offset 0
    ) as sharing`.execute(tx);
  return shared;
}

async function groupsByAccount(tx: Ledger, orders: readonly UnreviewedOrder[]): Promise<RiskGroup[]> {
  const userIds = [...new Set(orders.map(({ userId }) => userId))];
  const known = await boughtOrders(tx, sql`user_id = any(${userIds}::text[])`);
  return [...Map.groupBy(known, ({ userId }) => userId).values()].map((ofAccount) => {
    const newestMs = ofAccount.at(-1)?.boughtAtMs ?? 0;
    return { trait: 'account', orders: ofAccount.filter(({ boughtAtMs }) => boughtAtMs > newestMs - MONTH_MS) };
  });
}

async function boughtOrders(tx: Ledger, chosen: RawBuilder<boolean>): Promise<RiskOrder[]> {
  const rows = await tx
    .selectFrom('orders')
    .innerJoin('sales', 'sales.sale_id', 'orders.sale_id')
    .select(['order_id', 'orders.sale_id', 'user_id', 'reserved_at', 'purchase_limit'])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('order_items')
          .select(['sku_id as skuId', 'quantity'])
          .whereRef('order_items.order_id', '=', 'orders.order_id'),
      ).as('lines'),
    )
    .where(chosen)
    .where('orders.state', 'in', BOUGHT)
    .orderBy('reserved_at')
    .orderBy('order_id')
    .execute();
  return rows.map((row) => ({
    orderId: row.order_id,
    saleId: row.sale_id,
    userId: row.user_id,
    boughtAtMs: row.reserved_at.getTime(),
    lines: row.lines,
    purchaseLimit: row.purchase_limit,
  }));
}
