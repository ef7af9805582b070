import { type PaymentAttempt, readAttemptsWithNews } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import { mayBeRevived, type PaymentState } from '../domain/payment.ts';
import { untraced } from '../telemetry/tracing.ts';

/** Nothing that the buyer is told changes after these, unless the attempt is revived. */
const SETTLED: readonly PaymentState[] = ['confirmed', 'abandoned', 'declined', 'voided', 'refunding', 'refunded'];

interface Waiter {
  readonly attemptId: string;
  readonly resolve: (attempt: PaymentAttempt) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets requests wait for payments that workers carry out, here or in another process: one query at a time asks the
 * ledger about all attempts that anyone waits for.
 */
export class PaymentWatch {
  readonly #ledger: Ledger;
  readonly #pollMs: number;
  readonly #wakeWorkers: () => void;
  readonly #waiters = new Map<string, Set<Waiter>>();
  #timer: NodeJS.Timeout | null = null;

  /** `wakeWorkers` is called when there is something for the payment workers of this process to do. */
  constructor(ledger: Ledger, pollMs: number, wakeWorkers: () => void) {
    this.#ledger = ledger;
    this.#pollMs = pollMs;
    this.#wakeWorkers = wakeWorkers;
  }

  /**
   * The attempt once it is settled or has met an error; after `waitMs` as it was given, whether the ledger answers or
   * not.
   */
  async settled(attempt: PaymentAttempt, waitMs: number): Promise<PaymentAttempt> {
    if (isSettled(attempt)) return attempt;
    this.#wakeWorkers();
    const { promise, resolve, reject } = Promise.withResolvers<PaymentAttempt>();
    const waiter: Waiter = { attemptId: attempt.attemptId, resolve, reject };
    const timer = setTimeout(() => resolve(attempt), waitMs);
    this.#add(waiter);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#remove(waiter);
    }
  }

  /** Something is to be done that nobody waits for. */
  nudge(): void {
    this.#wakeWorkers();
  }

  #add(waiter: Waiter): void {
    const { attemptId } = waiter;
    const waiters = this.#waiters.get(attemptId) ?? new Set();
    this.#waiters.set(attemptId, waiters.add(waiter));
    this.#schedule();
  }

  #remove(waiter: Waiter): void {
    const { attemptId } = waiter;
    const waiters = this.#waiters.get(attemptId);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(attemptId);
  }

  #schedule(): void {
    // One question for all who wait.
    this.#timer ??= untraced(() => setTimeout(() => this.#poll(), this.#pollMs));
  }

  async #poll(): Promise<void> {
    try {
      const attempts = await readAttemptsWithNews(this.#ledger, [...this.#waiters.keys()], SETTLED);
      for (const attempt of attempts) this.#tell(attempt);
    } catch (error) {
      for (const waiters of this.#waiters.values()) for (const { reject } of waiters) reject(error);
    }
    this.#timer = null;
    if (this.#waiters.size > 0) this.#schedule();
  }

  #tell(attempt: PaymentAttempt): void {
    if (!isSettled(attempt) && attempt.lastError === null) return;
    for (const { resolve } of this.#waiters.get(attempt.attemptId) ?? []) resolve(attempt);
  }
}

function isSettled(attempt: PaymentAttempt): boolean {
  return SETTLED.includes(attempt.state) && !mayBeRevived(attempt);
}
