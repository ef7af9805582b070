interface Waiting<Item, Result> {
  readonly item: Item;
  readonly result: PromiseWithResolvers<Result>;
}

export interface MicroBatcherOptions<Item, Result> {
  readonly maxSize: number;
  /** Returns as many results, in the items' order. One that rejects rejects all of its items. */
  readonly run: (saleId: string, items: readonly Item[]) => Promise<readonly Result[]>;
  /** Told how many items went together. */
  readonly onBatch?: ((size: number) => void) | undefined;
}

/**
 * Asks for many callers at once. What one turn of the event loop asks of one sale goes together, and so does all that
 * comes while an answer is on its way: the busier the server is, the fuller the batches. A full one never waits.
 */
export class MicroBatcher<Item, Result> {
  readonly #options: MicroBatcherOptions<Item, Result>;
  readonly #waiting = new Map<string, Waiting<Item, Result>[]>();
  /** How many batches of a sale are not answered yet. */
  readonly #underWay = new Map<string, number>();
  #isScheduled = false;

  constructor(options: MicroBatcherOptions<Item, Result>) {
    this.#options = options;
  }

  ask(saleId: string, item: Item): Promise<Result> {
    const result = Promise.withResolvers<Result>();
    const waiting = this.#waiting.get(saleId) ?? [];
    this.#waiting.set(saleId, waiting);
    waiting.push({ item, result });
    if (waiting.length === this.#options.maxSize) this.#send(saleId);
    else this.#schedule();
    return result.promise;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      for (const saleId of [...this.#waiting.keys()]) if (!this.#underWay.has(saleId)) this.#send(saleId);
    });
  }

  #send(saleId: string): void {
    const batch = this.#waiting.get(saleId);
    if (!batch) return;
    this.#waiting.delete(saleId);
    this.#underWay.set(saleId, (this.#underWay.get(saleId) ?? 0) + 1);
    this.#options.onBatch?.(batch.length);
    void this.#run(saleId, batch).then(() => this.#answered(saleId));
  }

  #answered(saleId: string): void {
    const left = (this.#underWay.get(saleId) ?? 1) - 1;
    if (left > 0) {
      this.#underWay.set(saleId, left);
      return;
    }
    this.#underWay.delete(saleId);
    this.#send(saleId);
  }

  async #run(saleId: string, batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item);
      const results = await this.#options.run(saleId, items);
      for (const [index, { result }] of batch.entries()) result.resolve(results[index] as Result);
    } catch (error) {
      for (const { result } of batch) result.reject(error);
    }
  }
}
