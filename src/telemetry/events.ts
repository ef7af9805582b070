import { DEAD_LETTER_REASONS } from '../domain/dead-letter.ts';
import type { DrawResult } from '../domain/draw.ts';
import type { RecoveryOutcome } from '../domain/order-event.ts';
import type { PurchaseRequest } from '../domain/purchase.ts';
import type { Logger } from './logger.ts';
import type { Loss, Metrics } from './metrics.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** The gauge's published coding. */
const BREAKER_GAUGE: Readonly<Record<BreakerState, number>> = { closed: 0, open: 1, half_open: 2 };

export interface PaymentFacts {
  readonly attemptId: string;
  readonly orderId: string;
  readonly correlationId: string;
}

export interface DeadLetterFacts {
  readonly deadLetterId: string;
  readonly kind: string;
  readonly subject: string;
  readonly reason: string;
  readonly saleId: string | null;
  readonly orderId: string | null;
  readonly attempts: number;
  readonly correlationId: string;
}

export interface NotificationFacts {
  readonly notificationId: string;
  readonly orderId: string;
  readonly correlationId: string;
}

/** `foreign`, `expired`: the token that came along; `other_site`: the form was none of the shop's; `unavailable`: nobody could say. */
export type BuyerSignInOutcome = 'signed_in' | 'foreign' | 'expired' | 'other_site' | 'unavailable';

/** What the engine tells about itself: the counter and the log line of each event stand together here. */
export class EngineEvents {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  /** A counter that is looked up by its label costs a purchase more than the counting. */
  readonly #purchases = new Map<string, { inc(): void }>();

  constructor(metrics: Metrics, log: Logger) {
    this.#metrics = metrics;
    this.#log = log;
  }

  purchaseDecided(
    { saleId, orderId, correlationId }: PurchaseRequest,
    outcome: { readonly code: string; readonly replayed?: boolean },
    seconds: number,
  ): void {
    this.#purchasesOf(outcome.code).inc();
    this.#metrics.storeDecision.observe(seconds);
    if (outcome.replayed) this.#metrics.idempotentReplays.inc();
    if (!this.#log.isLevelEnabled('debug')) return;
    this.#log.debug({ saleId, orderId, correlationId, outcome: outcome.code }, 'purchase decided');
  }

  /** The store did not decide: whether units were taken is unknown, and the same key finds out. */
  purchaseFailed(): void {
    this.#purchasesOf('failed').inc();
  }

  eventsApplied(
    saleId: string,
    facts: { readonly events: number; readonly position: number; readonly seconds: number },
  ) {
    this.#metrics.ordersApplied.inc(facts.events);
    this.#metrics.orderProcessing.observe(facts.seconds);
    this.#log.debug({ saleId, ...facts }, 'events applied');
  }

  paymentConcluded(payment: PaymentFacts, outcome: string, detail: string | null): void {
    this.#metrics.payments.inc({ outcome });
    this.#log.info({ ...factsOf(payment), outcome, detail }, 'payment concluded');
  }

  paymentPostponed(payment: PaymentFacts, error: unknown, retryInMs: number): void {
    this.#metrics.retries.inc({ dependency: 'payment' });
    this.#log.warn({ ...factsOf(payment), error, retryInMs }, 'payment step failed, will be repeated');
  }

  eventsPostponed(saleId: string, error: unknown, retryInMs: number): void {
    this.#metrics.retries.inc({ dependency: 'ledger' });
    this.#log.warn({ saleId, error, retryInMs }, 'events could not be applied, will be repeated');
  }

  /** @param outcome `dropped` when there was nobody left to tell */
  notificationSettled(
    channel: string,
    notification: NotificationFacts,
    outcome: 'delivered' | 'dropped',
    seconds: number,
  ): void {
    this.#metrics.notifications.inc({ channel, outcome });
    if (outcome === 'delivered') this.#metrics.notificationDuration.observe({ channel }, seconds);
    this.#log.info({ channel, ...notificationFactsOf(notification), outcome }, 'notification settled');
  }

  notificationPostponed(channel: string, notification: NotificationFacts, error: unknown, retryInMs: number): void {
    this.#metrics.retries.inc({ dependency: channel === 'mail' ? 'smtp' : channel });
    this.#log.warn(
      { channel, ...notificationFactsOf(notification), error, retryInMs },
      'notification failed, will be repeated',
    );
  }

  notificationGivenUp(channel: string, notification: NotificationFacts, error: unknown): void {
    this.#metrics.notifications.inc({ channel, outcome: 'failed' });
    this.#log.error({ channel, ...notificationFactsOf(notification), error }, 'notification given up');
  }

  factsPublished(count: number): void {
    this.#metrics.analyticsFacts.inc({ outcome: 'published' }, count);
  }

