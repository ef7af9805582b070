import type { LedgerConfig } from '../config/topology.ts';
import type { Database } from '../database/database.ts';
import { openPglite } from '../database/embedded-postgres.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { LedgerInUse, PostgresLock } from '../database/postgres-lock.ts';
import { PeriodicTask } from '../engine/periodic-task.ts';
import type { EngineEvents } from '../telemetry/events.ts';

const LEDGER_CONNECTIONS = 10;
const LEDGER_LOCK_MS = 2_000;

/** The ledger, reachable. `onFault` is told of faults that no caller waits for. */
export async function openLedger(settings: LedgerConfig, onFault: (error: Error) => void): Promise<Database> {
  if (settings.kind === 'pglite') return openPglite({ dataDir: settings.directory, onFault });
  const ledger = openPostgres({ url: settings.url, maxConnections: LEDGER_CONNECTIONS, onFault });
  await ledger.ping();
  return ledger;
}

/**
 * For an embedded store, which sells alone, so that its ledger is its own. A directory locks itself. Returns the
 * release; throws `LedgerInUse` when another process has the ledger.
 */
export async function lockLedger(settings: LedgerConfig, events: EngineEvents): Promise<() => Promise<void>> {
  if (settings.kind === 'pglite') return async () => {};
  const lock = await PostgresLock.take(settings.url);
  const holding = new PeriodicTask({
    everyMs: LEDGER_LOCK_MS,
    run: () => lock.hold(),
    onFailure: (error) => {
      if (error instanceof LedgerInUse) events.ledgerTaken(error);
      else events.backgroundFailure('ledger lock', error);
    },
  });
  holding.start();
  return async () => {
    await holding.stop();
    await lock.release();
  };
}

/**
 * Brings the ledger up to date, however long it takes; of processes that start together one does it, and the others
 * wait. Returns the names of the migrations that it applied.
 */
export async function migrateLedger(settings: LedgerConfig, ledger: Database): Promise<string[]> {
  if (settings.kind === 'pglite') return migrate(ledger.db);
  const patient = openPostgres({
    url: settings.url,
    maxConnections: 1,
    statementTimeoutMs: Number.POSITIVE_INFINITY,
    // One that is lost while idle is lost for the next statement too, and that one has somebody to tell.
    onFault: () => {},
  });
  try {
    return await migrate(patient.db);
  } finally {
    await patient.close();
  }
}
