import { type Database, openDatabase } from './database.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;

export interface PostgresOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** Told of a fault that no caller waits for: an idle connection was lost. */
  readonly onFault: (fault: Error) => void;
}

/** A PostgreSQL server, 15 or newer. Connects when first used: `ping` tells whether it can. */
export function openPostgres({ url, maxConnections, onFault }: PostgresOptions): Database {
  const config = {
    connectionString: url,
    max: maxConnections,
    application_name: 'tidegate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  };
  return openDatabase('postgres', config, onFault);
}
