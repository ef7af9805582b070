import { expect, test } from 'vitest';
import { T0 } from '../support/clock.ts';
import { QueueBench } from '../support/queue-bench.ts';
import { visitPurchase } from '../support/room-visits.ts';
import { MINUTE_MS, saleItem, waitingRoomRules } from '../support/sale-fixtures.ts';
import { type StoreBench, unnamed } from '../support/store-bench.ts';

const PLAN = { seed: '11'.repeat(32), entrySecret: '22'.repeat(32), beacon: null };
const DRAW = { entrants: 3, listHash: '33'.repeat(32), committedSeed: PLAN.seed, beacon: null, seed: '44'.repeat(32) };

export function queueConformance(bench: StoreBench): void {
  const queue = new QueueBench(bench);

  test('a room shows what it was set to, and that nobody has come', async () => {
    await queue.prepare({ ratePerSecond: 7, maxActive: 8 });
    expect(await queue.room()).toEqual({
      settings: { ratePerSecond: 7, maxActive: 8, paused: false },
      tickets: 0,
      waiting: 0,
      nowServing: 0,
      atDoor: 0,
      inside: 0,
      admissions: 0,
      calledPerSecond: null,
      entrants: null,
      draw: null,
      violations: { outOfTurn: 0, overRate: 0, overCap: 0 },
    });
  });

  test('places are given in the order of arrival, and joining again changes nothing', async () => {
    await queue.prepare();
    const places = [await queue.join('ann'), await queue.join('bob'), await queue.join('ann'), await queue.join('cat')];
    expect(places.map(({ ticket, position, ahead, state }) => [ticket, position, ahead, state])).toEqual([
      [1, 1, 0, 'waiting'],
      [2, 2, 1, 'waiting'],
      [1, 1, 0, 'waiting'],
      [3, 3, 2, 'waiting'],
    ]);
    expect(await queue.room()).toMatchObject({ tickets: 3, waiting: 3 });
    expect(await bench.store.readTickets('sale-1', 0, 10)).toEqual(['ann', 'bob', 'cat']);
    expect(await bench.store.readTickets('sale-1', 1, 1)).toEqual(['bob']);
    expect(await bench.store.readTickets('sale-1', 3, 10)).toEqual([]);
  });

  test('many who join in one moment get one place each', async () => {
    await queue.prepare();
    const userIds = Array.from({ length: 200 }, (_, user) => `user-${user}`);
    const places = await Promise.all([...userIds, ...userIds].map((userId) => queue.join(userId)));
    const tickets = places.map(({ ticket }) => ticket);
    expect(tickets.slice(0, 200)).toEqual(tickets.slice(200));
    expect(new Set(tickets)).toEqual(new Set(userIds.map((_, index) => index + 1)));
  });

  test('a refused join burns no number', async () => {
    await queue.prepare({ opensAtMs: T0 + 1_000 }, { startsAtMs: T0 + 2_000, items: [saleItem({ totalStock: 1 })] });
    expect(await queue.tryJoin('ann')).toEqual({ code: 'sale_not_started' });
    bench.clock.set(T0 + 2_000);
    const ann = await queue.visit('ann');
    const request = visitPurchase(ann);
    await bench.store.purchase(request);
    await queue.pay(request);
    expect(await queue.tryJoin('bob')).toEqual({ code: 'sold_out' });
    await bench.store.changeSale('sale-1', { type: 'restock', restockId: 'r1', skuId: 'sneaker', quantity: 1 }, 'c');
    expect((await queue.join('bob')).ticket).toBe(2);
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await queue.tryJoin('cat')).toEqual({ code: 'sale_ended' });
    expect(await queue.tryJoin('bob')).toEqual({ code: 'sale_ended' });
    expect((await queue.room()).tickets).toBe(2);
  });

  test('a sale without a waiting room, and one that is not there, queue nobody', async () => {
    await bench.prepare();
    const { store } = bench;
    expect(await queue.tryJoin('ann')).toEqual({ code: 'no_waiting_room' });
    expect(await store.findPlace('sale-1', 'ann')).toEqual({ code: 'no_waiting_room' });
    for (const saleId of ['sale-1', 'nowhere']) {
      const ref = { saleId, userId: 'ann', ticket: 1 };
      expect(await store.readPlace(ref)).toBeNull();
      expect(await store.leave(ref)).toBe('not_found');
      expect(await store.admit(ref)).toEqual({ code: 'not_found' });
      expect(await store.advanceGate(saleId)).toBe(0);
      expect(await store.readTickets(saleId, 0, 10)).toEqual([]);
    }
    expect(await store.join({ saleId: 'nowhere', userId: 'ann', held: false, correlationId: 'c' })).toEqual({
      code: 'not_found',
    });
    expect(await store.findPlace('nowhere', 'ann')).toEqual({ code: 'not_found' });
    expect(await store.changeSale('sale-1', { type: 'gate', settings: { paused: true } }, 'c')).toBe('not_found');
    expect(await store.changeSale('sale-1', { type: 'draw', draw: DRAW }, 'c')).toBe('not_found');
  });

  test('a place is found for whoever has one, and none is given', async () => {
    await queue.prepare();
    expect(await bench.store.findPlace('sale-1', 'ann')).toEqual({ code: 'no_place' });
    const { saleId: _, userId: __, ...place } = await queue.join('ann');
    expect(await bench.store.findPlace('sale-1', 'ann')).toEqual({ code: 'joined', place });
    expect((await queue.room()).tickets).toBe(1);
  });

  test('leaving gives the place up, once, and only one’s own', async () => {
    await queue.prepare();
    const ann = await queue.join('ann');
    expect(await bench.store.leave({ ...ann, userId: 'bob' })).toBe('not_found');
    expect(await bench.store.leave({ ...ann, ticket: 2 })).toBe('not_found');
    expect(await bench.store.leave(ann)).toBe('left');
    expect(await bench.store.leave(ann)).toBe('left');
    expect(await queue.place(ann)).toBeNull();
    expect(await bench.store.admit(ann)).toEqual({ code: 'not_found' });
    expect(await bench.store.findPlace('sale-1', 'ann')).toEqual({ code: 'no_place' });
    expect((await queue.join('ann')).ticket).toBe(2);
    expect(await queue.room()).toMatchObject({ tickets: 2, waiting: 1 });
  });

  test('the gate calls at its rate, in order, and a second look at the same moment calls nobody', async () => {
    await queue.prepare({ ratePerSecond: 2 }, { items: [saleItem({ totalStock: 100 })] });
    const refs = [await queue.join('ann'), await queue.join('bob'), await queue.join('cat'), await queue.join('dan')];
    const states = async () => (await Promise.all(refs.map((ref) => queue.place(ref)))).map((place) => place?.state);
    expect(await queue.advanceGate()).toBe(2);
    expect(await queue.advanceGate()).toBe(2);
    expect(await states()).toEqual(['ready', 'ready', 'waiting', 'waiting']);
    bench.clock.advance(500);
    expect(await queue.advanceGate()).toBe(3);
    bench.clock.advance(60_000);
    expect(await queue.advanceGate()).toBe(4);
    expect(await queue.room()).toMatchObject({ nowServing: 4, waiting: 0 });
  });

  test('many who advance the gate at once call no more than one does', async () => {
    await queue.prepare({ ratePerSecond: 3 }, { items: [saleItem({ totalStock: 100 })] });
    for (let user = 0; user < 20; user++) await queue.join(`user-${user}`);
    const answers = await Promise.all(Array.from({ length: 10 }, () => queue.advanceGate()));
    expect(new Set(answers)).toEqual(new Set([3]));
  });

  test('the gate is set while a sale is not over; what is not named stays', async () => {
    await queue.prepare({ ratePerSecond: 10, maxActive: 20 });
    const set = (settings: object) => bench.store.changeSale('sale-1', { type: 'gate', settings }, 'c');
    expect(await set({ ratePerSecond: 5 })).toBe('changed');
    expect(await set({ ratePerSecond: 5 })).toBe('unchanged');
    expect(await set({ paused: true, maxActive: 1 })).toBe('changed');
    expect((await queue.room()).settings).toEqual({ ratePerSecond: 5, maxActive: 1, paused: true });
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await set({ paused: false })).toBe('wrong_state');
  });

  test('those who queue keep their places when the sale is edited, and cannot be edited away', async () => {
    const later = { startsAtMs: T0 + 10 * MINUTE_MS };
    await queue.prepare({ ratePerSecond: 10 }, later);
    const ann = await queue.join('ann');
    expect(await bench.prepare({ ...later, waitingRoom: null })).toBe('wrong_state');
    expect(await bench.prepare({ ...later, waitingRoom: waitingRoomRules({ order: 'draw', draw: PLAN }) })).toBe(
      'wrong_state',
    );
    expect(await bench.prepare({ ...later, waitingRoom: waitingRoomRules({ ratePerSecond: 99 }) })).toBe('prepared');
    expect(await queue.place(ann)).toMatchObject({ ticket: 1, position: 1 });
    expect((await queue.room()).settings.ratePerSecond).toBe(99);
  });

  test('a list is closed before the start, and its draw made once, from that list', async () => {
    await queue.prepare({ order: 'draw', draw: PLAN }, { startsAtMs: T0 + MINUTE_MS });
    const draw = () => bench.store.changeSale('sale-1', { type: 'draw', draw: DRAW }, 'c');
    const early = [await queue.join('ann'), await queue.join('bob'), await queue.join('cat')];
    expect(early.map(({ position }) => position)).toEqual([null, null, null]);
    expect(await draw(), 'the list is open').toBe('wrong_state');
    bench.clock.set(T0 + MINUTE_MS - 15_000);
    const late = await queue.join('dan');
    expect(late).toMatchObject({ position: 4, ahead: 3 });
    const other = { type: 'draw', draw: { ...DRAW, entrants: 4 } } as const;
    expect(await bench.store.changeSale('sale-1', other, 'c'), 'of another list').toBe('wrong_state');
    expect(await draw()).toBe('changed');
    expect(await draw()).toBe('unchanged');
    expect(await queue.room()).toMatchObject({ entrants: 3, draw: DRAW });
    const positions = (await Promise.all(early.map((ref) => queue.place(ref)))).map((place) => place?.position ?? 0);
    expect(positions.toSorted()).toEqual([1, 2, 3]);
    bench.clock.set(T0 + MINUTE_MS);
    expect(await queue.advanceGate()).toBe(4);
    await bench.reopen();
    expect((await Promise.all(early.map((ref) => queue.place(ref)))).map((place) => place?.position)).toEqual(
      positions,
    );
  });

  test('the queue is cleared at the end, and its numbers stay to be seen', async () => {
    await queue.prepare();
    const [ann, bob] = [await queue.visit('ann'), await queue.join('bob')];
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await queue.place(ann)).toBeNull();
    expect(await queue.place(bob)).toBeNull();
    expect(await bench.store.leave(bob)).toBe('not_found');
    expect(await bench.store.findPlace('sale-1', 'bob')).toEqual({ code: 'sale_ended' });
    expect(await bench.store.readTickets('sale-1', 0, 10)).toEqual([]);
    expect(await queue.room()).toMatchObject({
      tickets: 2,
      waiting: 0,
      inside: 0,
      atDoor: 0,
      admissions: 1,
      nowServing: 1,
    });
  });

  test('a forgotten sale leaves no place behind', async () => {
    const later = { startsAtMs: T0 + 10 * MINUTE_MS };
    await queue.prepare({ opensAtMs: T0 }, later);
    await queue.join('ann');
    await bench.store.trimEvents('sale-1', (await bench.view()).lastSeq);
    expect(await bench.store.forgetSale('sale-1')).toBe('forgotten');
    await queue.prepare({ opensAtMs: T0 }, later);
    await bench.reopen();
    expect(await queue.room()).toMatchObject({ tickets: 0 });
    expect((await queue.join('bob')).ticket).toBe(1);
  });

  test('a sale that is forgotten while somebody joins leaves nothing behind', async () => {
    const later = { startsAtMs: T0 + 10 * MINUTE_MS };
    await queue.prepare({ opensAtMs: T0 }, later);
    await bench.store.trimEvents('sale-1', (await bench.view()).lastSeq);
    const [joined, forgotten] = await Promise.all([queue.tryJoin('ann'), bench.store.forgetSale('sale-1')]);
    expect(['joined', 'not_found']).toContain(joined.code);
    expect(forgotten).toBe('forgotten');
    await bench.reopen();
    expect(await bench.store.readSale('sale-1')).toBeNull();
    await queue.prepare({ opensAtMs: T0 }, later);
    expect((await queue.join('bob')).ticket).toBe(1);
  });

  test('a restart keeps places, calls, admissions and slots exactly', async () => {
    await queue.prepare({ ratePerSecond: 4, maxActive: 3 }, { items: [saleItem({ totalStock: 20 })] });
    const { store } = bench;
    const refs = await Promise.all(Array.from({ length: 12 }, (_, user) => queue.join(`user-${user}`, user === 5)));
    const [first, second, third, , fifth] = refs;
    if (!first || !second || !third || !fifth) throw new Error('twelve joined');
    await store.leave(fifth);
    await queue.advanceGate();
    const firstVisit = await queue.enter(first);
    await store.purchase(visitPurchase(firstVisit));
    bench.clock.advance(16_000);
    await queue.advanceGate();
    await queue.enter(second);
    bench.clock.advance(45_000);
    await queue.advanceGate();
    await queue.enter(third);
    await store.changeSale('sale-1', { type: 'gate', settings: { ratePerSecond: 9 } }, 'c');
    bench.clock.advance(100);
    for (const ref of refs.slice(5)) await store.admit(ref);
    const state = async () => ({
      snapshot: unnamed(await bench.snapshot()),
      places: await Promise.all(refs.map((ref) => queue.place(ref))),
      tickets: await bench.store.readTickets('sale-1', 0, 100),
    });
    const before = await state();
    expect(before.places.map((place) => place?.state ?? 'left')).toContain('admitted');
    await bench.reopen();
    expect(await state()).toEqual(before);
    const calls: number[] = [];
    for (let step = 0; step < 5; step++) {
      bench.clock.advance(2_000);
      calls.push(await queue.advanceGate());
      if (step % 2 === 0) await bench.reopen();
    }
    expect(calls).toEqual(calls.toSorted((a, b) => a - b));
  });

  test('of the waiting room the consumer of the order log is told how far it has come, and nothing else', async () => {
    await queue.prepare();
    const ann = await queue.visit('ann');
    await bench.store.leave(await queue.join('bob'));
    await bench.store.purchase(visitPurchase(ann));
    expect((await bench.events()).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'sale_prepared'],
      [2, 'sale_started'],
      [3, 'room_checkpoint'],
      [4, 'order_reserved'],
    ]);
    await bench.store.trimEvents('sale-1', 4);
    expect((await bench.events()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await bench.reopen();
    expect((await bench.events()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test('how far the room has come is noted once in five seconds, and only when that is news', async () => {
    await queue.prepare({ ratePerSecond: 1 }, { items: [saleItem({ totalStock: 100 })] });
    for (let user = 0; user < 9; user++) await queue.join(`user-${user}`);
    for (let second = 0; second < 11; second++) {
      await queue.advanceGate();
      bench.clock.advance(1_000);
    }
    for (let second = 0; second < 11; second++) bench.clock.advance(1_000);
    await queue.advanceGate();
    await bench.reopen();
    await queue.advanceGate();
    const noted = (await bench.events()).filter((event) => event.type === 'room_checkpoint');
    expect(noted.map(({ tickets, nowServing }) => [tickets, nowServing])).toEqual([
      [9, 1],
      [9, 6],
      [9, 9],
    ]);
  });

  test('nothing is given back where nothing was lost', async () => {
    await queue.prepare();
    const ann = await queue.join('ann');
    expect(await bench.store.restore({ ...ann, userId: 'bob' })).toBeNull();
    expect(await bench.store.restore({ ...ann, ticket: 7 })).toBeNull();
    expect(await bench.store.restore({ ...ann, saleId: 'nowhere' })).toBeNull();
    expect(await bench.store.restore(ann)).toMatchObject({ ticket: 1, state: 'waiting' });
    await bench.store.leave(ann);
    expect(await bench.store.restore(ann)).toBeNull();
  });
}
