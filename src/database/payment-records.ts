import { sql } from 'kysely';
import type { Order } from '../domain/order.ts';
import { ensureOrders } from './orders.ts';
import { openPaymentMethods, type PaymentMethodBook, writePaymentMethods } from './payment-method-claims.ts';
import { attemptRow, type PaymentAttempt, toAttempt } from './payment-rows.ts';
import { applyAction, statesBeyondClaims } from './payment-transition.ts';
import type { Customer, Ledger } from './schema.ts';

export interface AttemptRecord {
  readonly order: Order;
  readonly attemptId: string;
  readonly idempotencyKey: string;
  readonly paymentMethod: string;
  /** Null keeps what an earlier attempt told. */
  readonly customer: Customer | null;
  readonly correlationId: string;
  /** The W3C trace context of the request, for an order without one. */
  readonly traceparent?: string | null;
  readonly nowMs: number;
}

export type RecordOutcome =
  | { readonly code: 'recorded' | 'exists'; readonly attempt: PaymentAttempt }
  | { readonly code: 'idempotency_key_reused' | 'payment_method_limit_exceeded' };

export interface Abandonment {
  readonly order: Order;
  readonly attemptId: string;
  readonly reason: string;
  readonly nowMs: number;
}

interface NewAttempt {
  readonly attempt: PaymentAttempt;
  readonly customer: Customer | null;
}

/**
 * Records attempts before anything is said to the provider, each as if after the one before it, and makes each the one
 * of its order that may be claimed. In one transaction, and as many statements for a crowd as for one.
 *
 * `exists`: the same request came before; its attempt may have been abandoned since, and then must not be started.
 * `payment_method_limit_exceeded`: the means of payment is another order's, and nothing was recorded.
 */
export async function recordAttempts(db: Ledger, records: readonly AttemptRecord[]): Promise<RecordOutcome[]> {
  if (records.length === 0) return [];
  return db.transaction().execute(async (tx) => {
    const orders = records.map(({ order }) => order);
    await ensureOrders(tx, orders);
    const attempts = await lockAttemptsOf(tx, orders);
    const methods = await openPaymentMethods(tx, records.map(methodClaim));
    const book = new RecordBook(attempts, methods);
    const outcomes = records.map((record) => book.record(record));
    await writePaymentMethods(tx, methods);
    await insertAttempts(tx, book.recorded);
    return outcomes;
  });
}

/**
 * Ends an attempt for good, so that its order can be released: one that was never recorded is recorded as abandoned,
 * so that a recorder that was held up cannot start it any more. `too_late`: it is claimed, or beyond, or settled.
 */
export async function abandonAttempt(db: Ledger, abandonment: Abandonment): Promise<'abandoned' | 'too_late'> {
  const { order, attemptId, reason, nowMs } = abandonment;
  return db.transaction().execute(async (tx) => {
    await ensureOrders(tx, [order]);
    const attempts = await lockAttemptsOf(tx, [order]);
    const found = attempts.find((attempt) => attempt.attemptId === attemptId);
    if (found === undefined) {
      await insertAttempts(tx, [neverRecorded(abandonment, attempts.length + 1)]);
      return 'abandoned';
    }
    if (found.state === 'abandoned') return 'abandoned';
    const move = { attemptId, action: 'abandon', patch: { abandonReason: reason }, nowMs } as const;
    const moved = await applyAction(tx, statesBeyondClaims('abandon'), move);
    return moved === null ? 'too_late' : 'abandoned';
  });
}

/** The attempts of some orders, while one record after the other is decided. */
class RecordBook {
  readonly recorded: NewAttempt[] = [];
  /** By order, oldest first. */
  readonly #attempts: Map<string, PaymentAttempt[]>;
  readonly #methods: PaymentMethodBook;

  constructor(attempts: readonly PaymentAttempt[], methods: PaymentMethodBook) {
    this.#attempts = Map.groupBy(attempts, ({ orderId }) => orderId);
    this.#methods = methods;
  }

