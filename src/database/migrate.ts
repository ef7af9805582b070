import { Migrator } from 'kysely/migration';
import * as initial from './migrations/0001-initial.ts';
import * as waitingRoom from './migrations/0002-waiting-room.ts';
import * as draws from './migrations/0003-draws.ts';
import * as paymentMethodClaims from './migrations/0004-payment-method-claims.ts';
import * as deadLetters from './migrations/0005-dead-letters.ts';
import * as notifications from './migrations/0006-notifications.ts';
import * as reviews from './migrations/0007-reviews.ts';
import * as recovery from './migrations/0008-recovery.ts';
import * as endedSales from './migrations/0009-ended-sales.ts';
import * as paymentTraces from './migrations/0010-payment-traces.ts';
import * as newsOfOrder from './migrations/0011-news-of-order.ts';
import * as orderKeysAtOnce from './migrations/0012-order-keys-at-once.ts';
import { rebaseFeed } from './order-feed.ts';
import type { Ledger } from './schema.ts';

/** A list and not a folder: what is shipped is what runs, and a stray file changes nothing. */
const MIGRATIONS = {
  '0001-initial': initial,
  '0002-waiting-room': waitingRoom,
  '0003-draws': draws,
  '0004-payment-method-claims': paymentMethodClaims,
  '0005-dead-letters': deadLetters,
  '0006-notifications': notifications,
  '0007-reviews': reviews,
  '0008-recovery': recovery,
  '0009-ended-sales': endedSales,
  '0010-payment-traces': paymentTraces,
  '0011-news-of-order': newsOfOrder,
  '0012-order-keys-at-once': orderKeysAtOnce,
};

export interface MigrationStatus {
  readonly name: string;
  /** Null: still to be applied. */
  readonly appliedAt: Date | null;
}

/**
 * Brings the schema up to date; safe when several processes do it at once, and then one waits for the other: `db`
 * should let a statement take its time. Returns the names of what it applied.
 */
export async function migrate(db: Ledger): Promise<string[]> {
  return db.connection().execute(async (connection) => {
    const { error, results } = await migrator(connection).migrateToLatest();
    if (error !== undefined) throw error;
    await rebaseFeed(connection);
    return (results ?? []).map((result) => result.migrationName);
  });
}

export async function migrationStatus(db: Ledger): Promise<MigrationStatus[]> {
  const migrations = await migrator(db).getMigrations();
  return migrations.map(({ name, executedAt }) => ({ name, appliedAt: executedAt ?? null }));
}

function migrator(db: Ledger): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}
