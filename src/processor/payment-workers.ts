import { LedgerUnavailable } from '../database/ledger-unavailable.ts';
import { releaseLeases } from '../database/payment-schedule.ts';
import { leaseAttempts, type PaymentAttempt } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';

export interface PaymentWorkersOptions {
  /** Names this process in its leases. */
  readonly workerId: string;
  /** Attempts carried out at the same time. */
  readonly concurrency: number;
  /** How often the ledger is asked for attempts that nobody has announced. */
  readonly pollMs: number;
  /** After this time another worker may take an attempt over: longer than its slowest step takes. */
  readonly leaseMs: number;
  readonly now: () => Promise<number>;
  readonly settle: (attempt: PaymentAttempt) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** Carries out payment attempts, so many at a time. The ledger hands each to one worker. */
export class PaymentWorkers {
  readonly #ledger: Ledger;
  readonly #options: PaymentWorkersOptions;
  /** By attempt id. */
  readonly #running = new Map<string, Promise<void>>();
  /** The ledger went away: it may have leases of ours that nobody works on. */
  #leasesInDoubt = false;
  #timer: NodeJS.Timeout | null = null;
  #filling: Promise<void> | null = null;
  #wokenWhileFilling = false;
  #stopped = true;

  constructor(ledger: Ledger, options: PaymentWorkersOptions) {
    this.#ledger = ledger;
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#timer = setInterval(() => this.wake(), this.#options.pollMs);
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#filling) {
      this.#wokenWhileFilling = true;
      return;
    }
    this.#filling = this.#fill()
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#filling = null;
        if (this.#wokenWhileFilling) this.wake();
      });
  }

  /** Finishes what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#filling;
    await Promise.all(this.#running.values());
  }

  async #fill(): Promise<void> {
    this.#wokenWhileFilling = false;
    const { workerId, concurrency, leaseMs, now } = this.#options;
    const nowMs = await now();
    // After the wait: of those that share a batch all have ended by then, and are replaced together.
    const limit = concurrency - this.#running.size;
    if (limit <= 0) return;
    if (this.#leasesInDoubt) {
      // First, since it may come into doubt again meanwhile.
      this.#leasesInDoubt = false;
      await releaseLeases(this.#ledger, workerId, [...this.#running.keys()]);
    }
    const attempts = await leaseAttempts(this.#ledger, { workerId, limit, leaseMs, nowMs });
    for (const attempt of attempts) this.#run(attempt);
  }

  #run(attempt: PaymentAttempt): void {
    const run = this.#options
      .settle(attempt)
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#running.delete(attempt.attemptId);
        this.wake();
      });
    this.#running.set(attempt.attemptId, run);
  }

  #failed(error: unknown): void {
    if (error instanceof LedgerUnavailable) this.#leasesInDoubt = true;
    this.#options.onFailure(error);
  }
}
