import { undoClaim } from '../database/claims.ts';
import { cancelLostOrders } from '../database/lost-orders.ts';
import { type AttemptPatch, type PaymentAttempt, readAttempts } from '../database/payments.ts';
import type { Audience } from '../domain/order-news.ts';
import { mayBeRevived, type PaymentAction, type PaymentState } from '../domain/payment.ts';
import type { SettlementOutcome } from '../domain/settlement.ts';
import { type PaymentProvider, PaymentRequestRejected, type ProviderPayment } from '../payment/payment-provider.ts';
import { SaleRecovering, type Store } from '../store/store.ts';
import { traced, tracedFrom } from '../telemetry/tracing.ts';
import type { ClaimBatcher, MoveBatcher } from './payment-batches.ts';
import { lookAgainIn, type PostponePorts, postponeFailed } from './postpone-payment.ts';

export interface SettlePorts extends PostponePorts {
  readonly store: Store;
  readonly provider: PaymentProvider;
  readonly claims: ClaimBatcher;
  readonly moves: MoveBatcher;
  /** Who is told what becomes of orders. */
  readonly audience: Audience;
  readonly paymentGraceMs: number;
}

/** Returns the attempt as it is after the step, or null when it has to wait. */
type Step = (ports: SettlePorts, attempt: PaymentAttempt) => Promise<PaymentAttempt | null>;

/** Past this age the provider may have forgotten the attempt's key: it is looked up, never sent again. */
const KEY_RETENTION_MS = 23 * 3_600_000;
const PENDING_POLL_MS = 2_000;

const STEPS: Readonly<Record<PaymentState, Step | null>> = {
  created: authorise,
  authorised: claimUnits,
  claimed: capture,
  captured: confirm,
  abandoned: giveBack,
  refunding: refund,
  confirmed: null,
  declined: null,
  voided: null,
  refunded: null,
};

/**
 * Drives a leased payment attempt as far as it goes. Every step may be repeated: what it calls is idempotent by the
 * attempt's id, and the ledger moves only from the state that the step began in. A step that fails is postponed.
 */
export function settlePayment(ports: SettlePorts, leased: PaymentAttempt): Promise<void> {
  const { traceparent, saleId, orderId, attemptId, correlationId } = leased;
  const attributes = {
    'tidegate.sale_id': saleId,
    'tidegate.order_id': orderId,
    'tidegate.attempt_id': attemptId,
    'tidegate.correlation_id': correlationId,
  };
  return tracedFrom(traceparent, 'payment', { attributes }, () => drive(ports, leased));
}

async function drive(ports: SettlePorts, leased: PaymentAttempt): Promise<void> {
  let attempt: PaymentAttempt = leased;
  try {
    for (let step = STEPS[attempt.state]; step; step = STEPS[attempt.state]) {
      const next = await inStep(step, ports, attempt);
      if (!next) return;
      attempt = next;
    }
    ports.events.paymentConcluded(attempt, attempt.state, attempt.declineReason ?? attempt.abandonReason);
  } catch (error) {
    await handleFailure(ports, attempt, error);
  }
}

function inStep(step: Step, ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  return traced(`payment ${attempt.state}`, {}, () => step(ports, attempt));
}

async function authorise(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  const payment = await askForAuthorisation(ports, attempt);
  switch (payment?.status) {
    case 'authorised':
    case 'captured':
      return move(ports, attempt, 'authorise', referenceOf(payment));
    case 'pending':
      await lookAgainIn(PENDING_POLL_MS, ports, attempt);
      return null;
    default:
      await ports.store.declinePayment(attempt, attempt.attemptId);
      return move(ports, attempt, 'decline', { declineReason: payment?.declineReason ?? 'The payment was declined.' });
  }
}

