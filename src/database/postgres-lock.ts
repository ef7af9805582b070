import pg from 'pg';
import { LedgerUnavailable } from './ledger-unavailable.ts';

/** The same in every version: two versions must not run beside each other either. */
const LOCK_KEY = '8388346167643173989';
const CONNECT_TIMEOUT_MS = 5_000;
/** Long enough for a server to notice that the process which held the lock was killed. */
const LOCK_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 5_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Another process works on the same database. */
export class LedgerInUse extends Error {
  readonly code = 'ledger_in_use';
  readonly retryable = false;

  constructor(cause: unknown) {
    super('The database of DATABASE_URL is in use by another Tidegate. Stop that one, or use another database.', {
      cause,
    });
  }
}

/**
 * Keeps a database to one process, by an advisory lock of a session of its own: it goes when the process does, however
 * that ends. It goes with its connection too, so `hold` has to be called again and again.
 */
export class PostgresLock {
  readonly #url: string;
  #client: pg.Client | null = null;

  private constructor(url: string) {
    this.#url = url;
  }

  static async take(url: string): Promise<PostgresLock> {
    const lock = new PostgresLock(url);
    await lock.hold();
    return lock;
  }

  /**
   * Takes the lock again if it was lost. Throws `LedgerInUse` when another process has it, and `LedgerUnavailable` when
   * the server does not answer.
   */
  async hold(): Promise<void> {
    if (this.#client && (await answers(this.#client))) return;
    await this.release();
    this.#client = await connectAndLock(this.#url);
  }

  async release(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }
}

function answers(client: pg.Client): Promise<boolean> {
  return client.query('select 1').then(
    () => true,
    () => false,
  );
}

async function connectAndLock(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tidegate lock',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
  });
  // The next statement fails on a connection that broke; unheard, it would end the process too.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    return client;
  } catch (cause) {
    await client.end();
    if (cause instanceof pg.DatabaseError && cause.code === LOCK_NOT_AVAILABLE) throw new LedgerInUse(cause);
    throw new LedgerUnavailable('The ledger could not be locked.', { cause });
  }
}
