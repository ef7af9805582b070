import type { KyselyPlugin } from 'kysely';
import type { Ledger } from '../../src/database/schema.ts';

/** Counts the statements that go to a ledger. The begin and the end of a transaction are not among them. */
export class StatementCount {
  statements = 0;

  readonly #plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      this.statements++;
      return node;
    },
    transformResult: async ({ result }) => result,
  };

  /** The same ledger, counted. */
  of(ledger: Ledger): Ledger {
    return ledger.withPlugin(this.#plugin);
  }
}