async function askForAuthorisation(ports: SettlePorts, attempt: PaymentAttempt): Promise<ProviderPayment | null> {
  const { attemptId, orderId, amountMinor, currency, paymentMethod, correlationId } = attempt;
  const ageMs = (await ports.store.now()) - attempt.createdAtMs;
  if (paymentMethod === null || ageMs > KEY_RETENTION_MS) return ports.provider.lookUp(attemptId, { correlationId });
  const request = { attemptId, orderId, amountMinor, currency, paymentMethod, correlationId };
  return nullIfRejected(ports.provider.authorise(request, { attempts: 1 }));
}

/** A call that the provider refuses for good is not repeated. */
async function nullIfRejected(call: Promise<ProviderPayment>): Promise<ProviderPayment | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof PaymentRequestRejected) return null;
    throw error;
  }
}

async function claimUnits(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  const { outcome, attempt: claimed } = await ports.claims.ask(attempt.attemptId);
  if (outcome === 'oversold' || outcome === 'limit_exceeded') {
    return move(ports, attempt, 'abandon', { abandonReason: 'claim_refused' });
  }
  if (outcome === 'recovering') throw new SaleRecovering(attempt.saleId);
  if (outcome === 'lost') return giveUpLost(ports, attempt);
  if (claimed === null) throw new AttemptNotInLedger(attempt.attemptId);
  if (claimed.state !== 'authorised') return claimed;
  return move(ports, attempt, 'abandon', { abandonReason: 'superseded' });
}

