import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory } from './data-dir-lock.ts';
import { type Database, openDatabase } from './database.ts';
import { LedgerUnavailable } from './ledger-unavailable.ts';
import { PgliteThread } from './pglite-thread.ts';

/** No statement takes that long: the thread is stuck. */
const STATEMENT_TIMEOUT_MS = 60_000;

export interface EmbeddedPostgresOptions {
  /** A directory of its own; made if absent, for the owner's eyes alone. */
  readonly dataDir: string;
  /** Told of a fault that no caller waits for: the database's thread ended. */
  readonly onFault: (fault: Error) => void;
}

/**
 * PostgreSQL inside this process, one connection wide: statements and transactions wait for each other.
 * Throws `LedgerUnavailable` when another process has `dataDir` open, or when it is damaged.
 */
export async function openPglite(options: EmbeddedPostgresOptions): Promise<Database> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(join(options.dataDir, 'lock')).catch((cause: unknown) => {
    throw new LedgerUnavailable(`The ledger in ${options.dataDir} is open in another process: stop that first.`, {
      cause,
    });
  });
  const thread = await startThread(options).catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  const database = openDatabase(
    'pglite',
    {
      user: 'postgres',
      database: 'postgres',
      max: 1,
      idleTimeoutMillis: 0,
      query_timeout: STATEMENT_TIMEOUT_MS,
      ssl: false,
      stream: () => thread.connect(),
    },
    options.onFault,
  );
  let closed: Promise<void> | undefined;
  return {
    ...database,
    close: () => {
      closed ??= database
        .close()
        .then(() => thread.close())
        .then(unlock);
      return closed;
    },
  };
}

async function startThread({ dataDir, onFault }: EmbeddedPostgresOptions): Promise<PgliteThread> {
  try {
    return await PgliteThread.start({ clusterDir: join(dataDir, 'cluster') }, onFault);
  } catch (cause) {
    const advice = 'Restore it from a backup, or move it away to begin an empty one.';
    throw new LedgerUnavailable(`The ledger in ${dataDir} cannot be opened. ${advice}`, { cause });
  }
}
