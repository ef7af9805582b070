import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { LedgerUnavailable } from './ledger-unavailable.ts';

const INT8_OID = 20;

const COLUMN_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)),
};

/** SQLSTATE classes and codes that say something about the server, or about company in it, and nothing about the statement. */
const TRANSIENT_CLASSES = ['08', '40', '53', '57', '58'];
const LOCK_NOT_AVAILABLE = '55P03';
const IDLE_IN_TRANSACTION_TIMEOUT = '25P03';

/**
 * A connection pool for Kysely whose faults are already translated: whatever is thrown through it is either
 * `LedgerUnavailable` or the server's own verdict on a statement (`DatabaseError`), which no repetition mends.
 */
export function ledgerPool(config: pg.PoolConfig, onFault: (fault: Error) => void): PostgresPool {
  const pool = new pg.Pool({ ...config, types: COLUMN_TYPES });
  // A connection that breaks while it is in use fails the next statement on it; unheard, it would end the process too.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', (error) => {
    // A server that hangs up on a pool that is ending anyway is no fault.
    if (!pool.ending) onFault(translated(error));
  });
  // A pool that ends forgets who is waiting for a connection: they would wait for ever.
  const waiting = new Set<(fault: LedgerUnavailable) => void>();
  return {
    options: pool.options,
    end: () => {
      for (const refuse of waiting) refuse(new LedgerUnavailable('The ledger is closed.'));
      return pool.end();
    },
    connect: () => {
      const { promise, resolve, reject } = Promise.withResolvers<PostgresPoolClient>();
      waiting.add(reject);
      connectTo(pool)
        .then(resolve, reject)
        .finally(() => waiting.delete(reject));
      return promise;
    },
  };
}

async function connectTo(pool: pg.Pool): Promise<PostgresPoolClient> {
  const client = await pool.connect().catch((cause: Error) => Promise.reject(unavailable(cause)));
  // Whoever asked has been told that the ledger is closed, and will not give the connection back.
  if (pool.ending) client.release();
  return translatingClient(client);
}

/**
 * After a fault that is not the server's verdict nobody knows what a connection is still waiting for: it carries
 * nothing more, a rollback neither, and is closed when it is given back.
 */
function translatingClient(client: pg.PoolClient): PostgresPoolClient {
  let broken: Error | undefined;
  const query = async (sql: string, parameters: unknown[]) => {
    if (broken) throw unavailable(broken);
    try {
      return await client.query(sql, parameters);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) broken = error as Error;
      throw translated(error as Error);
    }
  };
  return {
    // The overload that is missing is for cursors, and nothing here uses one.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || broken !== undefined),
  };
}

function translated(error: Error): Error {
  return isStatementFault(error) ? error : unavailable(error);
}

function unavailable(cause: Error): LedgerUnavailable {
  return new LedgerUnavailable('The ledger could not answer.', { cause });
}

/** `pg` gives its own connection faults no class and no code: what is neither the server's nor a programmer's is one. */
function isStatementFault(error: Error): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return false;
  const transient = [LOCK_NOT_AVAILABLE, IDLE_IN_TRANSACTION_TIMEOUT].includes(error.code);
  return !transient && !TRANSIENT_CLASSES.includes(error.code.slice(0, 2));
}
