import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerUnavailable } from '../database/ledger-unavailable.ts';
import { releaseLeases, renewLeases } from '../database/payment-schedule.ts';
import { leaseAttempts, type PaymentAttempt } from '../database/payments.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';
import { endDuePayments } from '../engine/end-due-payments.ts';
import { examineOrders } from '../engine/examine-orders.ts';
import { expireReservations } from '../engine/expire-reservations.ts';
import { forgetFinishedSales } from '../engine/forget-finished-sales.ts';
import { claimBatcher, moveBatcher } from '../engine/payment-batches.ts';
import { PeriodicTask } from '../engine/periodic-task.ts';
import type { RecoveryPorts } from '../engine/recover-sale.ts';
import { recoverSales } from '../engine/recover-sales.ts';
import { settleEndedSales } from '../engine/settle-ended-sales.ts';
import { settlePayment } from '../engine/settle-payment.ts';
import { type DeadLetterPorts, tendDeadLetters } from '../engine/tend-dead-letters.ts';
import type { EventHandler, OrderLog } from '../order-log/order-log.ts';
import type { PaymentProvider } from '../payment/payment-provider.ts';
import { Backoff } from '../resilience/backoff.ts';
import type { SaleView } from '../store/store.ts';
import { applyAroundPoison } from './apply-around-poison.ts';
import { buryUnreadable } from './bury.ts';
import { LeaseWorkers } from './lease-workers.ts';
import { type PublishPorts, publishFacts } from './publish-facts.ts';
import { tracedEvents } from './traced-events.ts';

export interface ProcessorPorts extends DeadLetterPorts, Pick<PublishPorts, 'analytics'> {
  readonly orderLog: OrderLog;
  readonly provider: PaymentProvider;
}

export interface ProcessorOptions {
  readonly workerId: string;
  /** Who is told what becomes of orders. */
  readonly audience: Audience;
  readonly concurrency: number;
  readonly retry: { readonly attempts: number; readonly baseMs: number };
  readonly paymentGraceMs: number;
  readonly idempotencyTtlMs: number;
  readonly sweepMs: number;
}

const PAYMENT_POLL_MS = 250;
const PAYMENT_LEASE_MS = 10_000;
const RISK_REVIEW_MS = 500;
const HOUSEKEEPING_MS = 60_000;
const ENDED_SALES_MS = 5_000;
const DEAD_LETTERS_MS = 1_000;
const RECOVERY_MS = 500;
/** Reservations ended in one step: the purchases that wait behind them wait only so long. */
const EXPIRED_PER_STEP = 500;

/** Everything that happens without a request: the order log into the ledger, payments, deadlines, housekeeping. */
export class Processor {
  readonly #ports: ProcessorPorts;
  readonly #options: ProcessorOptions;
  readonly #workers: LeaseWorkers<PaymentAttempt>;
  readonly #tasks: readonly PeriodicTask[];
  readonly #stopConsuming = new AbortController();
  #consuming: Promise<void> | null = null;