  record(record: AttemptRecord): RecordOutcome {
    const { orderId } = record.order;
    const attempts = this.#attempts.get(orderId) ?? [];
    const earlier = attempts.findLast((attempt) => isOf(record, attempt));
    if (earlier !== undefined) return repeated(earlier, record);
    if (!this.#methods.take(methodClaim(record))) return { code: 'payment_method_limit_exceeded' };
    const attempt = newAttempt(record, attempts.length + 1);
    this.#attempts.set(orderId, [...attempts, attempt]);
    this.recorded.push({ attempt, customer: record.customer });
    return { code: 'recorded', attempt };
  }
}

function isOf({ attemptId, idempotencyKey }: AttemptRecord, attempt: PaymentAttempt): boolean {
  return attempt.attemptId === attemptId || attempt.idempotencyKey === idempotencyKey;
}

function repeated(earlier: PaymentAttempt, { paymentMethod }: AttemptRecord): RecordOutcome {
  const same = earlier.paymentMethod === null || earlier.paymentMethod === paymentMethod;
  return same ? { code: 'exists', attempt: earlier } : { code: 'idempotency_key_reused' };
}

function methodClaim({ order: { saleId, orderId }, attemptId, paymentMethod }: AttemptRecord) {
  return { saleId, orderId, attemptId, paymentMethod };
}

function newAttempt(
  {
    order,
    attemptId,
    idempotencyKey,
    paymentMethod,
    correlationId,
    traceparent,
    nowMs,
  }: Omit<AttemptRecord, 'customer'>,
  attemptNumber: number,
): PaymentAttempt {
  return {
    attemptId,
    orderId: order.orderId,
    saleId: order.saleId,
    attemptNumber,
    idempotencyKey,
    state: 'created',
    paymentMethod,
    amountMinor: order.totalMinor,
    currency: order.currency,
    providerReference: null,
    declineReason: null,
    abandonReason: null,
    correlationId,
    traceparent: order.traceparent ?? traceparent ?? null,
    tries: 0,
    lastError: null,
    nextTryAtMs: nowMs,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Nobody knows its idempotency key: its own id keeps the place, and meets the recorder that comes late. */
function neverRecorded({ order, attemptId, reason, nowMs }: Abandonment, attemptNumber: number): NewAttempt {
  const { correlationId } = order;
  const record = { order, attemptId, idempotencyKey: attemptId, paymentMethod: '', correlationId, nowMs };
  const attempt = newAttempt(record, attemptNumber);
  return { attempt: { ...attempt, state: 'abandoned', paymentMethod: null, abandonReason: reason }, customer: null };
}

/** With the orders locked. In the order of their numbers. */
async function lockAttemptsOf(tx: Ledger, orders: readonly Order[]): Promise<PaymentAttempt[]> {
  const orderIds = [...new Set(orders.map(({ orderId }) => orderId))];
  const rows = await tx
    .selectFrom('payments')
    .selectAll()
    .where('order_id', 'in', orderIds)
    .orderBy('attempt_id')
    .forUpdate()
    .execute();
  return rows.map(toAttempt).sort((a, b) => a.attemptNumber - b.attemptNumber);
}

/** The newest attempt of an order is the one that may be claimed. */
async function insertAttempts(tx: Ledger, attempts: readonly NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.map(({ attempt }) => attemptRow(attempt));
  await sql`
    insert into payments (
      attempt_id, order_id, sale_id, attempt_number, idempotency_key, state, payment_method, abandon_reason,
      amount_minor, currency, correlation_id, traceparent, tries, next_try_at, created_at, updated_at
    )
    select
      attempt_id, order_id, sale_id, attempt_number, idempotency_key, state, payment_method, abandon_reason,
      amount_minor, currency, correlation_id, traceparent, tries, next_try_at, created_at, updated_at
    from json_populate_recordset(null::payments, ${JSON.stringify(rows)}::json)`.execute(tx);
  await setCurrentAttempts(tx, attempts);
}

/** Of two new attempts of one order the later one counts. */
async function setCurrentAttempts(tx: Ledger, attempts: readonly NewAttempt[]): Promise<void> {
  const rows = new Map<string, object>();
  for (const { attempt, customer } of attempts) {
    const { orderId, attemptId } = attempt;
    rows.set(orderId, {
      ...rows.get(orderId),
      order_id: orderId,
      attempt_id: attemptId,
      ...(customer && { customer }),
    });
  }
  await sql`
    update orders set
      current_attempt_id = current.attempt_id,
      customer = coalesce(current.customer, orders.customer)
    from json_to_recordset(${JSON.stringify([...rows.values()])}::json) as current(
      order_id text, attempt_id text, customer jsonb
    )
    where orders.order_id = current.order_id`.execute(tx);
}
