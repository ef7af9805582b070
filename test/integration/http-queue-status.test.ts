import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { saleStatus } from '#sdk/contract/sale.ts';
import { Permutation } from '../../src/domain/draw.ts';
import { ManualClock } from '../support/clock.ts';
import { EventReader } from '../support/event-reader.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { saleItem, TestServer } from '../support/server.ts';

const MINUTE_MS = 60_000;
const PATIENCE = { timeout: 20_000 };

async function queueUp(server: TestServer, saleId: string, count: number): Promise<QueueBuyer[]> {
  const buyers: QueueBuyer[] = [];
  for (let number = 0; number < count; number++) buyers.push(await QueueBuyer.queue(server, saleId));
  return buyers;
}

describe('the status of a sale with a waiting room', () => {
  const clock = new ManualClock();
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ clock: clock.read });
  });
  afterAll(() => server.stop());

  const isoIn = (ms: number) => new Date(clock.read() + ms).toISOString();
  const read = (saleId: string, headers = {}) => server.call(`/api/v1/flash-sale/${saleId}/status`, { headers });

  /** The waiting room is open, and the sale starts in a minute. */
  async function queueingSale(draft: Partial<SaleDraft> = {}): Promise<string> {
    const times = { starts_at: isoIn(MINUTE_MS), ends_at: isoIn(60 * MINUTE_MS) };
    return (await server.createSale({ ...times, waiting_room: {}, ...draft })).sale_id;
  }

  test('tells everybody the same of the queue, in the same bytes, and again only when it has changed', async () => {
    const saleId = await queueingSale();
    await queueUp(server, saleId, 2);
    await server.app.ports.board.refresh();
    const [first, second] = [await read(saleId), await read(saleId)];
    expect([...Compile(saleStatus).Errors(first.json)]).toEqual([]);
    expect(first.json.queue).toEqual({ waiting: 2, now_serving: 0, called_per_second: null });
    expect(first.json.draw).toBeUndefined();
    expect(second.text).toBe(first.text);
    expect(first.headers.get('cache-control')).toBe('public, max-age=1');
    expect(first.headers.get('set-cookie')).toBeNull();
    const etag = first.headers.get('etag') ?? '';
    expect((await read(saleId, { 'if-none-match': etag })).status).toBe(304);

    await queueUp(server, saleId, 1);
    await server.app.ports.board.refresh();
    const later = await read(saleId, { 'if-none-match': etag });
    expect(later).toMatchObject({ status: 200, json: { queue: { waiting: 3 } } });
  });

  test('counts as upcoming while buyers queue', async () => {
    const saleId = await queueingSale({ name: 'Queueing drop' });
    const names = async (when: string) =>
      (await server.call(`/api/v1/flash-sale?query=queueing&when=${when}`)).json.sales.map(
        ({ sale_id, phase }: { sale_id: string; phase: string }) => ({ sale_id, phase }),
      );
    expect(await names('upcoming')).toEqual([{ sale_id: saleId, phase: 'queueing' }]);
    expect(await names('live,past')).toEqual([]);
  });

  test('names no item before the reveal, whoever queues', async () => {
    const saleId = await queueingSale({
      reveal_at: isoIn(30 * MINUTE_MS),
      items: [{ ...saleItem('SECRET-SKU'), name: 'Secret thing' }],
    });
    const buyer = await QueueBuyer.arrive(server, saleId);
    const answers = [(await buyer.join()).text, (await buyer.place()).text, (await read(saleId)).text];
    clock.advance(MINUTE_MS);
    await buyer.becomes('ready');
    answers.push((await buyer.askToComeIn()).text, (await read(saleId)).text, (await server.call('/metrics')).text);
    for (const answer of answers) expect(answer.toLowerCase()).not.toContain('secret');
  });

  test('says how fast places are called', async () => {
    const saleId = await queueingSale({ waiting_room: { rate_per_second: 10 }, items: [saleItem('A', 100)] });
    const buyers = await queueUp(server, saleId, 30);
    clock.advance(MINUTE_MS);
    await expect.poll(async () => (await read(saleId)).json.queue.now_serving, PATIENCE).toBeGreaterThan(0);
    const { queue } = (await read(saleId)).json;
    expect(queue.waiting).toBe(30 - queue.now_serving);
    expect(queue.called_per_second).toBeGreaterThan(0);
    expect((await buyers[queue.now_serving - 1]?.place())?.json.state).toBe('ready');
  });

  test('tells a million places at once: everybody computes their own from seed and ticket', async () => {
    const saleId = await queueingSale({ waiting_room: { order: 'draw' } });
    const buyers = await queueUp(server, saleId, 12);
    const before = (await buyers[0]?.place())?.json;
    expect(before).toMatchObject({ state: 'waiting', queue_position: null, ahead: null });
    await expect.poll(async () => (await read(saleId)).json.queue.waiting, PATIENCE).toBe(12);
    expect((await read(saleId)).json.draw).toEqual({ entrants: null, list_hash: null, seed: null });

    clock.advance(45_000);
    await expect.poll(async () => (await read(saleId)).json.draw.entrants, PATIENCE).toBe(12);
    const late = await QueueBuyer.queue(server, saleId);
    clock.advance(15_000);
    await expect.poll(async () => (await read(saleId)).json.draw.seed, PATIENCE).not.toBeNull();

    const { json } = await read(saleId);
    expect([...Compile(saleStatus).Errors(json)]).toEqual([]);
    const places = new Permutation(json.draw.seed, json.draw.entrants);
    for (const buyer of buyers) {
      const { ticket, queue_position } = (await buyer.place()).json;
      expect(queue_position).toBe(places.at(ticket - 1) + 1);
    }
    expect((await late.place()).json.queue_position).toBe(13);
  });
});

test('sold out and pause reach every open stream within a second', { timeout: 120_000 }, async () => {
  const server = await TestServer.start();
  try {
    const { sale_id: saleId } = await server.createSale({ items: [saleItem('A', 2)], waiting_room: {} });
    const shoppers = await queueUp(server, saleId, 2);
    const url = `${server.url}/api/v1/flash-sale/${saleId}/events`;
    const streams = await Promise.all(Array.from({ length: 250 }, () => EventReader.open(url)));
    const serverTime = async () => Date.parse((await server.call('/api/v1/time')).json.now);
    const everyoneHears = async (phase: string) => {
      const happenedAtMs = await serverTime();
      const told = await Promise.all(streams.map((stream) => stream.until((status) => status.phase === phase)));
      expect(new Set(told.map((status) => JSON.stringify(status))).size).toBe(1);
      expect(Date.parse(told[0].now) - happenedAtMs).toBeLessThan(1_000);
    };

    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    await everyoneHears('paused');
    await server.operate(`/sales/${saleId}/resume`, { method: 'POST' });
    await everyoneHears('live');
    for (const shopper of shoppers) {
      expect((await server.purchase(saleId, await shopper.comeIn())).status).toBe(200);
    }
    await everyoneHears('sold_out');
    await Promise.all(streams.map((stream) => stream.close()));
  } finally {
    await server.stop();
  }
});
