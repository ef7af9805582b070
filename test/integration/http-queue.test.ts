import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { enterQueue, readPlace, requestAdmission } from '#sdk/contract/queue.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { EventReader } from '../support/event-reader.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { type Answer, saleItem, TestServer } from '../support/server.ts';
import { ModelStore } from '../support/store-model.ts';

const MINUTE_MS = 60_000;
const UNKNOWN = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const clock = new ManualClock();
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read });
});
afterAll(() => server.stop());

function isoIn(ms: number): string {
  return new Date(clock.read() + ms).toISOString();
}

/** Live, and everybody is let in at once, unless the draft says otherwise. */
async function roomSale(draft: Partial<SaleDraft> = {}): Promise<string> {
  const { sale_id: saleId } = await server.createSale({
    starts_at: isoIn(-MINUTE_MS),
    ends_at: isoIn(60 * MINUTE_MS),
    waiting_room: {},
    ...draft,
  });
  return saleId;
}

/** The waiting room is open, and the sale starts in a minute. */
const inAMinute = () => ({ starts_at: isoIn(MINUTE_MS) });

const statusOf = async (saleId: string) => (await server.call(`/api/v1/flash-sale/${saleId}/status`)).json;

function expectProblem({ status, json, headers }: Answer, expected: { status: number; code: string }): void {
  expect({ status, code: json?.code }).toEqual(expected);
  expect(headers.get('content-type')).toBe('application/problem+json');
}

test('a whole sale: queue before the start, come back, be called, buy, pay, make room for the next, sell out', async () => {
  const saleId = await roomSale({
    ...inAMinute(),
    purchase_limit: 1,
    items: [saleItem('A', 2)],
    waiting_room: { max_active: 1 },
  });
  const [ann, ben, cid] = [
    await QueueBuyer.queue(server, saleId),
    await QueueBuyer.queue(server, saleId),
    await QueueBuyer.queue(server, saleId),
  ];
  expect((await ann.place()).json).toMatchObject({ state: 'waiting', queue_position: 1, ahead: 0 });
  const before = (await cid.place()).json;
  expect(before).toMatchObject({ state: 'waiting', queue_position: 3, ahead: 2, admission: null });
  expect(before.estimated_wait_seconds).toBeGreaterThanOrEqual(60);
  expect((await cid.join()).json).toMatchObject({ queue_position: 3, ahead: 2 });
  expectProblem(await ann.askToComeIn(), { status: 409, code: 'sale_not_started' });
  const stream = await EventReader.open(`${server.url}/api/v1/flash-sale/${saleId}/events`);
  await expect.poll(async () => (await statusOf(saleId)).queue.waiting).toBe(3);
  expect(await statusOf(saleId)).toMatchObject({ phase: 'queueing', queue: { now_serving: 0 } });

  clock.advance(MINUTE_MS);
  await ann.becomes('ready');
  const tooEarly = await ben.askToComeIn();
  expectProblem(tooEarly, { status: 409, code: 'not_your_turn' });
  expect(tooEarly.headers.get('retry-after')).toMatch(/^[1-4]$/);
  const token = await ann.comeIn();
  expect((await ann.place()).json).toMatchObject({ state: 'admitted', admission: { expires_at: isoIn(MINUTE_MS) } });

  const bought = await server.purchase(saleId, token);
  expect(bought).toMatchObject({ status: 200, json: { remaining_stock: 1 } });
  expect((await ben.place()).json.state).toBe('waiting');
  expect((await server.pay(bought.json.order_id, bought.json.reservation_token, 'pm_ok')).status).toBe(200);
  await ann.becomes('done');
  expectProblem(await ann.askToComeIn(), { status: 409, code: 'wrong_state' });

  await ben.becomes('ready');
  const last = await server.purchase(saleId, await ben.comeIn());
  expect(last).toMatchObject({ status: 200, json: { remaining_stock: 0 } });
  expect((await cid.place()).json.state).toBe('waiting');
  expect((await server.pay(last.json.order_id, last.json.reservation_token, 'pm_ok')).status).toBe(200);
  await cid.becomes('sold_out');
  expectProblem(await cid.askToComeIn(), { status: 409, code: 'sold_out' });
  expectProblem(await (await QueueBuyer.arrive(server, saleId)).join(), { status: 409, code: 'sold_out' });

  await stream.until(({ phase, stock_may_return }) => phase === 'sold_out' && !stock_may_return);
  await stream.close();
});

