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

/**
 * Takes a means of payment for an order, in the transaction that records its attempt. False: the sale sells once per
 * means of payment, and an attempt to pay another order may still succeed with this one, or has.
 *
 * The row of the claim is locked before the attempt that it names is looked at: of two orders that come at once, the
 * second waits, and sees what the first has recorded. Nobody gives a claim back: it is worth as much as its attempt.
 */
export async function claimPaymentMethod(tx: Ledger, claim: PaymentMethodClaim): Promise<boolean> {
  if (!(await sellsOncePerMethod(tx, claim.saleId))) return true;
  const row = rowOf(claim);
  await tx
    .insertInto('payment_method_claims')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .execute();
  const holder = await tx
    .selectFrom('payment_method_claims')
    .select(['order_id', 'attempt_id'])
    .where('sale_id', '=', row.sale_id)
    .where('method_digest', '=', row.method_digest)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (holder.order_id !== claim.orderId && (await isAlive(tx, holder.attempt_id))) return false;
  await tx
    .updateTable('payment_method_claims')
    .set({ order_id: row.order_id, attempt_id: row.attempt_id })
    .where('sale_id', '=', row.sale_id)
    .where('method_digest', '=', row.method_digest)
    .execute();
  return true;
}

/** A digest: what the claim is for outlives the erasure of a customer's tokens. */
function rowOf({ saleId, orderId, attemptId, paymentMethod }: PaymentMethodClaim) {
  const methodDigest = hash('sha256', `${saleId} ${paymentMethod}`, 'base64url');
  return { sale_id: saleId, method_digest: methodDigest, order_id: orderId, attempt_id: attemptId };
}

async function sellsOncePerMethod(tx: Ledger, saleId: string): Promise<boolean> {
  const sale = await tx
    .selectFrom('sales')
    .select(sql<boolean | null>`(definition -> 'antiBot' ->> 'onePerPaymentMethod')::boolean`.as('once'))
    .where('sale_id', '=', saleId)
    .executeTakeFirst();
  return sale?.once === true;
}

async function isAlive(tx: Ledger, attemptId: string): Promise<boolean> {
  const attempt = await tx
    .selectFrom('payments')
    .select(['state', 'abandon_reason as abandonReason'])
    .where('attempt_id', '=', attemptId)
    .executeTakeFirst();
  return attempt !== undefined && mayStillPay(attempt);
}
