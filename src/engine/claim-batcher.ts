import { type ClaimOutcome, claim } from '../database/claims.ts';
import type { Ledger } from '../database/schema.ts';

interface Waiting {
  readonly attemptId: string;
  readonly result: PromiseWithResolvers<ClaimOutcome>;
}

/** Claims of payments that are ready at the same time share one transaction: the rows of a popular item are locked once. */
export class ClaimBatcher {
  readonly #ledger: Ledger;
  readonly #now: () => Promise<number>;
  #waiting: Waiting[] = [];
  #claiming = false;

  constructor(ledger: Ledger, now: () => Promise<number>) {
    this.#ledger = ledger;
    this.#now = now;
  }

  claim(attemptId: string): Promise<ClaimOutcome> {
    const result = Promise.withResolvers<ClaimOutcome>();
    this.#waiting.push({ attemptId, result });
    if (!this.#claiming) void this.#claimAll();
    return result.promise;
  }

  async #claimAll(): Promise<void> {
    this.#claiming = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#claimBatch(batch);
    }
    this.#claiming = false;
  }

  async #claimBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const attemptIds = batch.map(({ attemptId }) => attemptId);
      const outcomes = await claim(this.#ledger, attemptIds, await this.#now());
      for (const { attemptId, result } of batch) result.resolve(outcomes.get(attemptId) ?? 'not_current');
    } catch (error) {
      for (const { result } of batch) result.reject(error);
    }
  }
}
