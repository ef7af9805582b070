import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { ReleaseReason } from '../domain/order.ts';
import { ClaimBook, type ClaimCandidate, type ClaimOutcome } from './claim-decision.ts';
import type { PaymentAttempt } from './payment-rows.ts';
import { applyAction } from './payment-transition.ts';
import type { Ledger } from './schema.ts';

export type { ClaimOutcome } from './claim-decision.ts';

export interface ClaimUndo {
  readonly attemptId: string;
  /** `abandoned`: nothing was captured. `refunding`: it was, and goes back. */
  readonly to: 'abandoned' | 'refunding';
  readonly reason: string;
  readonly nowMs: number;
}

const UNDO = {
  abandoned: { from: 'claimed', action: 'abandon' },
  refunding: { from: 'captured', action: 'refund' },
} as const;

/**
 * Sells the units of authorised attempts, in the order given, in one transaction: this, and not the store, decides
 * what is sold. Repeatable: an attempt that has its claim is `claimed` again. `not_current`: the attempt is unknown,
 * was abandoned, or another one holds the order.
 *
 * Locks orders, then attempts, then items, each sorted, as everything does that locks several.
 */
export async function claim(
  db: Ledger,
  attemptIds: readonly string[],
  nowMs: number,
): Promise<Map<string, ClaimOutcome>> {
  return db.transaction().execute(async (tx) => {
    const outcomes = new Map<string, ClaimOutcome>(attemptIds.map((id) => [id, 'not_current']));
    const candidates = await lockCandidates(tx, attemptIds);
    const book = await openBook(tx, candidates);
    for (const candidate of inOrderOf(attemptIds, candidates)) {
      outcomes.set(candidate.attemptId, book.decide(candidate));
    }
    const won = candidates.filter((it) => it.state === 'authorised' && outcomes.get(it.attemptId) === 'claimed');
    await writeClaims(tx, won, nowMs);
    return outcomes;
  });
}

/** Gives the units of a claim back and moves its attempt on. Null when there is no such claim: nothing is given back. */
export async function undoClaim(
  db: Ledger,
  { attemptId, to, reason, nowMs }: ClaimUndo,
): Promise<PaymentAttempt | null> {
  const { from, action } = UNDO[to];
  return db.transaction().execute(async (tx) => {
    const [claimed] = await lockCandidates(tx, [attemptId]);
    if (claimed === undefined || claimed.state !== from) return null;
    await lockItems(tx, [claimed]);
    await changeSold(tx, [claimed], -1);
    await tx.updateTable('orders').set({ claimed_at: null }).where('order_id', '=', claimed.orderId).execute();
    return applyAction(tx, [from], { attemptId, action, patch: { abandonReason: reason }, nowMs });
  });
}

async function lockCandidates(tx: Ledger, attemptIds: readonly string[]): Promise<ClaimCandidate[]> {
  if (attemptIds.length === 0) return [];
  const orders = new Map((await lockOrders(tx, attemptIds)).map((order) => [order.order_id, order]));
  const attempts = await tx
    .selectFrom('payments')
    .select(['attempt_id', 'order_id', 'state'])
    .where('attempt_id', 'in', attemptIds)
    .orderBy('attempt_id')
    .forUpdate()
    .execute();
  return attempts.flatMap((attempt) => {
    const order = orders.get(attempt.order_id);
    if (order === undefined) return [];
    return {
      attemptId: attempt.attempt_id,
      state: attempt.state,
      orderId: order.order_id,
      saleId: order.sale_id,
      userId: order.user_id,
      isCurrent: order.current_attempt_id === attempt.attempt_id,
      isOrderClaimed: order.claimed_at !== null,
      isSaleRecovering: order.recovering_since !== null,
      isOrderLost: isLost(order),
      purchaseLimit: order.purchase_limit,
      lines: order.lines,
    };
  });
}

function lockOrders(tx: Ledger, attemptIds: readonly string[]) {
  return tx
    .selectFrom('orders')
    .innerJoin('sales', 'sales.sale_id', 'orders.sale_id')
    .select(['order_id', 'orders.sale_id', 'user_id', 'current_attempt_id', 'claimed_at', 'purchase_limit'])
    .select(['release_reason', 'last_seq', 'reserved_in_epoch', 'sales.epoch as sale_epoch', 'recovering_since'])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('order_items')
          .select(['sku_id as skuId', 'quantity'])
          .whereRef('order_items.order_id', '=', 'orders.order_id'),
      ).as('lines'),
    )
    .where('order_id', 'in', (eb) => eb.selectFrom('payments').select('order_id').where('attempt_id', 'in', attemptIds))
    .orderBy('order_id')
    .forUpdate('orders')
    .execute();
}

