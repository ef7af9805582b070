import type { Config } from '../config/config.ts';
import type { Dependencies } from '../http/service/dependency-checks.ts';
import type { OrderLog } from '../order-log/order-log.ts';
import { PaymentProviderUnavailable } from '../payment/payment-provider.ts';
import { Processor } from '../processor/processor.ts';
import type { BreakerState } from '../telemetry/events.ts';
import { openAnalytics } from './open-analytics.ts';
import { openDeadLetterFeed } from './open-dead-letter-feed.ts';
import { openNotifications } from './open-notifications.ts';
import { openOrderLog } from './open-order-log.ts';
import { openPayments, type Payments } from './open-payments.ts';
import type { Ports } from './open-ports.ts';

/** The part of a process that works without a request: order log, payments, deadlines, notifications. */
export interface Processing {
  readonly orderLog: OrderLog;
  readonly payments: Payments;
  readonly dependencies: Dependencies;
  readonly breakers: () => Readonly<Record<string, BreakerState>>;
  start(): void;
  /** There may be a payment to carry out. */
  wakePayments(): void;
  stop(): Promise<void>;
  close(): Promise<void>;
}

const SWEEP_MS = 200;

/** @param paymentTimeoutMs how long a call to the payment provider may take */
export async function openProcessing(config: Config, ports: Ports, paymentTimeoutMs: number): Promise<Processing> {
  const { store, ledger, events, secrets, workerId } = ports;
  events.breakerKnown('payment');
  const payments = await openPayments(config, { secrets, events, timeoutMs: paymentTimeoutMs });
  const { provider } = payments;
  const notifications = await openNotifications(config, ports);
  const analytics = await openAnalytics(config.orderLog);
  const orderLog = await openOrderLog(config.orderLog, ports);
  const deadLetters = await openDeadLetterFeed(config.orderLog);
  const processor = new Processor(
    { store, orderLog, ledger: ledger.db, provider, analytics, events, announceDeadLetters: deadLetters?.announce },
    {
      workerId,
      audience: config.audience,
      concurrency: config.workerConcurrency,
      retry: config.retry,
      paymentGraceMs: paymentTimeoutMs,
      idempotencyTtlMs: config.idempotencyTtlMs,
      sweepMs: SWEEP_MS,
    },
  );
  return {
    orderLog,
    payments,
    dependencies: {
      store: { needed: true, ask: async () => void (await store.now()) },
      // Without it orders wait in the outbox, and selling goes on.
      order_log: { needed: false, ask: async () => orderLog.check() },
      ledger: { needed: true, ask: () => ledger.ping() },
      payment: { needed: false, ask: async () => refuseOpenBreaker(provider.breakerState()) },
    },
    breakers: () => ({ payment: provider.breakerState(), ...notifications.breakers() }),
    start: () => {
      processor.start();
      notifications.workers.start();
    },
    wakePayments: () => processor.wakePayments(),
    stop: async () => {
      await Promise.all([processor.stop(), notifications.workers.stop()]);
    },
    close: async () => {
      await Promise.all([payments.close(), notifications.close(), analytics?.close(), deadLetters?.close()]);
    },
  };
}

/** The provider is not asked for its health: what its calls have met lately says more. */
function refuseOpenBreaker(state: BreakerState): void {
  if (state === 'open') throw new PaymentProviderUnavailable('the circuit breaker is open');
}