/** No store holds its order any longer, and none will: the order ends with it. */
async function giveUpLost(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt> {
  const { store, ledger, events, audience } = ports;
  const { orderId, saleId } = attempt;
  const atMs = await store.now();
  const lost = await ledger.transaction().execute((tx) => cancelLostOrders(tx, [orderId], { atMs, audience }));
  events.ordersLost(saleId, 'payment', lost.length);
  return move(ports, attempt, 'abandon', { abandonReason: 'lost_in_recovery' });
}

/** A capture that can never succeed gives the claim up. */
async function capture(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  const payment = await nullIfRejected(ports.provider.capture(attempt.attemptId, callOptions(attempt)));
  if (payment?.status === 'captured') return move(ports, attempt, 'capture', referenceOf(payment));
  const undone = { attemptId: attempt.attemptId, reason: 'payment_failed', nowMs: await ports.store.now() };
  return (await undoClaim(ports.ledger, { ...undone, to: 'abandoned' })) ?? reread(ports, attempt);
}

/** Money that was taken for an order which the store no longer holds, or has forgotten that it held, takes units again, or is given back. */
async function confirm(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  const { store, ledger } = ports;
  let confirmed = await store.confirm(attempt, attempt.attemptId);
  if (confirmed.code === 'wrong_state') {
    const holdAgain = confirmed.order.state === 'reserved' ? store.beginPayment : store.reserveAgain;
    const again = await holdAgain.call(store, attempt, attempt.attemptId, ports.paymentGraceMs);
    if (again.code === 'done') confirmed = await store.confirm(attempt, attempt.attemptId);
  }
  refuseUnknownOrder(confirmed, attempt);
  if (confirmed.code === 'done') return move(ports, attempt, 'confirm');
  const undone = { attemptId: attempt.attemptId, reason: 'expired', nowMs: await store.now() };
  return (await undoClaim(ledger, { ...undone, to: 'refunding' })) ?? reread(ports, attempt);
}

/**
 * Ends the order's hold first, so that the units do not wait for the provider, then lets go of the money. Money that
 * was authorised after its order had expired buys the units again if they are still there.
 */
async function giveBack(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  await endHold(ports.store, attempt);
  if (mayBeRevived(attempt) && (await reserveForLatePayment(ports, attempt))) return move(ports, attempt, 'revive');
  const payment = await ports.provider.void(attempt.attemptId, callOptions(attempt));
  switch (payment.status) {
    case 'captured':
      return move(ports, attempt, 'refund');
    case 'declined':
      return move(ports, attempt, 'decline');
    case 'pending':
    case 'authorised':
      throw new UnexpectedPaymentStatus(attempt, payment);
    default:
      return move(ports, attempt, 'void');
  }
}

async function endHold(store: Store, attempt: PaymentAttempt): Promise<SettlementOutcome> {
  switch (attempt.abandonReason) {
    case 'expired':
      return store.release(attempt, 'expired', attempt.attemptId);
    case 'claim_refused':
    case 'payment_failed':
      return store.release(attempt, attempt.abandonReason, attempt.attemptId);
    default:
      return store.declinePayment(attempt, attempt.attemptId);
  }
}

async function reserveForLatePayment(ports: SettlePorts, attempt: PaymentAttempt): Promise<boolean> {
  const found = await ports.provider.lookUp(attempt.attemptId, callOptions(attempt));
  if (found?.status !== 'authorised') return false;
  const again = await ports.store.reserveAgain(attempt, attempt.attemptId, ports.paymentGraceMs);
  ports.events.latePayment(attempt, again.code === 'done' ? 'reserved_again' : 'given_back');
  return again.code === 'done';
}

async function refund(ports: SettlePorts, attempt: PaymentAttempt): Promise<PaymentAttempt | null> {
  const payment = await ports.provider.refund(attempt.attemptId, callOptions(attempt));
  if (payment.status === 'refunded') return move(ports, attempt, 'settle_refund');
  throw new UnexpectedPaymentStatus(attempt, payment);
}

/** A provider that cannot be reached is given up after some tries while nothing can have been taken: the buyer may try again. */
async function handleFailure(ports: SettlePorts, attempt: PaymentAttempt, error: unknown): Promise<void> {
  const failures = attempt.tries + 1;
  if (attempt.state !== 'created' || failures < ports.retry.attempts) return postponeFailed(ports, attempt, error);
  const abandoned = await move(ports, attempt, 'abandon', { abandonReason: 'provider_unavailable' });
  // Another worker took it over and got further.
  if (abandoned.state !== 'abandoned') return;
  await endHold(ports.store, abandoned);
  await postponeFailed(ports, abandoned, error, failures);
}

/** The attempt after the action; if somebody else moved it meanwhile, as it is now. */
async function move(
  ports: SettlePorts,
  attempt: PaymentAttempt,
  action: PaymentAction,
  patch: AttemptPatch = {},
): Promise<PaymentAttempt> {
  const nowMs = await ports.store.now();
  const moved = await ports.moves.ask({ attemptId: attempt.attemptId, action, patch, nowMs });
  return moved ?? reread(ports, attempt);
}

async function reread({ ledger }: SettlePorts, { attemptId }: PaymentAttempt): Promise<PaymentAttempt> {
  const [attempt] = await readAttempts(ledger, [attemptId]);
  if (!attempt) throw new AttemptNotInLedger(attemptId);
  return attempt;
}

function referenceOf(payment: ProviderPayment): AttemptPatch {
  return payment.reference === null ? {} : { providerReference: payment.reference };
}

function callOptions({ correlationId }: PaymentAttempt) {
  return { correlationId, attempts: 1 };
}

function refuseUnknownOrder(outcome: SettlementOutcome, { orderId }: PaymentAttempt): void {
  if (outcome.code === 'not_found') throw new OrderNotInStore(orderId);
}

/** The store does not know an order that money was taken for: it has to be recovered before the payment can go on. */
class OrderNotInStore extends Error {
  readonly code = 'order_not_in_store';
  readonly retryable = true;

  constructor(orderId: string) {
    super(`the store has no order ${orderId}`);
  }
}

class AttemptNotInLedger extends Error {
  readonly code = 'attempt_not_in_ledger';
  readonly retryable = false;

  constructor(attemptId: string) {
    super(`payment attempt ${attemptId} is no longer in the ledger`);
  }
}

class UnexpectedPaymentStatus extends Error {
  readonly code = 'unexpected_payment_status';
  readonly retryable = true;

  constructor({ attemptId, state }: PaymentAttempt, { status }: ProviderPayment) {
    super(`the provider says ${status} of attempt ${attemptId}, which is ${state}`);
  }
}
