import { Kysely, PostgresDialect, sql } from 'kysely';
import type { PoolConfig } from 'pg';
import { isTracing } from '../telemetry/tracing.ts';
import { ledgerPool } from './ledger-pool.ts';
import type { Ledger, LedgerSchema } from './schema.ts';
import { recordStatement } from './statement-spans.ts';

/** An open ledger. Everything but the composition root takes `db` alone. */
export interface Database {
  readonly db: Ledger;
  readonly kind: 'pglite' | 'postgres';
  /** Resolves if the ledger answers; throws `LedgerUnavailable` otherwise. */
  ping(): Promise<void>;
  /** Waits for what is under way. Repeatable. */
  close(): Promise<void>;
}

/** The two kinds differ in how the pool reaches the server and in nothing else. */
export function openDatabase(kind: Database['kind'], config: PoolConfig, onFault: (fault: Error) => void): Database {
  const db = new Kysely<LedgerSchema>({
    dialect: new PostgresDialect({ pool: ledgerPool(config, onFault) }),
    ...(isTracing() && { log: recordStatement }),
  });
  let closed: Promise<void> | undefined;
  return {
    db,
    kind,
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    close: () => {
      closed ??= db.destroy();
      return closed;
    },
  };
}
