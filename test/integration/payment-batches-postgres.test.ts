import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { type AttemptRecord, recordAttempts } from '../../src/database/payment-records.ts';
import { releaseLeases, renewLeases } from '../../src/database/payment-schedule.ts';
import { type AttemptMove, moveAttempts } from '../../src/database/payments.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { attemptIn } from '../conformance/ledger-payments.ts';
import { T0 } from '../support/clock.ts';
import { attemptRecord, ensureOrder, ledgerSale, payingOrder } from '../support/ledger-fixtures.ts';
import { startPostgres } from '../support/postgres.ts';
import { antiBotRules } from '../support/sale-fixtures.ts';

const PATIENCE = { timeout: 10_000, interval: 20 };
const METHODS = ['pm_one', 'pm_two', 'pm_three'];

type Batch = () => Promise<unknown>;

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

describe.skipIf(postgres === null)('two batches that want the same rows in opposite orders both succeed', () => {
  let database: Database;
  let db: Ledger;
  beforeAll(async () => {
    const onFault = (fault: Error) => {
      throw fault;
    };
    database = openPostgres({ url: postgres?.url ?? '', maxConnections: 5, onFault });
    db = database.db;
    await migrate(db);
  });
  afterAll(() => database.close());

  /** Holds a row in the middle until both batches wait: each has then locked what it locks first. */
  async function runInto(hold: (tx: Ledger) => Promise<unknown>, batches: readonly Batch[]): Promise<void> {
    const running = await db.transaction().execute(async (tx) => {
      await hold(tx);
      const results = Promise.allSettled(batches.map((run) => run()));
      await vi.waitFor(async () => expect(await waitingForLocks()).toBe(batches.length), PATIENCE);
      return { results };
    });
    for (const result of await running.results) expect(result).toMatchObject({ status: 'fulfilled' });
  }

  async function waitingForLocks(): Promise<number | undefined> {
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`.execute(db);
    return rows[0]?.waiting;
  }

  /** One for each of the means of payment, for orders of their own. */
  function recordsOf(saleId: string): AttemptRecord[] {
    return METHODS.map((paymentMethod) => attemptRecord(payingOrder({ saleId }), { paymentMethod }));
  }

  test('when they write the same order for the first time', async () => {
    const { saleId } = await ledgerSale(db);
    for (let round = 0; round < 100; round++) {
      const order = payingOrder({ saleId });
      await Promise.all(Array.from({ length: 5 }, () => ensureOrder(db, order)));
    }
  });

  test('when they record', async () => {
    const records = recordsOf((await ledgerSale(db)).saleId);
    for (const { order } of records) await ensureOrder(db, order);
    const middle = records[1]?.order.orderId;
    await runInto(
      (tx) => sql`select 1 from orders where order_id = ${middle} for update`.execute(tx),
      [() => recordAttempts(db, records), () => recordAttempts(db, records.toReversed())],
    );
  });

  test('when they take means of payment', async () => {
    const { saleId } = await ledgerSale(db, { antiBot: antiBotRules({ onePerPaymentMethod: true }) });
    const earlier = recordsOf(saleId);
    await recordAttempts(db, earlier);
    const middle = earlier[1]?.attemptId;
    await runInto(
      (tx) => sql`select 1 from payment_method_claims where attempt_id = ${middle} for update`.execute(tx),
      [() => recordAttempts(db, recordsOf(saleId)), () => recordAttempts(db, recordsOf(saleId).toReversed())],
    );
  });

  test('when they move', async () => {
    const attemptIds = [await attemptIn(db, 'created'), await attemptIn(db, 'created'), await attemptIn(db, 'created')];
    const moves = attemptIds.map((attemptId): AttemptMove => ({ attemptId, action: 'authorise', nowMs: T0 }));
    await runInto(
      (tx) => sql`select 1 from payments where attempt_id = ${attemptIds[1]} for update`.execute(tx),
      [() => moveAttempts(db, moves), () => moveAttempts(db, moves.toReversed())],
    );
  });

  test('when one renews leases, or gives them back', async () => {
    const attemptIds = [await attemptIn(db, 'created'), await attemptIn(db, 'created'), await attemptIn(db, 'created')];
    const sorted = attemptIds.toSorted();
    // Each goes behind the others on its page, so that whoever takes rows as they lie begins with the last one.
    for (const attemptId of sorted.toReversed()) await lease(attemptId);
    const moves = sorted.map((attemptId): AttemptMove => ({ attemptId, action: 'authorise', nowMs: T0 }));
    const leaseUntilMs = T0 + 60_000;
    await runInto(
      (tx) => sql`select 1 from payments where attempt_id = ${sorted[1]} for update`.execute(tx),
      [() => moveAttempts(db, moves), () => renewLeases(db, { workerId: 'worker', attemptIds, leaseUntilMs })],
    );
    await runInto(
      (tx) => sql`select 1 from payments where attempt_id = ${sorted[1]} for update`.execute(tx),
      [() => moveAttempts(db, moves), () => releaseLeases(db, 'worker')],
    );
  });

  async function lease(attemptId: string): Promise<void> {
    await sql`update payments set leased_by = 'worker' where attempt_id = ${attemptId}`.execute(db);
  }

  test('when they settle refunds', async () => {
    const records = recordsOf((await ledgerSale(db)).saleId);
    for (const { order } of records) await attemptIn(db, 'refunding', order);
    const moves = records.map(({ attemptId }): AttemptMove => ({ attemptId, action: 'settle_refund', nowMs: T0 }));
    const middle = records[1]?.order.orderId;
    await runInto(
      (tx) => sql`select 1 from orders where order_id = ${middle} for update`.execute(tx),
      [() => moveAttempts(db, moves), () => moveAttempts(db, moves.toReversed())],
    );
  });
});
