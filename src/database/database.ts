import type { Ledger } from './schema.ts';

/** An open ledger. Everything but the composition root takes `db` alone. */
export interface Database {
  readonly db: Ledger;
  readonly kind: 'pglite' | 'postgres';
  /** Resolves if the ledger answers; throws `LedgerUnavailable` otherwise. */
  ping(): Promise<void>;
  /** Waits for what is under way. Repeatable. */
  close(): Promise<void>;
}
