import { type PaymentAttempt, readAttempts } from '../database/payments.ts';
import type { Customer, Ledger } from '../database/schema.ts';
import { isOpen, type Order } from '../domain/order.ts';
import { mayBeRevived, mayStillPay } from '../domain/payment.ts';
import { SaleRecovering, type Store } from '../store/store.ts';
import { currentTraceparent, linkTo } from '../telemetry/tracing.ts';
import { derivedId } from './derived-id.ts';
import type { KillSwitches } from './kill-switches.ts';
import type { RecordBatcher } from './payment-batches.ts';
import type { PaymentWatch } from './payment-watch.ts';
import { reserveLostOrder } from './reserve-lost-order.ts';

interface PayPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly records: RecordBatcher;
  readonly switches: Pick<KillSwitches, 'isOn'>;
  readonly watch: Pick<PaymentWatch, 'settled'>;
  readonly paymentGraceMs: number;
}

export interface PayRequest {
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly paymentMethod: string;
  readonly customer: Customer | null;
  readonly correlationId: string;
  /** How long the caller waits before it is told that the payment is still under way. */
  readonly waitMs: number;
}

export type PayOutcome =
  | { readonly code: 'paid' }
  | { readonly code: 'working' }
  | { readonly code: 'payment_declined' | 'reservation_expired' | 'sold_out'; readonly message: string }
  | { readonly code: 'wrong_state'; readonly order: Order }
  | { readonly code: 'idempotency_key_reused' | 'payment_method_limit_exceeded' | 'not_found' | 'switched_off' }
  | { readonly code: 'payment_provider_unavailable' };

/**
 * Pays an order: holds the reservation, records an attempt, and waits for the payment workers to carry it out. The
 * reservation is held before the ledger is asked anything, so that a slow ledger costs nobody their units. The
 * attempt's id follows from order and key, so that a repeat after a crash anywhere in between joins the same attempt.
 */
export async function pay(ports: PayPorts, request: PayRequest): Promise<PayOutcome> {
  const attemptId = attemptIdFor(request.order.orderId, request.idempotencyKey);
  const begun = ports.switches.isOn('payments')
    ? await holdOrder(ports, request, attemptId)
    : ({ code: 'switched_off' } as const);
  if (begun.code === 'done') return recordAndWait(ports, request, attemptId, begun.order);
  const [earlier] = await readAttempts(ports.ledger, [attemptId]);
  if (earlier) return joinAttempt(ports, request, earlier);
  return 'order' in begun ? refusal(begun.order) : { code: begun.code };
}

/** A reservation that a recovery has lost is made again, if it can be. */
async function holdOrder(ports: PayPorts, { order, correlationId }: PayRequest, attemptId: string) {
  const { store, paymentGraceMs } = ports;
  const begun = await store.beginPayment(order, attemptId, paymentGraceMs);
  if (begun.code !== 'not_found') return begun;
  // The store was there a moment ago, or the ledger knows better: it has lost the sale, and nobody may have noticed yet.
  if (isOpen(order.state)) throw new SaleRecovering(order.saleId);
  if (order.releaseReason !== 'lost_in_recovery') return begun;
  const again = await reserveLostOrder(store, order, correlationId);
  return again ? store.beginPayment(again, attemptId, paymentGraceMs) : ({ code: 'wrong_state', order } as const);
}

async function recordAndWait(
  ports: PayPorts,
  request: PayRequest,
  attemptId: string,
  order: Order,
): Promise<PayOutcome> {
  const { idempotencyKey, paymentMethod, customer, correlationId } = request;
  const nowMs = await ports.store.now();
  linkTo(order.traceparent);
  const traceparent = currentTraceparent();
  const record = { order, attemptId, idempotencyKey, paymentMethod, customer, correlationId, traceparent, nowMs };
  const recorded = await ports.records.ask(record);
  if (recorded.code === 'recorded') return waitFor(ports, request, recorded.attempt);
  await letGoOfLost(ports, order, attemptId);
  return recorded.code === 'exists' ? waitFor(ports, request, recorded.attempt) : { code: recorded.code };
}

/** An attempt that was refused, had failed or been given up before, has held the reservation for nothing. */
async function letGoOfLost({ store, ledger }: PayPorts, order: Order, attemptId: string): Promise<void> {
  const [attempt] = await readAttempts(ledger, [attemptId]);
  if (!attempt || !mayStillPay(attempt)) await store.declinePayment(order, attemptId);
}

async function joinAttempt(ports: PayPorts, request: PayRequest, attempt: PaymentAttempt): Promise<PayOutcome> {
  if (attempt.paymentMethod !== null && attempt.paymentMethod !== request.paymentMethod) {
    return { code: 'idempotency_key_reused' };
  }
  return waitFor(ports, request, attempt);
}

async function waitFor({ watch }: PayPorts, { waitMs }: PayRequest, attempt: PaymentAttempt): Promise<PayOutcome> {
  return outcomeOf(await watch.settled(attempt, waitMs));
}

function refusal(order: Order): PayOutcome {
  if (order.state === 'expired') {
    return {
      code: 'reservation_expired',
      message: 'The time to pay is over and the units went back on sale. Nothing was charged.',
    };
  }
  if (order.releaseReason === 'lost_in_recovery') {
    return { code: 'sold_out', message: 'The reservation was lost, and could not be made again. Nothing was charged.' };
  }
  return { code: 'wrong_state', order };
}

function outcomeOf(attempt: PaymentAttempt): PayOutcome {
  if (mayBeRevived(attempt)) return underWay(attempt);
  switch (attempt.state) {
    case 'confirmed':
      return { code: 'paid' };
    case 'declined':
      return { code: 'payment_declined', message: attempt.declineReason ?? 'The payment was declined.' };
    case 'abandoned':
    case 'voided':
    case 'refunding':
    case 'refunded':
      return gaveBack(attempt);
    case 'created':
    case 'authorised':
    case 'claimed':
    case 'captured':
      return underWay(attempt);
  }
}

/** A step that waits for the store, or for its recovery, goes on by itself and says nothing of the provider. */
const OUR_OWN: readonly string[] = ['store_unavailable', 'recovering', 'order_not_in_store'];

function underWay({ lastError }: PaymentAttempt): PayOutcome {
  const failing = lastError !== null && !OUR_OWN.includes(lastError);
  return { code: failing ? 'payment_provider_unavailable' : 'working' };
}

function gaveBack(attempt: PaymentAttempt): PayOutcome {
  const money =
    attempt.state === 'refunding' || attempt.state === 'refunded' ? 'The money is given back.' : 'Nothing was charged.';
  switch (attempt.abandonReason) {
    case 'expired':
      return { code: 'reservation_expired', message: `The payment came after the reservation had ended. ${money}` };
    case 'claim_refused':
      return { code: 'sold_out', message: `The units were sold to others. ${money}` };
    case 'lost_in_recovery':
      return { code: 'sold_out', message: `The reservation was lost, and its units are no longer held. ${money}` };
    case 'provider_unavailable':
      return { code: 'payment_provider_unavailable' };
    default:
      return { code: 'payment_declined', message: `The payment could not be completed. ${money}` };
  }
}

export function attemptIdFor(orderId: string, idempotencyKey: string): string {
  return derivedId(orderId, idempotencyKey);
}
