import type { Database } from '../database/database.ts';
import type { Ledger } from '../database/schema.ts';
import { PeriodicTask } from './periodic-task.ts';

export interface ReportLedgers {
  readonly primary: Ledger;
  /** Null: there is none. */
  readonly replica: Database | null;
}

export interface ReportLedgerOptions {
  readonly checkMs: number;
  /** `error`: why the replica does not answer; null when it answers again. */
  readonly onChange: (error: unknown) => void;
}

/**
 * Where lists and exports are read from: the replica while it answers, so that they take nothing from what sells, and
 * the primary while it does not. A replica may be behind by what it has still to replay.
 */
export class ReportLedger {
  readonly #ledgers: ReportLedgers;
  readonly #options: ReportLedgerOptions;
  readonly #checking: PeriodicTask;
  #replicaAnswers = true;

  constructor(ledgers: ReportLedgers, options: ReportLedgerOptions) {
    this.#ledgers = ledgers;
    this.#options = options;
    this.#checking = new PeriodicTask({
      everyMs: options.checkMs,
      run: async () => {
        await ledgers.replica?.ping();
        this.#sawReplica(null);
      },
      onFailure: (error) => this.#sawReplica(error),
    });
  }

  get db(): Ledger {
    const { primary, replica } = this.#ledgers;
    return replica && this.#replicaAnswers ? replica.db : primary;
  }

  start(): void {
    if (this.#ledgers.replica) this.#checking.start();
  }

  async stop(): Promise<void> {
    await this.#checking.stop();
  }

  async close(): Promise<void> {
    await this.#ledgers.replica?.close();
  }

  /** @param error null: it answers */
  #sawReplica(error: unknown): void {
    const answers = error === null;
    if (answers === this.#replicaAnswers) return;
    this.#replicaAnswers = answers;
    this.#options.onChange(error);
  }
}
