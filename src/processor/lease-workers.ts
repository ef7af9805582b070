import { LedgerUnavailable } from '../database/ledger-unavailable.ts';

export interface LeaseWorkersOptions<Job> {
  /** Jobs carried out at the same time. */
  readonly concurrency: number;
  /** How often the ledger is asked for jobs that nobody has announced. */
  readonly pollMs: number;
  readonly now: () => Promise<number>;
  /** Hands out at most so many jobs that are due, each to one worker until its lease ends. */
  readonly lease: (limit: number, nowMs: number) => Promise<readonly Job[]>;
  /** Makes the leases of the jobs with these ids last anew: called every few seconds while there are any. */
  readonly renewLeases?: (busyWith: readonly string[], nowMs: number) => Promise<void>;
  /** Frees what this process has leased, except for the jobs with these ids. */
  readonly releaseLeases: (busyWith: readonly string[]) => Promise<void>;
  readonly idOf: (job: Job) => string;
  readonly carryOut: (job: Job) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** Leases are longer than that, so that one renewal may fail, and no longer than a killed worker's jobs may lie. */
const RENEW_MS = 3_000;

/** Carries out jobs that are rows of the ledger, so many at a time. The ledger hands each to one worker. */
export class LeaseWorkers<Job> {
  readonly #options: LeaseWorkersOptions<Job>;
  /** By job id. */
  readonly #running = new Map<string, Promise<void>>();
  /** The ledger went away: it may have leases of ours that nobody works on. */
  #leasesInDoubt = false;
  #timers: NodeJS.Timeout[] = [];
  #filling: Promise<void> | null = null;
  #wokenWhileFilling = false;
  #stopped = true;

  constructor(options: LeaseWorkersOptions<Job>) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#timers = [setInterval(() => this.wake(), this.#options.pollMs), setInterval(() => this.#renew(), RENEW_MS)];
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
    await this.#filling;
    await Promise.all(this.#running.values());
    for (const timer of this.#timers) clearInterval(timer);
  }

  #renew(): void {
    const { now, renewLeases } = this.#options;
    if (!renewLeases || this.#running.size === 0) return;
    now()
      .then((nowMs) => renewLeases([...this.#running.keys()], nowMs))
      .catch((error) => this.#options.onFailure(error));
  }

  async #fill(): Promise<void> {
    this.#wokenWhileFilling = false;
    const { concurrency, now, lease, releaseLeases } = this.#options;
    const nowMs = await now();
    // After the wait: of those that share a batch all have ended by then, and are replaced together.
    const limit = concurrency - this.#running.size;
    if (limit <= 0) return;
    if (this.#leasesInDoubt) {
      // First, since it may come into doubt again meanwhile.
      this.#leasesInDoubt = false;
      await releaseLeases([...this.#running.keys()]);
    }
    for (const job of await lease(limit, nowMs)) this.#run(job);
  }

  /** A lease may have ended under a job that is still carried out: then it is ours anew, and that is all. */
  #run(job: Job): void {
    const id = this.#options.idOf(job);
    if (this.#running.has(id)) return;
    const run = this.#options
      .carryOut(job)
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#running.delete(id);
        this.wake();
      });
    this.#running.set(id, run);
  }

  #failed(error: unknown): void {
    if (error instanceof LedgerUnavailable) this.#leasesInDoubt = true;
    this.#options.onFailure(error);
  }
}
