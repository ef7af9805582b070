import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { query } from '../../scripts/backends/postgres-server.ts';
import { startPostgres } from '../support/postgres.ts';
import { TestServer } from '../support/server.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };

const postgres = await startPostgres();
const replica = (await postgres?.startReplica?.()) ?? null;

afterAll(async () => {
  await replica?.stop();
  await postgres?.stop();
});

describe.skipIf(!replica)('a server with a read replica of its ledger', { timeout: 60_000 }, () => {
  let server: TestServer;
  let saleId: string;
  let buyer: string;

  beforeAll(async () => {
    const env = { DATABASE_URL: postgres?.url ?? '', DATABASE_REPLICA_URL: replica?.url ?? '' };
    server = await TestServer.start({ env });
    saleId = (await server.createSale()).sale_id;
    buyer = await server.guest();
  });
  afterAll(() => server?.stop());

  const listed = async () => (await server.operate(`/sales/${saleId}/orders`)).json.orders.length;
  const projected = async (orderId: string) =>
    expect((await server.call(`/api/v1/orders/${orderId}`, { token: buyer })).json.timeline).not.toEqual([]);

  test('reads lists from it, and goes by the ledger itself for everything else', async () => {
    await server.reserve(saleId, buyer);
    await vi.waitFor(async () => expect(await listed()).toBe(1), PATIENCE);

    await query(replica?.url ?? '', 'select pg_wal_replay_pause()');
    const { order_id } = await server.reserve(saleId, buyer);
    await vi.waitFor(() => projected(order_id), PATIENCE);
    expect(await listed()).toBe(1);
    expect((await server.call('/metrics')).text).toContain('tidegate_ledger_replica_up 1');
  });

  test('reads lists from the ledger itself while the replica is away, and says so', async () => {
    await replica?.outage?.begin();
    await vi.waitFor(async () => expect(await listed()).toBe(2), PATIENCE);
    expect(server.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('read from the primary') }),
    );
    expect((await server.call('/metrics')).text).toContain('tidegate_ledger_replica_up 0');

    await replica?.outage?.end();
    const again = expect.objectContaining({ message: expect.stringContaining('from the replica of the ledger again') });
    await vi.waitFor(() => expect(server.logged).toContainEqual(again), PATIENCE);
  });
});
