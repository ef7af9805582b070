import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DEAD_LETTER_REASONS } from '../domain/dead-letter.ts';
import type { RecoveryOutcome } from '../domain/order-event.ts';

/** Finest around 0.1 s, which is what a purchase may take. */
const REQUEST_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];
/** From a decision in memory to one that waits for a slow disk. */
const DECISION_BUCKETS_S = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];

/**
 * Why an acknowledged reservation was lost. `recovery`: the store had lost it, and it did not fit any more. `payment`: no
 * store held it any longer when its payment came to claim units. `late`: an event of a store that had been given up told
 * of it. `ended`: no store had it when its sale was over. `unknown`: its buyer came with the token, and neither store nor
 * ledger knew of it.
 */
const LOSSES = ['recovery', 'payment', 'late', 'ended', 'unknown'] as const;
export type Loss = (typeof LOSSES)[number];

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of a process, under one registry of its own. Labels are codes, route patterns and sale ids: bounded. */
export function createMetrics() {
  const metrics = defineMetrics();
  showZeros(metrics);
  return metrics;
}

/** A counter that begins with its first event hides that event from whoever asks for its growth. */
function showZeros(metrics: ReturnType<typeof defineMetrics>): void {
  const { analyticsFacts, ordersLost, deadLettersRaised, salesRecovered } = metrics;
  for (const outcome of ['published', 'refused']) analyticsFacts.inc({ outcome }, 0);
  for (const how of LOSSES) ordersLost.inc({ how }, 0);
  for (const reason of DEAD_LETTER_REASONS) deadLettersRaised.inc({ reason }, 0);
  for (const outcome of ['adopted', 'rebuilt'] satisfies RecoveryOutcome[]) salesRecovered.inc({ outcome }, 0);
}

function defineMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'tidegate_' });
  return {
    registry,
    purchaseRequests: new Counter({
      name: 'tidegate_purchase_requests_total',
      help: 'Purchases decided, by outcome code.',
      labelNames: ['outcome'],
      registers,
    }),
    httpRequestDuration: new Histogram({
      name: 'tidegate_http_request_duration_seconds',
      help: 'Time from request to answer, by route pattern.',
      labelNames: ['route', 'method', 'status'],
      buckets: REQUEST_BUCKETS_S,
      registers,
    }),
    pagePurges: new Counter({
      name: 'tidegate_page_purges_total',
      help: 'Pages that the content delivery network was asked to forget, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    problems: new Counter({
      name: 'tidegate_problems_total',
      help: 'Requests answered with a problem document, by its code.',
      labelNames: ['code'],
      registers,
    }),
    dependencyUp: new Gauge({
      name: 'tidegate_dependency_up',
      help: 'Whether what the process works with can do its part, as its readiness says: 0 or 1.',
      labelNames: ['dependency'],
      registers,
    }),
    circuitBreakerState: new Gauge({
      name: 'tidegate_circuit_breaker_state',
      help: 'State of the breaker before a dependency: 0 closed, 1 open, 2 half-open.',
      labelNames: ['dependency'],
      registers,
    }),
    stockRemaining: new Gauge({
      name: 'tidegate_stock_remaining',
      help: 'Units for sale.',
      labelNames: ['sale', 'sku'],
      registers,
    }),
    salePhase: new Gauge({
      name: 'tidegate_sale_phase',
      help: 'Always 1; the label says what phase a sale is in.',
      labelNames: ['sale', 'phase'],
      registers,
    }),
    saleRecovering: new Gauge({
      name: 'tidegate_sale_recovering',
      help: 'Whether a sale waits for its recovery, and is sold by nobody: 0 or 1.',
      labelNames: ['sale'],
      registers,
    }),
    storeDurable: new Gauge({
      name: 'tidegate_store_durable',
      help: 'Whether the store is set to keep what it answers: 0 or 1. Absent while the store does not answer.',
      registers,
    }),
    storeDecision: new Histogram({
      name: 'tidegate_store_decision_seconds',
      help: 'Time the store takes to decide a purchase, until the answer is durable.',
      buckets: DECISION_BUCKETS_S,
      registers,
    }),
    storeBatchSize: new Histogram({
      name: 'tidegate_store_batch_size',
      help: 'Events written together.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      registers,
    }),
    ordersApplied: new Counter({
      name: 'tidegate_orders_applied_total',
      help: 'Events of the order log applied to the ledger.',
      registers,
    }),
    orderLogLag: new Gauge({
      name: 'tidegate_order_log_lag_events',
      help: 'Events that the ledger does not know yet.',
      registers,
    }),
    outboxEvents: new Gauge({
      name: 'tidegate_outbox_events',
      help: 'Events that the outbox holds.',
      registers,
    }),
    outboxMaxEvents: new Gauge({
      name: 'tidegate_outbox_max_events',
      help: 'Events of one sale in the outbox at which new reservations are refused.',
      registers,
    }),
    outboxFillRatio: new Gauge({
      name: 'tidegate_outbox_fill_ratio',
      help: 'How full the outbox of the sale is that has most in it: 1 refuses reservations.',
      registers,
    }),
    orderProcessing: new Histogram({
      name: 'tidegate_order_processing_seconds',
      help: 'Time to apply one batch of events to the ledger.',
      buckets: REQUEST_BUCKETS_S,
      registers,
    }),
    payments: new Counter({
      name: 'tidegate_payments_total',
      help: 'Payment attempts concluded, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    notifications: new Counter({
      name: 'tidegate_notifications_total',
      help: 'Mails to buyers and webhooks to the shop, by what became of them.',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    notificationDuration: new Histogram({
      name: 'tidegate_notification_seconds',
      help: 'Time until the mail server or the shop had taken a notification over.',
      labelNames: ['channel'],
      buckets: REQUEST_BUCKETS_S,
      registers,
    }),
    analyticsFacts: new Counter({
      name: 'tidegate_analytics_facts_total',
      help: 'Facts about purchases for analytics, by whether they were taken.',
      labelNames: ['outcome'],
      registers,
    }),
    retries: new Counter({
      name: 'tidegate_retries_total',
      help: 'Calls to a dependency that were repeated.',
      labelNames: ['dependency'],
      registers,
    }),
    deadLetters: new Gauge({
      name: 'tidegate_dead_letters',
      help: 'Dead letters that are open, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    deadLettersRaised: new Counter({
      name: 'tidegate_dead_letters_total',
      help: 'What could not be processed, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    deadLetterOldestAge: new Gauge({
      name: 'tidegate_dead_letter_oldest_age_seconds',
      help: 'For how long the oldest of the open dead letters has been failing; 0 without one.',
      registers,
    }),
    reviews: new Counter({
      name: 'tidegate_reviews_total',
      help: 'Paid orders in risk review, by what became of them: passed or flagged by the rules, cleared or cancelled.',
      labelNames: ['outcome'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'tidegate_rate_limited_total',
      help: 'Requests refused by a rate limit.',
      labelNames: ['scope'],
      registers,
    }),
    signIns: new Counter({
      name: 'tidegate_sign_ins_total',
      help: "Sign-ins to the console, by outcome: signed_in, or refused for a token that is nobody's.",
      labelNames: ['outcome'],
      registers,
    }),
    buyerSignIns: new Counter({
      name: 'tidegate_buyer_sign_ins_total',
      help: "Sign-ins of buyers to the storefront, by outcome: signed_in; foreign or expired, as the token was; other_site; unavailable, where the shop's keys were not to be had.",
      labelNames: ['outcome'],
      registers,
    }),
    sharedLimitFailures: new Counter({
      name: 'tidegate_shared_limit_failures_total',
      help: 'Times that limits could not be counted together with the other gateways.',
      registers,
    }),
    queueJoins: new Counter({
      name: 'tidegate_queue_joins_total',
      help: 'Answers to those who asked for a place in a waiting room, by outcome code.',
      labelNames: ['outcome'],
      registers,
    }),
    queueLength: new Gauge({
      name: 'tidegate_queue_length',
      help: 'Buyers who wait and have not been called.',
      labelNames: ['sale'],
      registers,
    }),
    queueNowServing: new Gauge({
      name: 'tidegate_queue_now_serving',
      help: 'Everyone up to this position has been called.',
      labelNames: ['sale'],
      registers,
    }),
    admissions: new Counter({
      name: 'tidegate_admissions_total',
      help: 'Answers to those who asked to be let in, by outcome code: each admission counts once as admitted.',
      labelNames: ['sale', 'outcome'],
      registers,
    }),
    entranceChecks: new Counter({
      name: 'tidegate_entrance_checks_total',
      help: 'Those who came for a place in a waiting room, by what the checks against bots said.',
      labelNames: ['verdict'],
      registers,
    }),
    idempotentReplays: new Counter({
      name: 'tidegate_idempotent_replays_total',
      help: 'Purchases answered from an earlier effect under the same key.',
      registers,
    }),
    eventStreams: new Gauge({ name: 'tidegate_event_streams', help: 'Open event streams.', registers }),
    eventLoopDelay: new Gauge({
      name: 'tidegate_event_loop_delay_seconds',
      help: 'The 99th percentile of the event-loop delay since the last scrape.',
      registers,
    }),
    ledgerReplicaUp: new Gauge({
      name: 'tidegate_ledger_replica_up',
      help: 'Whether lists are read from a replica of the ledger: 0 while there is none, or it does not answer.',
      registers,
    }),
    salesRecovered: new Counter({
      name: 'tidegate_sales_recovered_total',
      help: 'Sales given back to a store that had become another: adopted as it was, or rebuilt from the ledger.',
      labelNames: ['outcome'],
      registers,
    }),
    ordersLost: new Counter({
      name: 'tidegate_orders_lost_total',
      help: 'Acknowledged reservations that were lost with a store, by how it was found out.',
      labelNames: ['how'],
      registers,
    }),
    invariantViolations: new Counter({
      name: 'tidegate_invariant_violations_total',
      help: 'What audits found that must never be, by invariant.',
      labelNames: ['invariant'],
      registers,
    }),
    backgroundFailures: new Counter({
      name: 'tidegate_background_failures_total',
      help: 'Background tasks that failed and are repeated; the log says which.',
      registers,
    }),
    dataDirFreeBytes: new Gauge({
      name: 'tidegate_data_dir_free_bytes',
      help: 'Bytes that are free for the process on the disk of its data directory.',
      registers,
    }),
    dataDirSizeBytes: new Gauge({
      name: 'tidegate_data_dir_size_bytes',
      help: 'Bytes of the disk of the data directory.',
      registers,
    }),
    oversoldUnits: new Gauge({
      name: 'tidegate_oversold_units',
      help: 'Units claimed beyond the stock, as the ledger counts them. Must stay 0.',
      registers,
    }),
    buildInfo: new Gauge({
      name: 'tidegate_build_info',
      help: 'Always 1; the labels say what runs.',
      labelNames: ['version', 'color', 'commit'],
      registers,
    }),
  };
}
