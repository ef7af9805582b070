import type { Database } from './database.ts';

export interface PostgresOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** Told of a fault that no caller waits for: an idle connection was lost. */
  readonly onFault?: (fault: Error) => void;
}

/** A PostgreSQL server. Connects when first used: call `ping` to know at once. */
export function openPostgres(_options: PostgresOptions): Database {
  throw new Error('not written yet');
}
