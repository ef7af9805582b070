import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { LedgerUnavailable } from '../../src/database/ledger-unavailable.ts';
import { migrate } from '../../src/database/migrate.ts';
import { pageNotifications, replayNotification } from '../../src/database/notifications.ts';
import { feedOrders } from '../../src/database/order-feed.ts';
import { findOrder } from '../../src/database/orders.ts';
import { hastenAttempt } from '../../src/database/payment-schedule.ts';
import { leaseAttempts } from '../../src/database/payments.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { deliverNotification } from '../../src/engine/deliver-notification.ts';
import { postponeFailed } from '../../src/engine/postpone-payment.ts';
import { WebhookRejected } from '../../src/notify/notifier.ts';
import { PaymentProviderUnavailable } from '../../src/payment/payment-provider.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { ledgerConformance } from '../conformance/ledger.ts';
import { T0 } from '../support/clock.ts';
import {
  attemptRecord,
  ensureOrder,
  ledgerSale,
  numbered,
  orderChange,
  payingOrder,
  recordAttempt,
  reservedOrder,
} from '../support/ledger-fixtures.ts';
import { startPostgres } from '../support/postgres.ts';
import { startPostgresLine } from '../support/postgres-line.ts';

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

function open(url = postgres?.url ?? ''): Database {
  return openPostgres({
    url,
    maxConnections: 10,
    onFault: (fault) => {
      throw fault;
    },
  });
}

describe.skipIf(postgres === null)('with a server', () => {
  test('processes that start at once migrate once', async () => {
    const databases = [open(), open(), open(), open()];
    const applied = await Promise.all(databases.map(({ db }) => migrate(db)));
    await Promise.all(databases.map((database) => database.close()));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  });

  ledgerConformance('PostgreSQL', async () => open());

  describe('and several connections', () => {
    let database: Database;
    beforeAll(() => {
      database = open();
    });
    afterAll(() => database.close());

    test('consumers of one sale that work at once apply each event once', async () => {
      const { db } = database;
      const { saleId } = await ledgerSale(db);
      const orders = Array.from({ length: 200 }, () => reservedOrder({ saleId }));
      const log = numbered(
        saleId,
        orders.map((order) => orderChange('order_reserved', order)),
      );
      const consume = async () => {
        for (let position = 0; position < log.length; ) {
          const applied = await applyEvents(db, saleId, log.slice(position, position + 17));
          if (applied !== 'busy') position = applied;
        }
      };
      await Promise.all([consume(), consume(), consume()]);
      for (const { orderId } of orders) expect((await findOrder(db, orderId))?.timeline).toHaveLength(1);
    });

    test('a consumer that meets another at the same sale is told so, and does not wait', async () => {
      const { db } = database;
      const { saleId } = await ledgerSale(db);
      const log = numbered(saleId, [{ type: 'sale_started' }, { type: 'sale_paused' }]);
      expect(await applyEvents(db, saleId, log.slice(0, 1))).toBe(1);
      await db.transaction().execute(async (tx) => {
        await sql`select 1 from log_positions where sale_id = ${saleId} for update`.execute(tx);
        expect(await applyEvents(db, saleId, log)).toBe('busy');
      });
      expect(await applyEvents(db, saleId, log)).toBe(2);
    });

    test('a change that commits late still comes behind the cursor', async () => {
      const { db } = database;
      const [slow, quick] = [reservedOrder(), reservedOrder()];
      const written = Promise.withResolvers<void>();
      const commit = Promise.withResolvers<void>();
      const slowly = db.transaction().execute(async (tx) => {
        await ensureOrder(tx, slow);
        written.resolve();
        await commit.promise;
      });
      await written.promise;
      await ensureOrder(db, quick);
      const before = await readFeed(db, null);
      commit.resolve();
      await slowly;
      const behind = await readFeed(db, before.after);
      expect(before.orderIds).not.toContain(quick.orderId);
      expect(behind.orderIds).toEqual([slow.orderId, quick.orderId]);
    });

    test('an attempt that somebody is busy with keeps no worker waiting', async () => {
      const { db } = database;
      const [busy, free] = [payingOrder(), payingOrder()];
      for (const order of [busy, free]) await recordAttempt(db, attemptRecord(order));
      await db.transaction().execute(async (tx) => {
        await sql`select 1 from payments where order_id = ${busy.orderId} for update`.execute(tx);
        const leased = await leaseAttempts(db, { workerId: 'one', limit: 1_000, leaseMs: 1_000, nowMs: T0 });
        const orderIds = leased.map(({ orderId }) => orderId);
        expect(orderIds).toContain(free.orderId);
        expect(orderIds).not.toContain(busy.orderId);
      });
    });

    test.each([
      ['a payment', failPaymentAgain],
      ['a webhook', failWebhookAgain],
    ])(
      '%s that fails again at the moment in which it is replayed keeps nobody waiting for ever',
      async (_, prepare) => {
        const { db } = database;
        const { subject, fail, replay } = await prepare(db);
        await fail();
        const failing = await db.transaction().execute(async (tx) => {
          await sql`select 1 from dead_letters where subject = ${subject} for update`.execute(tx);
          const outcome = Promise.allSettled([fail()]);
          await vi.waitFor(async () => expect(await waitingForLocks(db)).toBe(1), { timeout: 10_000, interval: 20 });
          await replay(tx);
          return { outcome };
        });
        expect(await failing.outcome).toMatchObject([{ status: 'fulfilled' }]);
      },
    );

    test('a connection that breaks inside a transaction fails the transaction, and nothing else', async () => {
      const { db } = database;
      const order = reservedOrder();
      const broken = db.transaction().execute(async (tx) => {
        await ensureOrder(tx, order);
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await sql`select pg_terminate_backend(${rows[0]?.pid}, 10000)`.execute(db);
        // Another turn of the event loop, in which the broken connection is heard while nothing runs on it.
        await database.ping();
        await ensureOrder(tx, order);
      });
      await expect(broken).rejects.toThrow(LedgerUnavailable);
      expect(await findOrder(db, order.orderId)).toBeNull();
    });

    test('a statement that can never succeed is not taken for an outage', async () => {
      const twice = [reservedOrder(), reservedOrder()].map((order) => ({
        ...order,
        userId: 'ann',
        idempotencyKey: 'k',
      }));
      const inserts = Promise.all(twice.map((order) => ensureOrder(database.db, order)));
      await expect(inserts).rejects.toMatchObject({ code: '23505' });
    });
  });

  test('a server that falls silent is an outage, and its connection is not used again', async () => {
    const line = await startPostgresLine(postgres?.url ?? '');
    const database = openPostgres({
      url: line.url,
      maxConnections: 1,
      statementTimeoutMs: 100,
      onFault: (fault) => {
        throw fault;
      },
    });
    onTestFinished(async () => {
      await database.close();
      await line.close();
    });
    const interrupted = database.db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      line.fallSilent();
      await sql`select 1`.execute(tx);
    });
    await expect(interrupted).rejects.toThrow(LedgerUnavailable);
    await database.ping();
    expect(line.connections()).toBe(2);
  });

  test('a server that goes away is an outage', async () => {
    const server = await startPostgres();
    const faults: Error[] = [];
    const database = openPostgres({
      url: server?.url ?? '',
      maxConnections: 2,
      onFault: (fault) => faults.push(fault),
    });
    await database.ping();
    await server?.stop();
    await expect(database.ping()).rejects.toThrow(LedgerUnavailable);
    await database.close();
    for (const fault of faults) expect(fault).toBeInstanceOf(LedgerUnavailable);
  });
});