describe('joining', () => {
  test('is answered as the contract says, and the place and the admission are too', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.arrive(server, saleId);
    const joined = await buyer.join({ device_fingerprint: 'fp-1' });
    expect([...Compile(enterQueue.responses[200]).Errors(joined.json)]).toEqual([]);
    expect([...Compile(readPlace.responses[200]).Errors((await buyer.place()).json)]).toEqual([]);
    await buyer.becomes('ready');
    const admission = await buyer.askToComeIn();
    expect([...Compile(requestAdmission.responses[200]).Errors(admission.json)]).toEqual([]);
    for (const answer of [joined, admission]) expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('trap: queue: again, from many tabs at once and after a while, never changes a place', async () => {
    const saleId = await roomSale(inAMinute());
    const [first, tabs] = [await QueueBuyer.queue(server, saleId), await QueueBuyer.arrive(server, saleId)];
    const answers = await Promise.all(Array.from({ length: 10 }, () => tabs.join()));
    await QueueBuyer.queue(server, saleId);
    clock.advance(30_000);
    answers.push(await tabs.join());
    expect(answers.map(({ json }) => json.queue_position)).toEqual(answers.map(() => 2));
    expect((await first.join()).json.queue_position).toBe(1);
    await expect.poll(async () => (await statusOf(saleId)).queue.waiting).toBe(3);
  });

  test('trap: queue: at the same moment gives everybody a place of their own, without gaps', async () => {
    const saleId = await roomSale(inAMinute());
    const buyers = await Promise.all(Array.from({ length: 50 }, () => QueueBuyer.arrive(server, saleId)));
    const answers = await Promise.all(buyers.map((buyer) => buyer.join()));
    const positions = answers.map(({ json }) => json.queue_position).sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  test('is possible from the opening to the end', async () => {
    const saleId = await roomSale({ starts_at: isoIn(10 * MINUTE_MS), ends_at: isoIn(20 * MINUTE_MS) });
    const buyer = await QueueBuyer.arrive(server, saleId);
    const early = await buyer.join();
    expectProblem(early, { status: 409, code: 'sale_not_started' });
    expect(early.json.detail).toContain('has not opened');
    clock.advance(5 * MINUTE_MS);
    expect((await buyer.join()).json).toMatchObject({ queue_position: 1, state: 'waiting' });
    clock.advance(15 * MINUTE_MS);
    expectProblem(await (await QueueBuyer.arrive(server, saleId)).join(), { status: 409, code: 'sale_ended' });
  });

  test('a sale without a waiting room is refused, and says what to do', async () => {
    const { sale_id: saleId } = await server.createSale();
    const refused = await (await QueueBuyer.arrive(server, saleId)).join();
    expectProblem(refused, { status: 409, code: 'wrong_state' });
    expect(refused.json.detail).toBe('Nobody queues for this sale: buy directly.');
  });

  test('an unknown sale is refused', async () => {
    expectProblem(await (await QueueBuyer.arrive(server, UNKNOWN)).join(), { status: 404, code: 'not_found' });
  });

  test('is paused by its switch for whoever is new, and not for whoever has a place', async () => {
    const saleId = await roomSale(inAMinute());
    const early = await QueueBuyer.queue(server, saleId);
    const late = await QueueBuyer.arrive(server, saleId);
    await server.operate('/switches', { method: 'PATCH', body: { joins: false } });
    const [again, refused] = [await early.join(), await late.join()];
    await server.operate('/switches', { method: 'PATCH', body: { joins: true } });
    expect(again.json.queue_position).toBe(1);
    expectProblem(refused, { status: 503, code: 'switched_off' });
    expect((await late.join()).json.queue_position).toBe(2);
  });

  test.each([{ captcha_token: '' }, { device_fingerprint: 'with space' }, { position: 1 }])(
    'with %j is refused',
    async (body) => {
      const buyer = await QueueBuyer.arrive(server, await roomSale());
      expectProblem(await buyer.join(body), { status: 400, code: 'validation_failed' });
    },
  );
});

describe('the entrance', () => {
  const onePerDevice = { anti_bot: { one_per_device: true } };

  test('asks for what the sale asks for, once: whoever has a place gets it again without', async () => {
    const saleId = await roomSale(onePerDevice);
    const buyer = await QueueBuyer.arrive(server, saleId);
    const refused = await buyer.join();
    expectProblem(refused, { status: 400, code: 'validation_failed' });
    expect(refused.json.errors).toMatchObject([{ field: 'device_fingerprint' }]);
    expect((await buyer.join({ device_fingerprint: 'fp-1' })).json.queue_position).toBe(1);
    expect((await buyer.join()).json.queue_position).toBe(1);
  });

  test('is not asked where there would be no place anyway', async () => {
    const saleId = await roomSale({ ...onePerDevice, starts_at: isoIn(10 * MINUTE_MS) });
    const buyer = await QueueBuyer.arrive(server, saleId);
    expectProblem(await buyer.join(), { status: 409, code: 'sale_not_started' });
  });

  test('limits the joins of an address, and not those of whoever has a place', async () => {
    const limited = await TestServer.start({ env: { JOIN_LIMIT_PER_IP: '2' } });
    try {
      const { sale_id: saleId } = await limited.createSale({ waiting_room: {} });
      const first = await QueueBuyer.queue(limited, saleId);
      await QueueBuyer.queue(limited, saleId);
      const refused = await (await QueueBuyer.arrive(limited, saleId)).join();
      expectProblem(refused, { status: 429, code: 'rate_limited' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await first.join()).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});

describe('a place', () => {
  test('that is given up is gone, together with its turn; joining again gives a new last one', async () => {
    const saleId = await roomSale(inAMinute());
    const [ann, ben] = [await QueueBuyer.queue(server, saleId), await QueueBuyer.queue(server, saleId)];
    expect((await ann.leave()).status).toBe(204);
    expect((await ann.leave()).status).toBe(204);
    expectProblem(await ann.place(), { status: 404, code: 'not_found' });
    clock.advance(MINUTE_MS);
    await ben.becomes('ready');
    expectProblem(await ann.askToComeIn(), { status: 404, code: 'not_found' });
    expect((await ann.join()).json.queue_position).toBe(3);
  });

  test('trap: queue: the slot of whoever leaves is free for the next', async () => {
    const saleId = await roomSale({ waiting_room: { max_active: 1 } });
    const [ann, ben] = [await QueueBuyer.queue(server, saleId), await QueueBuyer.queue(server, saleId)];
    await ann.comeIn();
    expectProblem(await ben.askToComeIn(), { status: 409, code: 'not_your_turn' });
    await ann.leave();
    await ben.comeIn();
  });

  test('is over with its sale: the queue is closed and cleared', async () => {
    const saleId = await roomSale(inAMinute());
    const buyer = await QueueBuyer.queue(server, saleId);
    await expect.poll(async () => (await statusOf(saleId)).queue.waiting).toBe(1);
    clock.advance(60 * MINUTE_MS);
    expectProblem(await buyer.place(), { status: 409, code: 'sale_ended' });
    expectProblem(await buyer.askToComeIn(), { status: 409, code: 'sale_ended' });
    expectProblem(await buyer.join(), { status: 409, code: 'sale_ended' });
    expect((await buyer.leave()).status).toBe(204);
    await expect.poll(async () => (await statusOf(saleId)).queue.waiting).toBe(0);
  });

  test('is kept while the sale is paused, and nobody is let in', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    await buyer.becomes('ready');
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    const refused = await buyer.askToComeIn();
    expectProblem(refused, { status: 503, code: 'sale_paused' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await buyer.place()).json).toMatchObject({ state: 'ready', queue_position: 1 });
    await server.operate(`/sales/${saleId}/resume`, { method: 'POST' });
    await buyer.comeIn();
  });

  test('is told to look again at half of its wait', async () => {
    const saleId = await roomSale({ starts_at: isoIn(4 * MINUTE_MS) });
    const buyer = await QueueBuyer.queue(server, saleId);
    const { estimated_wait_seconds: seconds, poll } = (await buyer.place()).json;
    expect(seconds).toBeGreaterThanOrEqual(240);
    expect(poll.interval_ms).toBe(seconds * 500);
  });
});

test('while no purchases are taken nobody is let in: the admission would run out unused', async () => {
  const buyer = await QueueBuyer.queue(server, await roomSale());
  await buyer.becomes('ready');
  await server.operate('/switches', { method: 'PATCH', body: { purchases: false } });
  const refused = await buyer.askToComeIn();
  await server.operate('/switches', { method: 'PATCH', body: { purchases: true } });
  expectProblem(refused, { status: 503, code: 'switched_off' });
  await buyer.comeIn();
});

test('a crowd that is not let in is told to come back spread over some seconds', async () => {
  const saleId = await roomSale({ waiting_room: { max_active: 1 } });
  const [inside, waiting] = [await QueueBuyer.queue(server, saleId), await QueueBuyer.queue(server, saleId)];
  await inside.comeIn();
  const waits = new Set<number>();
  for (let asked = 0; asked < 60; asked++) {
    waits.add(Number((await waiting.askToComeIn()).headers.get('retry-after')));
  }
  expect([...waits].sort()).toEqual([3, 4]);
});

describe('the metrics', () => {
  async function metric(name: string): Promise<number | undefined> {
    const { text } = await server.call('/metrics');
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length));
  }

  test('show who waits, how far the gate has come and who is let in, as long as there is a waiting room', async () => {
    const saleId = await roomSale({ waiting_room: { max_active: 1 } });
    const sale = `sale="${saleId}"`;
    const [ann, ben] = [await QueueBuyer.queue(server, saleId), await QueueBuyer.queue(server, saleId)];
    await ann.comeIn();
    await ann.askToComeIn();
    await ben.askToComeIn();
    await expect.poll(() => metric(`tidegate_queue_now_serving{${sale}}`)).toBe(1);
    expect(await metric(`tidegate_queue_length{${sale}}`)).toBe(1);
    expect(await metric(`tidegate_admissions_total{${sale},outcome="admitted"}`)).toBe(1);
    expect(await metric(`tidegate_admissions_total{${sale},outcome="repeated"}`)).toBe(1);
    expect(await metric(`tidegate_admissions_total{${sale},outcome="not_your_turn"}`)).toBeGreaterThanOrEqual(1);
    expect(await metric('tidegate_queue_joins_total{outcome="joined"}')).toBeGreaterThanOrEqual(2);

    await server.operate(`/sales/${saleId}/end`, { method: 'POST' });
    const deleted = async () => (await server.operate(`/sales/${saleId}`, { method: 'DELETE' })).status;
    await expect.poll(deleted, { timeout: 20_000 }).toBe(204);
    await expect.poll(() => metric(`tidegate_queue_now_serving{${sale}}`)).toBeUndefined();
    expect((await server.call('/metrics')).text).not.toContain(saleId);
  });
});

test('a sale that the store has lost is being recovered: nobody is told that their place is gone', async () => {
  let isLost = false;
  const empty = new ModelStore({ clock: Date.now, outboxMax: 1 });
  const forgetful = await TestServer.start({ wrapStore: (store) => whichever(() => (isLost ? empty : store)) });
  try {
    const { sale_id: saleId } = await forgetful.createSale({ waiting_room: {} });
    const buyer = await QueueBuyer.queue(forgetful, saleId);
    isLost = true;
    await forgetful.app.ports.board.refresh();
    for (const answer of [await buyer.place(), await buyer.askToComeIn(), await buyer.join(), await buyer.leave()]) {
      expectProblem(answer, { status: 503, code: 'recovering' });
    }
    isLost = false;
    expect((await buyer.place()).json.queue_position).toBe(1);
  } finally {
    await forgetful.stop();
  }
});

/** The store that is the one to ask at the moment of each call. */
function whichever(current: () => Store): Store {
  return new Proxy(current(), {
    get(_first, name) {
      const store = current();
      const member: unknown = Reflect.get(store, name, store);
      return typeof member === 'function' ? member.bind(store) : member;
    },
  });
}
