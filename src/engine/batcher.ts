/** Keys in one batch: enough for a crowd, and few enough for one statement. */
const MAX_BATCH = 500;

interface Waiting<Result> {
  readonly key: string;
  readonly result: PromiseWithResolvers<Result>;
}

/**
 * Does one thing for many callers at once: what is asked for while a batch is under way makes up the next one. A crowd
 * then costs the ledger little more than one of it does, and a caller who is alone waits for nobody.
 */
export class Batcher<Result> {
  readonly #run: (keys: readonly string[]) => Promise<ReadonlyMap<string, Result>>;
  readonly #missing: Result;
  #waiting: Waiting<Result>[] = [];
  #running = false;

  /** `missing` is the result of a key that `run` says nothing about. */
  constructor(run: (keys: readonly string[]) => Promise<ReadonlyMap<string, Result>>, missing: Result) {
    this.#run = run;
    this.#missing = missing;
  }

  /** Rejects with whatever stopped its batch. */
  ask(key: string): Promise<Result> {
    const result = Promise.withResolvers<Result>();
    this.#waiting.push({ key, result });
    if (!this.#running) void this.#runAll();
    return result.promise;
  }

  async #runAll(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      await this.#runBatch(batch);
    }
    this.#running = false;
  }

  async #runBatch(batch: readonly Waiting<Result>[]): Promise<void> {
    try {
      const results = await this.#run([...new Set(batch.map(({ key }) => key))]);
      for (const { key, result } of batch) result.resolve(results.get(key) ?? this.#missing);
    } catch (error) {
      for (const { result } of batch) result.reject(error);
    }
  }
}