/** The log has never told of it, and now it never will: or it has told of it too late. */
function isLost(order: {
  readonly release_reason: ReleaseReason | null;
  readonly last_seq: number;
  readonly reserved_in_epoch: number;
  readonly sale_epoch: number;
}): boolean {
  if (order.reserved_in_epoch >= order.sale_epoch) return false;
  return order.last_seq === 0 || order.release_reason === 'lost_in_recovery';
}

/** What may still be claimed, with the items locked. */
export async function openBook(tx: Ledger, candidates: readonly ClaimCandidate[]): Promise<ClaimBook> {
  const book = new ClaimBook();
  for (const item of await lockItems(tx, candidates)) book.setLeft(item.sale_id, item.sku_id, item.left);
  for (const held of await readHeld(tx, candidates)) {
    book.setHeld(held.sale_id, held.user_id, held.sku_id, held.units);
  }
  return book;
}

async function lockItems(tx: Ledger, candidates: readonly ClaimCandidate[]) {
  const lines = linesOf(candidates);
  const { rows } = await sql<{ sale_id: string; sku_id: string; left: number }>`
    select sale_id, sku_id, total_stock - sold as left
    from sale_items
    where (sale_id, sku_id) in (select * from unnest(${lines.saleIds}::text[], ${lines.skuIds}::text[]))
    order by sale_id, sku_id
    for update`.execute(tx);
  return rows;
}

/** With the items locked: no claim of the same SKU can come in between. */
async function readHeld(tx: Ledger, candidates: readonly ClaimCandidate[]) {
  const saleIds = candidates.map(({ saleId }) => saleId);
  const userIds = candidates.map(({ userId }) => userId);
  const { rows } = await sql<{ sale_id: string; user_id: string; sku_id: string; units: number }>`
    select sale_id, user_id, sku_id, sum(quantity) as units
    from orders join order_items using (order_id)
    where (sale_id, user_id) in (select * from unnest(${saleIds}::text[], ${userIds}::text[]))
      and claimed_at is not null and state <> 'refunded'
    group by sale_id, user_id, sku_id`.execute(tx);
  return rows;
}

async function writeClaims(tx: Ledger, won: readonly ClaimCandidate[], nowMs: number): Promise<void> {
  if (won.length === 0) return;
  const now = new Date(nowMs);
  await tx
    .updateTable('orders')
    .set({ claimed_at: now })
    .where(
      'order_id',
      'in',
      won.map(({ orderId }) => orderId),
    )
    .execute();
  await tx
    .updateTable('payments')
    .set({ state: 'claimed', tries: 0, last_error: null, next_try_at: now, updated_at: now })
    .where(
      'attempt_id',
      'in',
      won.map(({ attemptId }) => attemptId),
    )
    .execute();
  await changeSold(tx, won, 1);
}

/** Only claims and their end change what is sold. */
export async function changeSold(tx: Ledger, candidates: readonly ClaimCandidate[], sign: 1 | -1): Promise<void> {
  const { saleIds, skuIds, quantities } = linesOf(candidates);
  await sql`
    update sale_items set sold = sold + ${sign} * claimed.units
    from (
      select sale_id, sku_id, sum(quantity)::integer as units
      from unnest(${saleIds}::text[], ${skuIds}::text[], ${quantities}::integer[]) as line(sale_id, sku_id, quantity)
      group by sale_id, sku_id
    ) as claimed
    where sale_items.sale_id = claimed.sale_id and sale_items.sku_id = claimed.sku_id`.execute(tx);
}

function linesOf(candidates: readonly ClaimCandidate[]) {
  const lines = candidates.flatMap(({ saleId, lines }) => lines.map((line) => ({ saleId, ...line })));
  return {
    saleIds: lines.map(({ saleId }) => saleId),
    skuIds: lines.map(({ skuId }) => skuId),
    quantities: lines.map(({ quantity }) => quantity),
  };
}

function inOrderOf(attemptIds: readonly string[], candidates: readonly ClaimCandidate[]): ClaimCandidate[] {
  const byId = new Map(candidates.map((candidate) => [candidate.attemptId, candidate]));
  return [...new Set(attemptIds)].flatMap((id) => byId.get(id) ?? []);
}