  factsRefused(count: number, error: unknown): void {
    this.#metrics.analyticsFacts.inc({ outcome: 'refused' }, count);
    this.#log.error({ count, error }, 'facts for analytics are refused, and lost to it');
  }

  callRepeated(dependency: string): void {
    this.#metrics.retries.inc({ dependency });
  }

  latePayment(payment: PaymentFacts, outcome: 'reserved_again' | 'given_back'): void {
    this.#log.info({ ...factsOf(payment), outcome }, 'payment arrived after its order had expired');
  }

  pagePurged(path: string): void {
    this.#metrics.pagePurges.inc({ outcome: 'purged' });
    this.#log.info({ path }, 'page purged from the content delivery network');
  }

  /** Until it is purged or expires there, visitors may see the page as it was. */
  pageNotPurged(path: string, error: unknown): void {
    this.#metrics.pagePurges.inc({ outcome: 'failed' });
    this.#log.error({ path, error }, 'page could not be purged from the content delivery network');
  }

  /** Closed, until it changes for the first time: a gauge that is absent cannot be told from one that nobody sets. */
  breakerKnown(dependency: string): void {
    this.#metrics.circuitBreakerState.set({ dependency }, BREAKER_GAUGE.closed);
  }

  breakerChanged(dependency: string, state: BreakerState): void {
    this.#metrics.circuitBreakerState.set({ dependency }, BREAKER_GAUGE[state]);
    this.#log.warn({ dependency, state }, 'circuit breaker changed');
  }

