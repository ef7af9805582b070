import { LedgerUnavailable } from '../database/ledger-unavailable.ts';

/** Items in one batch: enough for a crowd, and few enough for one statement. */
const MAX_BATCH = 500;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly result: PromiseWithResolvers<Result>;
}

/** Does something for many items at once. Returns as many results, in the order of the items. */
export type RunBatch<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

/**
 * Does one thing for many callers at once: what is asked for while a batch is under way makes up the next one. A crowd
 * then costs the ledger little more than one of it does, and a caller who is alone waits for nobody.
 */
export class Batcher<Item, Result> {
  readonly #run: RunBatch<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running = false;

  /** A run that fails must have done nothing, or be repeatable. */
  constructor(run: RunBatch<Item, Result>) {
    this.#run = run;
  }

  /** Rejects with what makes this item fail, or with the `LedgerUnavailable` that stopped its batch. */
  ask(item: Item): Promise<Result> {
    const result = Promise.withResolvers<Result>();
    this.#waiting.push({ item, result });
    if (!this.#running) void this.#runAll();
    return result.promise;
  }

  async #runAll(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#runBatch(this.#waiting.splice(0, MAX_BATCH));
    this.#running = false;
  }

  async #runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(batch.map(({ item }) => item));
      for (const [index, { result }] of batch.entries()) result.resolve(results[index] as Result);
    } catch (error) {
      if (mayBeOneItemsFault(batch, error)) await this.#runOneByOne(batch);
      else for (const { result } of batch) result.reject(error);
    }
  }

  /** So that an item which can never succeed takes no other with it. */
  async #runOneByOne(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    for (const waiting of batch) await this.#runBatch([waiting]);
  }
}

function mayBeOneItemsFault(batch: readonly unknown[], error: unknown): boolean {
  return batch.length > 1 && !(error instanceof LedgerUnavailable);
}
