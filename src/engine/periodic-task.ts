import { setTimeout as sleep } from 'node:timers/promises';

export interface PeriodicTaskOptions {
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Does something again and again, one run at a time, with a pause between two. A failed run is reported; the next one
 * comes. May be started again after a stop.
 */
export class PeriodicTask {
  readonly #options: PeriodicTaskOptions;
  #stopping = new AbortController();
  #loop: Promise<void> | null = null;

  constructor(options: PeriodicTaskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#repeat(this.#stopping.signal);
  }

  /** Waits for the run that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    this.#loop = null;
    this.#stopping = new AbortController();
  }

  async #repeat(signal: AbortSignal): Promise<void> {
    const { everyMs, run, onFailure } = this.#options;
    while (!signal.aborted) {
      await run().catch(onFailure);
      // Rejects only because it was told to stop.
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  }
}