  /** Something cannot be processed, and waits for an operator. */
  deadLetterRaised({
    deadLetterId,
    kind,
    subject,
    reason,
    saleId,
    orderId,
    attempts,
    correlationId,
  }: DeadLetterFacts): void {
    this.#metrics.deadLettersRaised.inc({ reason });
    this.#log.error(
      { deadLetterId, kind, subject, reason, saleId, orderId, attempts, correlationId },
      'dead letter raised',
    );
  }

  deadLetterResolved(letter: DeadLetterFacts, action: string, actor: string, correlationId: string): void {
    const { deadLetterId, kind, subject, reason } = letter;
    this.#log.info({ deadLetterId, kind, subject, reason, action, actor, correlationId }, 'dead letter resolved');
  }

  /** @param open by reason; the oldest has been failing for `oldestAgeMs` */
  deadLettersCounted(open: readonly { readonly reason: string; readonly count: number }[], oldestAgeMs: number): void {
    for (const reason of DEAD_LETTER_REASONS) this.#metrics.deadLetters.set({ reason }, 0);
    for (const { reason, count } of open) this.#metrics.deadLetters.set({ reason }, count);
    this.#metrics.deadLetterOldestAge.set(oldestAgeMs / 1_000);
  }

  /** They cannot be counted now: an old number would be taken for what is. */
  deadLettersUnknown(): void {
    this.#metrics.deadLetters.reset();
    this.#metrics.deadLetterOldestAge.remove();
  }

  rateLimited(scope: string): void {
    this.#metrics.rateLimited.inc({ scope });
  }

  /** @param role null when the token was nobody's */
  signInAttempted(role: string | null, correlationId: string): void {
    const outcome = role ? 'signed_in' : 'refused';
    this.#metrics.signIns.inc({ outcome });
    this.#log[role ? 'info' : 'warn']({ role, correlationId, outcome }, 'sign-in to the console');
  }

  /** On the pages of the storefront, by a form of the shop's. */
  buyerSignInAttempted(outcome: BuyerSignInOutcome, correlationId: string): void {
    this.#metrics.buyerSignIns.inc({ outcome });
    this.#log[outcome === 'signed_in' ? 'debug' : 'warn']({ correlationId, outcome }, 'sign-in of a buyer');
  }

  /** What gateways count together could not be counted: this process counts by itself for a while. */
  sharedLimitsFailed(error: unknown): void {
    this.#metrics.sharedLimitFailures.inc();
    this.#log.warn({ error }, 'limits are counted by this process alone for now');
  }

  /** @param outcome `rejoined` when the buyer had the place already */
  queueJoined(saleId: string, correlationId: string, outcome: string): void {
    this.#metrics.queueJoins.inc({ outcome });
    this.#log.debug({ saleId, correlationId, outcome }, 'queue joined');
  }

  admissionDecided(
    { saleId, ticket }: { readonly saleId: string; readonly ticket: number },
    correlationId: string,
    { code, replayed = false }: { readonly code: string; readonly replayed?: boolean },
  ): void {
    const outcome = replayed ? 'repeated' : code;
    this.#metrics.admissions.inc({ sale: saleId, outcome });
    this.#log.debug({ saleId, ticket, correlationId, outcome }, 'admission decided');
  }

  /** Of those who come for a place in a waiting room. */
  entranceDecided(saleId: string, correlationId: string, verdict: string): void {
    this.#metrics.entranceChecks.inc({ verdict });
    this.#log.debug({ saleId, correlationId, verdict }, 'entrance decided');
  }

  reservationsExpired(saleId: string, count: number): void {
    this.#log.info({ saleId, count }, 'reservations expired');
  }

  saleChanged(saleId: string, action: string, actor: string, correlationId: string): void {
    this.#log.info({ saleId, action, actor, correlationId }, 'sale changed');
  }

  /** By the rules of risk review. */
  ordersExamined(saleId: string, { flagged, passed }: { readonly flagged: number; readonly passed: number }): void {
    this.#metrics.reviews.inc({ outcome: 'flagged' }, flagged);
    this.#metrics.reviews.inc({ outcome: 'passed' }, passed);
    if (flagged > 0) this.#log.warn({ saleId, flagged, passed }, 'orders held back for risk review');
  }

  reviewDecided(orderId: string, outcome: 'cleared' | 'cancelled', actor: string, correlationId: string): void {
    this.#metrics.reviews.inc({ outcome });
    this.#log.info({ orderId, outcome, actor, correlationId }, 'risk review decided');
  }

  /** What the store holds of it, if anything: null for a sale that it has lost. */
  saleRecovering(
    saleId: string,
    facts: { readonly epoch: number; readonly storeEpoch: number | null; readonly storeSeq: number | null },
  ): void {
    this.#log.warn({ saleId, ...facts }, 'sale recovering: the store is not the one that may sell it');
  }

  saleRecovered(
    saleId: string,
    facts: {
      readonly epoch: number;
      readonly how: RecoveryOutcome;
      readonly changedOrders: number;
      readonly lostOrders: number;
      readonly seconds: number;
    },
  ): void {
    this.#metrics.salesRecovered.inc({ outcome: facts.how });
    this.#log.warn({ saleId, ...facts }, 'sale recovered');
  }

  /** Whoever made them was told that they had them. */
  ordersLost(saleId: string, how: Loss, count: number): void {
    if (count === 0) return;
    this.#metrics.ordersLost.inc({ how }, count);
    this.#log.error({ saleId, how, count }, 'acknowledged reservations were lost with a store');
  }

  /** After the end of a sale. */
  surplusSettled(
    saleId: string,
    facts: { readonly backed: number; readonly givenBack: number; readonly cancelled: number },
  ): void {
    this.#log.warn({ saleId, ...facts }, 'paid orders without units settled, and orders cancelled that no store has');
  }

  saleForgotten(saleId: string): void {
    this.#log.info({ saleId }, 'finished sale left the store; the ledger keeps its orders');
  }

  drawMade(saleId: string, draw: DrawResult): void {
    this.#log.info({ saleId, ...draw }, 'draw made');
  }

  drawDelayed(saleId: string, error: unknown): void {
    this.#metrics.retries.inc({ dependency: 'draw_beacon' });
    this.#log.warn({ saleId, error }, 'the beacon has not delivered the round of a draw, will be asked again');
  }

  drawWithoutBeacon(saleId: string, error: unknown): void {
    this.#log.error({ saleId, error }, 'the beacon did not deliver in time, the draw is made without it');
  }

  /** @param error why the replica does not answer; null when it does */
  replicaChanged(error: unknown): void {
    this.#metrics.ledgerReplicaUp.set(error === null ? 1 : 0);
    if (error === null) this.#log.info('lists are read from the replica of the ledger again');
    else this.#log.warn({ error }, 'the replica of the ledger does not answer, lists are read from the primary');
  }

  /** Work in the background failed and will be done again. */
  backgroundFailure(task: string, error: unknown): void {
    this.#metrics.backgroundFailures.inc();
    this.#log.error({ task, error }, 'background task failed, will be repeated');
  }

  /** The lock on the ledger was lost, and another process has it: two stores sell the same units. */
  ledgerTaken(error: Error): void {
    this.#log.fatal({ error }, 'another process has taken the ledger, stop one of the two');
  }

  invariantViolated(saleId: string, invariant: string, detail: string): void {
    this.#metrics.invariantViolations.inc({ invariant });
    this.#log.fatal({ saleId, invariant, detail }, 'an invariant does not hold');
  }

  #purchasesOf(outcome: string): { inc(): void } {
    const known = this.#purchases.get(outcome);
    if (known) return known;
    const counter = this.#metrics.purchaseRequests.labels(outcome);
    this.#purchases.set(outcome, counter);
    return counter;
  }
}

function factsOf({ attemptId, orderId, correlationId }: PaymentFacts): PaymentFacts {
  return { attemptId, orderId, correlationId };
}

function notificationFactsOf({ notificationId, orderId, correlationId }: NotificationFacts): NotificationFacts {
  return { notificationId, orderId, correlationId };
}
