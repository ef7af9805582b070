import { type Database, openDatabase } from './database.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** A server that is alive has told by then that a statement took too long. */
const ANSWER_MARGIN_MS = 2_000;

export interface PostgresOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** How long the server may work on a statement, 15 s unless given; `Infinity` for a migration. */
  readonly statementTimeoutMs?: number;
  /** Told of a fault that no caller waits for: an idle connection was lost. */
  readonly onFault: (fault: Error) => void;
}

/** A PostgreSQL server, 15 or newer. Connects when first used: `ping` tells whether it can. */
export function openPostgres(options: PostgresOptions): Database {
  const { url, maxConnections, statementTimeoutMs = STATEMENT_TIMEOUT_MS, onFault } = options;
  const config = {
    connectionString: url,
    max: maxConnections,
    application_name: 'tidegate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...(Number.isFinite(statementTimeoutMs) && {
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
    }),
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  };
  return openDatabase('postgres', config, onFault);
}
