import { randomUUID } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createClient } from '#sdk/client.ts';
import { type LiveSale, liveSale } from '#sdk/contract/live-sale.ts';
import { openFigureExchange } from '../../src/app/open-figures.ts';
import { LiveFigures } from '../../src/engine/live-figures.ts';
import { startRedis } from '../support/redis.ts';
import { saleItem, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const redis = await startRedis();
const isLive = Compile(liveSale);
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(async () => {
  await server.stop();
  await redis?.stop();
});

/** The first event of the operations stream that says so. */
async function watchUntil(saleId: string, says: (sale: LiveSale) => boolean): Promise<LiveSale> {
  const client = createClient({ baseUrl: server.url, token: VIEWER_TOKEN });
  for await (const sale of client.streamAdminSale({ sale_id: saleId }, { signal: AbortSignal.timeout(20_000) })) {
    if (says(sale)) return sale;
  }
  throw new Error('the stream ended');
}

describe('the operations stream', () => {
  test('counts what buyers of the sale are answered, how fast, and what became of their payments', async () => {
    const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 2)] });
    const { sale_id: other } = await server.createSale();
    const buyers = [await server.guest(), await server.guest(), await server.guest()];
    const [first, second] = [
      await server.reserve(saleId, buyers[0] ?? ''),
      await server.reserve(saleId, buyers[1] ?? ''),
    ];
    expect((await server.purchase(saleId, buyers[2] ?? '')).json.code).toBe('sold_out');
    await server.purchase(saleId, 'made-up');
    await server.reserve(other, buyers[0] ?? '');
    await server.pay(first.order_id, first.reservation_token, 'pm_ok');
    await server.pay(second.order_id, second.reservation_token, 'pm_declined');

    const sale = await watchUntil(saleId, ({ activity }) => activity.ledger?.payments.confirmed === 1);
    expect([...isLive.Errors(sale)]).toEqual([]);
    const { activity } = sale;
    expect(activity).toMatchObject({ scope: 'all_gateways', purchases: { reserved: 2, sold_out: 1 }, faults: 0 });
    expect(activity.ledger).toEqual({ payments: { confirmed: 1, declined: 1 }, dead_letters: 0 });
    expect(activity.seconds.counts).toHaveLength(activity.seconds.bounds.length + 1);
    expect(activity.seconds.counts.reduce((sum, count) => sum + count)).toBe(3);
  });

  test('says something every second, also where nothing happens', async () => {
    const { sale_id: saleId } = await server.createSale();
    const first = await watchUntil(saleId, () => true);
    const later = await watchUntil(saleId, ({ now }) => Date.parse(now) - Date.parse(first.now) >= 2_000);
    expect(later).toEqual({ ...first, now: later.now, activity: { ...first.activity, ledger: later.activity.ledger } });
  });
});

describe.skipIf(!redis)('gateways that share Redis', () => {
  const failures: unknown[] = [];
  const figures: LiveFigures[] = [];
  afterAll(() => Promise.all(figures.map((each) => each.close())));

  function gateway(url = redis?.url ?? ''): LiveFigures {
    const onFailure = (error: unknown) => failures.push(error);
    const exchange = openFigureExchange({ kind: 'redis', url, durability: 'memory', outboxMax: 1 }, onFailure);
    const one = new LiveFigures({ reports: { db: server.app.ports.ledger.db }, exchange, onFailure });
    figures.push(one);
    return one;
  }

  test('add up what each of them has answered, also the one that has stopped', async () => {
    const saleId = randomUUID();
    const [one, other] = [gateway(), gateway()];
    one.purchaseAnswered(saleId, 'reserved', 0.003);
    one.faultAnswered(saleId);
    for (let n = 0; n < 4; n += 1) other.purchaseAnswered(saleId, 'reserved', 9);
    other.purchaseAnswered(saleId, 'sold_out', 0.003);
    for (const each of [one, other]) each.start();
    await vi.waitFor(async () => {
      expect(await one.of(saleId)).toMatchObject({
        scope: 'all_gateways',
        purchases: { reserved: 5, sold_out: 1 },
        faults: 1,
      });
    }, 20_000);
    await Promise.all([one.stop(), other.stop()]);
    const late = gateway();
    await vi.waitFor(async () => expect((await late.of(saleId)).seconds.at(-1)).toBe(4), 20_000);
  });

  test('keep what one of them has counted up to its last moment, and nothing of a sale that is gone', async () => {
    const [saleId, gone] = [randomUUID(), randomUUID()];
    const [one, other] = [gateway(), gateway()];
    await vi.waitFor(async () => expect(await one.of(saleId)).toMatchObject({ scope: 'all_gateways' }), 20_000);
    for (const each of [saleId, gone]) one.purchaseAnswered(each, 'reserved', 0.003);
    one.keepOnly((id) => id === saleId);
    await one.stop();
    await vi.waitFor(async () => expect((await other.of(saleId)).purchases).toEqual({ reserved: 1 }), 20_000);
    expect(await other.of(gone)).toMatchObject({ scope: 'all_gateways', purchases: {} });
  });

  test('say that a number is their own while the others cannot be asked', async () => {
    const alone = gateway('redis://127.0.0.1:1');
    const saleId = randomUUID();
    alone.purchaseAnswered(saleId, 'reserved', 0.003);
    expect(await alone.of(saleId)).toMatchObject({ scope: 'this_gateway', purchases: { reserved: 1 } });
    expect(failures).not.toEqual([]);
  });
});
