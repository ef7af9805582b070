import { expect, test } from 'vitest';
import { Permutation } from '../../src/domain/draw.ts';
import type { TicketRef } from '../../src/domain/queueing.ts';
import type { RecoveredSale } from '../../src/domain/recovered-sale.ts';
import type { WaitingRoomRules } from '../../src/domain/sale.ts';
import { reservedOrder } from '../support/ledger-fixtures.ts';
import { QueueBench } from '../support/queue-bench.ts';
import { recoveredSale } from '../support/recovered-sales.ts';
import { saleDefinition, saleItem, waitingRoomRules } from '../support/sale-fixtures.ts';
import type { StoreBench } from '../support/store-bench.ts';

const COME_BACK_MS = 20_000;
const FIRST_NEW = 1_000_031;
const DRAW = {
  entrants: 6,
  listHash: '33'.repeat(32),
  committedSeed: '11'.repeat(32),
  beacon: null,
  seed: '44'.repeat(32),
};

/** Of rooms that were rebuilt from the ledger: 30 tickets had been given out, and 10 called. */
export function lostPlaceConformance(bench: StoreBench): void {
  const queue = new QueueBench(bench);

  const rebuild = async (rules: Partial<WaitingRoomRules> = {}, recovered: Partial<RecoveredSale> = {}) => {
    const sale = saleDefinition({ items: [saleItem({ totalStock: 100 })], waitingRoom: waitingRoomRules(rules) });
    const room = { tickets: 30, nowServing: 10 };
    expect(await bench.store.install(recoveredSale({ sale, room, ...recovered }))).toBe('installed');
  };
  const ref = (ticket: number, userId = `user-${ticket}`): TicketRef => ({ saleId: 'sale-1', userId, ticket });

  test('a place comes back to whoever shows its token, and keeps nobody waiting before that', async () => {
    await rebuild();
    expect(await queue.room()).toMatchObject({ tickets: FIRST_NEW - 1, nowServing: 10, waiting: 0 });
    expect((await queue.join('new')).ticket).toBe(FIRST_NEW);
    expect(await bench.store.restore(ref(25))).toMatchObject({ ticket: 25, position: 25, ahead: 0, state: 'waiting' });
    expect(await bench.store.restore(ref(20))).toMatchObject({ position: 20, ahead: 0 });
    expect(await bench.store.restore(ref(25))).toMatchObject({ position: 25, ahead: 1 });
    expect(await bench.store.restore(ref(4))).toMatchObject({ state: 'ready' });
    expect(await queue.place(ref(FIRST_NEW, 'new'))).toMatchObject({ ahead: 2 });
    expect((await queue.join('user-20')).ticket).toBe(20);
    expect(await queue.room()).toMatchObject({ waiting: 3 });
    expect(await bench.store.readTickets('sale-1', 18, 3)).toEqual(['', 'user-20', '']);
    expect(await bench.store.readTickets('sale-1', FIRST_NEW - 2, 9)).toEqual(['', 'new']);
  });

  test('a place comes back once, to one buyer, and not after it was given up', async () => {
    await rebuild();
    await bench.store.restore(ref(20));
    expect(await bench.store.restore(ref(20, 'thief'))).toBeNull();
    expect(await bench.store.restore(ref(FIRST_NEW))).toBeNull();
    expect(await bench.store.restore(ref(21, 'user-20')), 'they have an earlier one').toBeNull();
    await bench.store.leave(ref(20));
    expect(await bench.store.restore(ref(20))).toBeNull();
    expect(await queue.room()).toMatchObject({ waiting: 0 });
  });

  test('a place that was taken meanwhile is given up for the one that comes back, until it is called', async () => {
    await rebuild();
    const [ann, bob] = [await queue.join('ann'), await queue.join('bob')];
    expect(await bench.store.restore(ref(20, 'ann'))).toMatchObject({ ticket: 20 });
    expect(await queue.place(ann)).toBeNull();
    expect((await queue.join('ann')).ticket).toBe(20);
    bench.clock.advance(COME_BACK_MS);
    expect(await queue.advanceGate()).toBe(bob.ticket);
    expect(await bench.store.restore(ref(21, 'bob'))).toBeNull();
    expect(await queue.place(bob)).toMatchObject({ state: 'ready' });
  });

  test('nobody is called for a while, then those who came back, in their order, and the rate begins without a burst', async () => {
    await rebuild({ ratePerSecond: 2 });
    for (const ticket of [900_000, 29, 12, 13, 5]) await bench.store.restore(ref(ticket));
    expect(await bench.store.admit(ref(5))).toMatchObject({ code: 'not_your_turn' });
    bench.clock.advance(500);
    expect(await bench.store.admit(ref(5))).toMatchObject({ code: 'admitted' });
    bench.clock.advance(COME_BACK_MS - 501);
    expect(await queue.advanceGate()).toBe(10);
    bench.clock.advance(1);
    expect(await queue.advanceGate()).toBe(13);
    await bench.reopen();
    bench.clock.advance(1_000);
    expect(await queue.advanceGate()).toBe(900_000);
    bench.clock.advance(1_000);
    expect(await queue.advanceGate()).toBe(900_000);
    expect(await bench.store.restore(ref(14))).toMatchObject({ state: 'ready' });
    expect(await bench.store.restore(ref(950_000))).toMatchObject({ state: 'waiting', ahead: 0 });
    expect((await queue.room()).violations).toEqual({ outOfTurn: 0, overRate: 0, overCap: 0 });
  });

  test('restored places are there after a restart', async () => {
    await rebuild();
    for (const ticket of [20, 25]) await bench.store.restore(ref(ticket));
    await queue.join('new');
    const state = async () => ({
      room: await queue.room(),
      places: [await queue.place(ref(25)), await queue.place(ref(FIRST_NEW, 'new'))],
    });
    const before = await state();
    await bench.reopen();
    expect(await state()).toEqual(before);
    expect(await bench.store.restore(ref(21))).toMatchObject({ ahead: 1 });
  });

  test('an order that is open holds its slot, and its buyer has been called', async () => {
    const order = reservedOrder({ orderId: 'o-17', userId: 'user-17', ticket: 17 });
    const gone = { ...order, orderId: 'o-5', userId: 'user-5', ticket: 5, state: 'expired' } as const;
    const expired = { ...gone, idempotencyKey: 'gone', releaseReason: 'expired' } as const;
    await rebuild({ maxActive: 1 }, { orders: [order, expired] });
    expect(await queue.room()).toMatchObject({ inside: 1, nowServing: 17, admissions: 2 });
    expect(await bench.store.restore(ref(17))).toMatchObject({ state: 'ready' });
    await bench.store.release(order, 'cancelled_by_buyer', null);
    expect(await queue.room()).toMatchObject({ inside: 0 });
  });

  test('a draw that was made stands, for those who come back to it', async () => {
    const rules = {
      order: 'draw',
      draw: { seed: DRAW.committedSeed, entrySecret: '22'.repeat(32), beacon: null },
    } as const;
    await rebuild(rules, { room: null, draw: { entrants: 6, result: DRAW } });
    expect(await queue.room()).toMatchObject({ draw: DRAW, entrants: 6, tickets: 1_000_006, waiting: 0 });
    const permutation = new Permutation(DRAW.seed, DRAW.entrants);
    const tickets = [1, 2, 3, 4, 5, 6].toSorted((a, b) => permutation.at(a - 1) - permutation.at(b - 1));
    const [first = 0, , third = 0, , , last = 0] = tickets;
    for (const ticket of [last, third]) await bench.store.restore(ref(ticket));
    expect(await queue.place(ref(third))).toMatchObject({ position: 3, ahead: 0 });
    expect(await queue.place(ref(last))).toMatchObject({ position: 6, ahead: 1 });
    expect(await bench.store.restore(ref(first))).toMatchObject({ position: 1, ahead: 0 });
    expect(await queue.place(ref(last))).toMatchObject({ ahead: 2 });
    bench.clock.advance(COME_BACK_MS);
    await queue.advanceGate();
    expect(await bench.store.admit(ref(third))).toMatchObject({ code: 'admitted' });
  });

  test('a draw that was still to be made is made from the list as it was closed', async () => {
    const rules = {
      order: 'draw',
      draw: { seed: DRAW.committedSeed, entrySecret: '22'.repeat(32), beacon: null },
    } as const;
    await rebuild(rules, { room: null, draw: { entrants: 6, result: null } });
    for (const ticket of [2, 5]) await bench.store.restore(ref(ticket));
    await bench.store.leave(ref(5));
    expect(await queue.place(ref(2))).toMatchObject({ position: null });
    expect(await bench.store.changeSale('sale-1', { type: 'draw', draw: DRAW }, 'c')).toBe('changed');
    expect(await queue.room()).toMatchObject({ waiting: 1 });
    const place = await queue.place(ref(2));
    expect(place).toMatchObject({ position: new Permutation(DRAW.seed, DRAW.entrants).at(1) + 1, ahead: 1 });
    await bench.reopen();
    expect(await queue.place(ref(2))).toEqual(place);
  });
}