  constructor(ports: ProcessorPorts, options: ProcessorOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#workers = this.#paymentWorkers();
    this.#tasks = [
      this.#task('recovery', RECOVERY_MS, () => recoverSales(this.#recoveryPorts())),
      this.#task('expiry', options.sweepMs, () => this.#expireReservations()),
      this.#task('overdue payments', options.sweepMs, () => this.#endDuePayments()),
      this.#task('risk review', RISK_REVIEW_MS, () => examineOrders(ports)),
      this.#task('dead letters', DEAD_LETTERS_MS, () => tendDeadLetters(ports)),
      this.#task('ended sales', ENDED_SALES_MS, () => settleEndedSales({ ...ports, ...options })),
      this.#task('housekeeping', HOUSEKEEPING_MS, () => forgetFinishedSales(ports, options.idempotencyTtlMs)),
    ];
  }

  start(): void {
    this.#consuming = this.#ports.orderLog.consume(this.#eventHandler(), this.#stopConsuming.signal);
    this.#workers.start();
    for (const task of this.#tasks) task.start();
  }

  /** There may be a payment to carry out. */
  wakePayments(): void {
    this.#workers.wake();
  }

  /** Finishes what is under way. */
  async stop(): Promise<void> {
    this.#stopConsuming.abort();
    await Promise.all([this.#consuming, this.#workers.stop(), ...this.#tasks.map((task) => task.stop())]);
  }

  #eventHandler(): EventHandler {
    return {
      apply: (saleId, events) => this.#apply(saleId, events),
      refuse: (entry) => buryUnreadable(this.#ports, entry),
    };
  }

  #recoveryPorts(): RecoveryPorts {
    const { orderLog } = this.#ports;
    return {
      ...this.#ports,
      ...this.#options,
      drainLog: (saleId) => orderLog.drain(saleId, this.#eventHandler()),
    };
  }

  #apply(saleId: string, events: readonly OrderEvent[]): Promise<number | 'busy'> {
    return tracedEvents(saleId, events, () => this.#applyAndTell(saleId, events));
  }

  async #applyAndTell(saleId: string, events: readonly OrderEvent[]): Promise<number | 'busy'> {
    const startedAt = performance.now();
    const position = await this.#applyPatiently(saleId, events);
    if (position === 'busy') return position;
    const seconds = (performance.now() - startedAt) / 1000;
    this.#ports.events.eventsApplied(saleId, { events: events.length, position, seconds });
    const applied = events.filter(({ seq }) => seq <= position);
    await publishFacts(this.#ports, applied);
    return position;
  }

  /** A ledger that is away is waited for. Any other fault is the order log's to report, which hands the events over again. */
  async #applyPatiently(saleId: string, events: readonly OrderEvent[]): Promise<number | 'busy'> {
    const { signal } = this.#stopConsuming;
    const ports = { ...this.#ports, audience: this.#options.audience };
    const backoff = new Backoff();
    for (;;) {
      try {
        return await applyAroundPoison(ports, saleId, events);
      } catch (error) {
        if (signal.aborted || !(error instanceof LedgerUnavailable)) throw error;
        const pauseMs = backoff.nextMs();
        this.#ports.events.eventsPostponed(saleId, error, pauseMs);
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Needs the store alone, and so goes on while the ledger is down. */
  async #expireReservations(): Promise<void> {
    for (const { sale } of await this.#openSales()) {
      while ((await expireReservations(this.#ports, sale.saleId, EXPIRED_PER_STEP)) === EXPIRED_PER_STEP);
    }
  }

  async #endDuePayments(): Promise<void> {
    for (const { sale } of await this.#openSales()) {
      if ((await endDuePayments(this.#ports, sale.saleId, EXPIRED_PER_STEP)) > 0) this.#workers.wake();
    }
  }

  async #openSales(): Promise<SaleView[]> {
    const { views } = await this.#ports.store.listSales();
    return views.filter(({ recovering }) => !recovering);
  }

  #paymentWorkers(): LeaseWorkers<PaymentAttempt> {
    const { store, ledger, events } = this.#ports;
    const { workerId, concurrency, audience } = this.#options;
    const now = () => store.now();
    const batches = { claims: claimBatcher(ledger, now), moves: moveBatcher(ledger, audience) };
    const settlePorts = { ...this.#ports, ...this.#options, ...batches };
    return new LeaseWorkers({
      concurrency,
      pollMs: PAYMENT_POLL_MS,
      now,
      lease: (limit, nowMs) => leaseAttempts(ledger, { workerId, limit, leaseMs: PAYMENT_LEASE_MS, nowMs }),
      renewLeases: (busyWith, nowMs) =>
        renewLeases(ledger, { workerId, attemptIds: busyWith, leaseUntilMs: nowMs + PAYMENT_LEASE_MS }),
      releaseLeases: (busyWith) => releaseLeases(ledger, workerId, busyWith),
      idOf: ({ attemptId }) => attemptId,
      carryOut: (attempt) => settlePayment(settlePorts, attempt),
      onFailure: (error) => events.backgroundFailure('payments', error),
    });
  }

  #task(name: string, everyMs: number, run: () => Promise<void>): PeriodicTask {
    return new PeriodicTask({ everyMs, run, onFailure: (error) => this.#ports.events.backgroundFailure(name, error) });
  }
}
