import { LedgerUnavailable } from '../database/ledger-unavailable.ts';
import type { Ledger } from '../database/schema.ts';

/** Items in one batch: enough for a crowd, and few enough for one statement. */
const MAX_BATCH = 500;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly result: PromiseWithResolvers<Result>;
}

/** Asks the ledger, by the connection given, about many items at once. Returns as many results, in the items' order. */
export type RunBatch<Item, Result> = (ledger: Ledger, items: readonly Item[]) => Promise<readonly Result[]>;

/**
 * Asks the ledger one thing for many callers at once: what is asked for before it has time makes up one batch. A crowd
 * then costs the ledger little more than one of it does, and a caller who is alone waits for nobody.
 */
export class Batcher<Item, Result> {
  readonly #ledger: Ledger;
  readonly #run: RunBatch<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running = false;

  /** A run that fails must have done nothing, or be repeatable. */
  constructor(ledger: Ledger, run: RunBatch<Item, Result>) {
    this.#ledger = ledger;
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
    while (this.#waiting.length > 0) await this.#runNext();
    this.#running = false;
  }

  /** A batch is closed once a connection is free for it, and not before: the busier the ledger, the larger it is. */
  async #runNext(): Promise<void> {
    try {
      await this.#ledger.connection().execute((connection) => this.#runBatch(connection, this.#take()));
    } catch (error) {
      for (const { result } of this.#take()) result.reject(error);
    }
  }

  #take(): Waiting<Item, Result>[] {
    return this.#waiting.splice(0, MAX_BATCH);
  }

  async #runBatch(connection: Ledger, batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(
        connection,
        batch.map(({ item }) => item),
      );
      for (const [index, { result }] of batch.entries()) result.resolve(results[index] as Result);
    } catch (error) {
      if (mayBeOneItemsFault(batch, error)) await this.#runOneByOne(connection, batch);
      else for (const { result } of batch) result.reject(error);
    }
  }

  /** So that an item which can never succeed takes no other with it. */
  async #runOneByOne(connection: Ledger, batch: readonly Waiting<Item, Result>[]): Promise<void> {
    for (const waiting of batch) await this.#runBatch(connection, [waiting]);
  }
}

function mayBeOneItemsFault(batch: readonly unknown[], error: unknown): boolean {
  return batch.length > 1 && !(error instanceof LedgerUnavailable);
}
