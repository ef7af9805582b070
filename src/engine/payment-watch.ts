import { type PaymentAttempt, readAttempts } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import { mayBeRevived, type PaymentState } from '../domain/payment.ts';

/** Nothing that the buyer is told changes after these, unless the attempt is revived. */
const SETTLED: ReadonlySet<PaymentState> = new Set([
  'confirmed',
  'abandoned',
  'declined',
  'voided',
  'refunding',
  'refunded',
]);

interface Waiter {
  readonly attempt: PaymentAttempt;
  readonly until: number;
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
  readonly #waiters = new Map<string, Waiter[]>();
  #timer: NodeJS.Timeout | null = null;

  /** `wakeWorkers` is called when there is something for the payment workers of this process to do. */
  constructor(ledger: Ledger, pollMs: number, wakeWorkers: () => void) {
    this.#ledger = ledger;
    this.#pollMs = pollMs;
    this.#wakeWorkers = wakeWorkers;
  }

  /** The attempt once it is settled or has met an error, or as it is after `waitMs`. */
  settled(attempt: PaymentAttempt, waitMs: number): Promise<PaymentAttempt> {
    if (isSettled(attempt)) return Promise.resolve(attempt);
    this.#wakeWorkers();
    return new Promise((resolve, reject) => {
      const waiter = { attempt, until: performance.now() + waitMs, resolve, reject };
      this.#waiters.set(attempt.attemptId, [...(this.#waiters.get(attempt.attemptId) ?? []), waiter]);
      this.#schedule();
    });
  }

  /** Something is to be done that nobody waits for. */
  nudge(): void {
    this.#wakeWorkers();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#poll(), this.#pollMs);
  }

  async #poll(): Promise<void> {
    try {
      const attempts = await readAttempts(this.#ledger, [...this.#waiters.keys()]);
      for (const attempt of attempts) this.#tell(attempt);
    } catch (error) {
      this.#rejectAll(error);
    }
    this.#timer = null;
    if (this.#waiters.size > 0) this.#schedule();
  }

  #tell(attempt: PaymentAttempt): void {
    const settled = isSettled(attempt) || attempt.lastError !== null;
    const now = performance.now();
    const waiters = this.#waiters.get(attempt.attemptId) ?? [];
    const patient = waiters.filter((waiter) => !settled && waiter.until > now);
    for (const waiter of waiters) if (!patient.includes(waiter)) waiter.resolve(attempt);
    if (patient.length > 0) this.#waiters.set(attempt.attemptId, patient);
    else this.#waiters.delete(attempt.attemptId);
  }

  #rejectAll(error: unknown): void {
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.reject(error);
    this.#waiters.clear();
  }
}

function isSettled(attempt: PaymentAttempt): boolean {
  return SETTLED.has(attempt.state) && !mayBeRevived(attempt);
}
