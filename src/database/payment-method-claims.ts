import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { mayStillPay } from '../domain/payment.ts';
import type { Ledger } from './schema.ts';

export interface PaymentMethodClaim {
  readonly saleId: string;
  readonly orderId: string;
  readonly attemptId: string;
  readonly paymentMethod: string;
}

type ClaimRow = ReturnType<typeof rowOf>;

/**
 * The means of payment that a batch of attempts wants, as far as their sales sell once for each, and who has them:
 * decides one claim after the other. Nobody gives a claim back: it is worth as much as its attempt.
 */
export class PaymentMethodBook {
  /** By digest. */
  readonly taken = new Map<string, ClaimRow>();
  readonly #holders: Map<string, ClaimRow>;
  /** Attempts that may still pay, or have paid. */
  readonly #alive: Set<string>;

  constructor(holders: readonly ClaimRow[], alive: readonly string[]) {
    this.#holders = new Map(holders.map((holder) => [holder.method_digest, holder]));
    this.#alive = new Set(alive);
  }

  /** False: an attempt to pay another order may still succeed with this means of payment, or has. */
  take(claim: PaymentMethodClaim): boolean {
    const row = rowOf(claim);
    const holder = this.taken.get(row.method_digest) ?? this.#holders.get(row.method_digest);
    if (holder === undefined) return true;
    if (holder.order_id !== row.order_id && this.#alive.has(holder.attempt_id)) return false;
    this.taken.set(row.method_digest, row);
    this.#alive.add(row.attempt_id);
    return true;
  }
}

/**
 * Opens the book for these claims, in the transaction that records their attempts. The row of a claim is locked before
 * the attempt that it names is looked at: of two orders that come at once, the second waits, and sees what the first
 * has recorded.
 */
export async function openPaymentMethods(
  tx: Ledger,
  claims: readonly PaymentMethodClaim[],
): Promise<PaymentMethodBook> {
  const strict = await salesThatSellOncePerMethod(tx, claims);
  const rows = claims.filter(({ saleId }) => strict.has(saleId)).map(rowOf);
  if (rows.length === 0) return new PaymentMethodBook([], []);
  await insertMissing(tx, rows);
  const holders = await lockHolders(tx, rows);
  return new PaymentMethodBook(holders, await aliveAmong(tx, holders));
}

export async function writePaymentMethods(tx: Ledger, { taken }: PaymentMethodBook): Promise<void> {
  if (taken.size === 0) return;
  await sql`
    update payment_method_claims as claim set order_id = holder.order_id, attempt_id = holder.attempt_id
    from json_populate_recordset(null::payment_method_claims, ${JSON.stringify([...taken.values()])}::json) as holder
    where (claim.sale_id, claim.method_digest) = (holder.sale_id, holder.method_digest)`.execute(tx);
}

/** A digest: what the claim is for outlives the erasure of a customer's tokens. */
function rowOf({ saleId, orderId, attemptId, paymentMethod }: PaymentMethodClaim) {
  const methodDigest = hash('sha256', `${saleId} ${paymentMethod}`, 'base64url');
  return { sale_id: saleId, method_digest: methodDigest, order_id: orderId, attempt_id: attemptId };
}

async function salesThatSellOncePerMethod(
  tx: Ledger,
  claims: readonly PaymentMethodClaim[],
): Promise<ReadonlySet<string>> {
  const saleIds = [...new Set(claims.map(({ saleId }) => saleId))];
  if (saleIds.length === 0) return new Set();
  const sales = await tx
    .selectFrom('sales')
    .select('sale_id')
    .where('sale_id', 'in', saleIds)
    .where(sql<boolean>`(definition -> 'antiBot' ->> 'onePerPaymentMethod')::boolean`)
    .execute();
  return new Set(sales.map(({ sale_id }) => sale_id));
}

/**
 * What nobody has taken yet names no attempt. In the order in which everybody locks them, since a row that somebody
 * else has just inserted is waited for.
 */
async function insertMissing(tx: Ledger, rows: readonly ClaimRow[]): Promise<void> {
  await sql`
    insert into payment_method_claims (sale_id, method_digest, order_id, attempt_id)
    select sale_id, method_digest, '', ''
    from json_populate_recordset(null::payment_method_claims, ${JSON.stringify(rows)}::json)
    order by sale_id, method_digest
    on conflict do nothing`.execute(tx);
}

async function lockHolders(tx: Ledger, rows: readonly ClaimRow[]): Promise<ClaimRow[]> {
  const { rows: holders } = await sql<ClaimRow>`
    select sale_id, method_digest, order_id, attempt_id
    from payment_method_claims
    where (sale_id, method_digest) in (
      select * from unnest(${rows.map((row) => row.sale_id)}::text[], ${rows.map((row) => row.method_digest)}::text[])
    )
    order by sale_id, method_digest
    for update`.execute(tx);
  return holders;
}

async function aliveAmong(tx: Ledger, holders: readonly ClaimRow[]): Promise<string[]> {
  const attemptIds = holders.map((holder) => holder.attempt_id);
  const attempts = await tx
    .selectFrom('payments')
    .select(['attempt_id as attemptId', 'state', 'abandon_reason as abandonReason'])
    .where('attempt_id', 'in', attemptIds)
    .execute();
  return attempts.filter(mayStillPay).map(({ attemptId }) => attemptId);
}