test('a server that is not there is an outage', async () => {
  const database = open('postgres://nobody@127.0.0.1:1/nothing');
  await expect(database.ping()).rejects.toMatchObject({ code: 'ledger_unavailable', retryable: true });
  await database.close();
  await database.close();
});

async function readFeed(db: Database['db'], from: string | null) {
  const orderIds: string[] = [];
  let after = from;
  for (;;) {
    const feed = await feedOrders(db, { after, limit: 50 });
    if (feed.orders.length === 0) return { orderIds, after };
    orderIds.push(...feed.orders.map(({ orderId }) => orderId));
    after = feed.after;
  }
}

const failurePorts = (ledger: Ledger) => ({
  store: { now: async () => T0 },
  ledger,
  events: new EngineEvents(createMetrics(), createLogger('silent')),
  retry: { attempts: 1, baseMs: 1 },
});

async function failPaymentAgain(db: Ledger) {
  const recorded = await recordAttempt(db, attemptRecord(payingOrder()));
  if (recorded.code !== 'recorded') throw new Error(`not recorded: ${recorded.code}`);
  const { attempt } = recorded;
  const fault = new PaymentProviderUnavailable('away');
  return {
    subject: attempt.attemptId,
    fail: () => postponeFailed(failurePorts(db), attempt, fault),
    replay: (tx: Ledger) => hastenAttempt(tx, { attemptId: attempt.attemptId, nowMs: T0 }),
  };
}

async function failWebhookAgain(db: Ledger) {
  const { saleId } = await ledgerSale(db);
  const order = reservedOrder({ saleId, state: 'expired', releaseReason: 'expired' });
  await applyEvents(db, saleId, numbered(saleId, [orderChange('order_expired', order)]), 'buyers_and_shop');
  const { notifications } = await pageNotifications(db, 'webhook', { state: null, cursor: null, limit: 100 });
  const webhook = notifications.find(({ orderId }) => orderId === order.orderId);
  if (!webhook) throw new Error('no webhook is due');
  const { notificationId } = webhook;
  const refuse = () => Promise.reject(new WebhookRejected('the shop answered 404'));
  return {
    subject: notificationId,
    fail: () => deliverNotification(failurePorts(db), 'webhook', webhook, refuse),
    replay: (tx: Ledger) => replayNotification(tx, 'webhook', { notificationId, nowMs: T0 }),
  };
}

async function waitingForLocks(db: Ledger): Promise<number | undefined> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*) as waiting from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`.execute(db);
  return rows[0]?.waiting;
}
