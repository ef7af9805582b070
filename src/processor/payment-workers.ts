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
  readonly #running = new Set<Promise<void>>();
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
      .catch(this.#options.onFailure)
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
    await Promise.all(this.#running);
  }

  async #fill(): Promise<void> {
    this.#wokenWhileFilling = false;
    const { workerId, concurrency, leaseMs, now } = this.#options;
    const limit = concurrency - this.#running.size;
    if (limit <= 0) return;
    const attempts = await leaseAttempts(this.#ledger, { workerId, limit, leaseMs, nowMs: await now() });
    for (const attempt of attempts) this.#run(attempt);
  }

  #run(attempt: PaymentAttempt): void {
    const run = this.#options
      .settle(attempt)
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#running.delete(run);
        this.wake();
      });
    this.#running.add(run);
  }
}
