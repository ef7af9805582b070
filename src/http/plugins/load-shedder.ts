import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { onRequestHookHandler } from 'fastify';
import type { Operation } from '#sdk/contract/operation.ts';
import type { operations } from '#sdk/contract/operations.ts';
import { refuse, sendProblem } from '../errors.ts';

type OperationId = keyof typeof operations;

/** `critical` is never refused: what a buyer needs to buy and to know, and what an operator needs to steer. */
type Priority = 'critical' | 'normal' | 'low';

const SAMPLE_MS = 500;
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

/**
 * How late the event loop is on average, over a sample, when requests of a priority begin to be refused. The average,
 * since a single long pause is over by the time that anyone could be refused for it.
 */
const SHED_FROM_MS: Readonly<Record<Priority, number>> = {
  critical: Number.POSITIVE_INFINITY,
  normal: 500,
  low: 100,
};

/** Lists and reports: expensive, and nobody buys less for having to ask again. */
const LOW: ReadonlySet<string> = new Set<OperationId>([
  'listSales',
  'listOrders',
  'listAdminSales',
  'listSaleOrders',
  'followOrders',
  'listDeadLetters',
  'listReviews',
  'listWebhooks',
  'listAuditLog',
  'runAudit',
]);

const CRITICAL: ReadonlySet<string> = new Set<OperationId>([
  'requestAdmission',
  'purchase',
  'pay',
  'cancelOrder',
  'readOrder',
  'receivePaymentCallback',
  'readSaleStatus',
  'readTime',
  'pauseSale',
  'resumeSale',
  'endSale',
  'cancelSale',
  'changeSwitches',
]);

/** What belongs to no operation is the documentation. */
function priorityOf(operation: Pick<Operation, 'id'> | undefined): Priority {
  if (!operation || LOW.has(operation.id)) return 'low';
  return CRITICAL.has(operation.id) ? 'critical' : 'normal';
}

/** Refuses what can wait while the event loop is late, so that what cannot wait is still answered in time. */
export class LoadShedder {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #delayMs = 0;
  #timer: NodeJS.Timeout | null = null;

  start(): void {
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#histogram.disable();
  }

  /** Null where nothing is ever refused. */
  before(operation: Operation | undefined): onRequestHookHandler | null {
    const fromMs = SHED_FROM_MS[priorityOf(operation)];
    if (fromMs === Number.POSITIVE_INFINITY) return null;
    return (_request, reply, done) => {
      if (this.#delayMs < fromMs) done();
      else sendProblem(reply, refuse('overloaded'));
    };
  }

  /** The histogram counts from one of its ticks to the next, and has nothing to say where none came. */
  #sample(): void {
    const { count, mean } = this.#histogram;
    this.#delayMs = count === 0 ? SAMPLE_MS : mean / NS_PER_MS - RESOLUTION_MS;
    this.#histogram.reset();
  }
}
