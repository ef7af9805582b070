import type { Database } from './database.ts';

export interface EmbeddedPostgresOptions {
  /** A directory of its own; made if absent. */
  readonly dataDir: string;
  /** Told of a fault that no caller waits for: the database's thread ended. */
  readonly onFault?: (fault: Error) => void;
}

/** PostgreSQL inside this process. One process at a time may have `dataDir` open. */
export async function openPglite(_options: EmbeddedPostgresOptions): Promise<Database> {
  throw new Error('not written yet');
}
