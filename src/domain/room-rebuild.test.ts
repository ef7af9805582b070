import { expect, test } from 'vitest';
import { T0 } from '../../test/support/clock.ts';
import {
  MINUTE_MS,
  purchaseRequest,
  saleDefinition,
  saleItem,
  waitingRoomRules,
} from '../../test/support/sale-fixtures.ts';
import { orderOf } from '../../test/support/sale-rig.ts';
import type { Decision } from './decision.ts';
import { decideAdmit, decideAdvance } from './gate-decisions.ts';
import { LiveSale } from './live-sale.ts';
import type { Change } from './order-event.ts';
import { decidePurchase } from './purchase.ts';
import { decideJoin, decideLeave, decideRestore, placeOf, roomViewOf } from './queueing.ts';
import { isRoomChange, type RoomChange } from './room-event.ts';
import { type RoomCheckpoint, rebuiltRoom } from './room-rebuild.ts';
import type { SaleDefinition, WaitingRoomRules } from './sale.ts';
import { changesByClock } from './sale-change.ts';

const AFTER_COMING_BACK = 20_000;
const DRAW_PLAN = { seed: '11'.repeat(32), entrySecret: '22'.repeat(32), beacon: null };

/** A sale whose store was lost and rebuilt at `T0`. */
class RebuiltSale {
  readonly live: LiveSale;
  nowMs = T0;

  constructor(sale: Partial<SaleDefinition> = {}, rules: Partial<WaitingRoomRules> = {}) {
    const definition = saleDefinition({
      items: [saleItem({ totalStock: 100 })],
      waitingRoom: waitingRoomRules(rules),
      ...sale,
    });
    this.live = new LiveSale(definition, 2);
    this.record([{ type: 'sale_prepared', sale: definition }]);
    this.record(changesByClock(this.live, this.nowMs));
  }

  rebuild(checkpoint: RoomCheckpoint | null): this {
    this.record(rebuiltRoom(this.live, checkpoint));
    return this;
  }

  record(changes: readonly (Change | RoomChange)[]): void {
    const { saleId, epoch } = this.live;
    for (const change of changes) {
      const event = { atMs: this.nowMs, saleId, epoch, seq: this.live.lastSeq + 1, correlationId: 'c', ...change };
      this.live.apply(
        isRoomChange(change) ? { ...change, atMs: this.nowMs } : (event as Parameters<LiveSale['apply']>[0]),
      );
    }
  }

  carryOut<Outcome>({ outcome, changes }: Decision<Outcome>): Outcome {
    this.record(changes);
    return outcome;
  }

  restore(ticket: number, userId = `user-${ticket}`) {
    return this.carryOut(decideRestore(this.live, this.ref(ticket, userId)));
  }

  join(userId: string) {
    const outcome = this.carryOut(decideJoin(this.live, { userId, held: false }, this.nowMs));
    if (outcome.code !== 'joined') throw new Error(outcome.code);
    return outcome.ticket;
  }

  advanceGate() {
    return this.carryOut(decideAdvance(this.live, this.nowMs));
  }

  admit(ticket: number, userId = `user-${ticket}`) {
    return this.carryOut(decideAdmit(this.live, this.ref(ticket, userId), this.nowMs));
  }

  place(ticket: number, userId = `user-${ticket}`) {
    return placeOf(this.live, this.ref(ticket, userId), this.nowMs);
  }

  leave(ticket: number) {
    return this.carryOut(decideLeave(this.live, this.ref(ticket, `user-${ticket}`)));
  }

  room() {
    if (!this.live.room) throw new Error('nobody queues');
    return roomViewOf(this.live.room, this.nowMs);
  }

  ref(ticket: number, userId: string) {
    return { saleId: 'sale-1', userId, ticket };
  }
}

test('whoever shows a token has the place again, and only the places of those who are there count', () => {
  const sale = new RebuiltSale().rebuild({ tickets: 50, nowServing: 10 });
  expect(sale.room()).toMatchObject({ nowServing: 10, waiting: 0, tickets: 1_000_050 });
  expect(sale.restore(40)).toBe('restored');
  expect(sale.restore(1_000_001)).toBe('restored');
  expect(sale.place(40)).toMatchObject({ position: 40, ahead: 0, state: 'waiting' });
  expect(sale.place(1_000_001)).toMatchObject({ ahead: 1 });
  expect(sale.restore(20)).toBe('restored');
  expect(sale.place(40)).toMatchObject({ ahead: 1 });
  expect(sale.restore(7)).toBe('restored');
  expect(sale.place(7)).toMatchObject({ state: 'ready', ahead: 0 });
  expect(sale.room()).toMatchObject({ waiting: 3 });
});

test('who joins anew stands behind every place that may have been given out', () => {
  const sale = new RebuiltSale().rebuild({ tickets: 50, nowServing: 10 });
  expect(sale.join('new')).toBe(1_000_051);
  sale.restore(1_000_050);
  expect(sale.place(1_000_051, 'new')).toMatchObject({ ahead: 1 });
  expect(sale.live.room?.holders(1_000_048, 9)).toEqual(['', 'user-1000050', 'new']);
});

test('nobody is called while those who waited may still come back, and then all in their order', () => {
  const sale = new RebuiltSale({}, { ratePerSecond: 2 }).rebuild({ tickets: 900_000, nowServing: 10 });
  const late = sale.join('new');
  for (const ticket of [700_000, 5_000, 30]) sale.restore(ticket);
  sale.nowMs += AFTER_COMING_BACK - 1;
  expect(sale.advanceGate()).toBe(10);
  sale.nowMs += 1;
  expect(sale.advanceGate()).toBe(5_000);
  sale.nowMs += 1_000;
  expect(sale.advanceGate()).toBe(late);
  expect(sale.room()).toMatchObject({ waiting: 0 });
  expect(sale.restore(31)).toBe('restored');
  expect(sale.place(31)).toMatchObject({ state: 'ready' });
});

test('those who had been called are let in meanwhile, without a burst', () => {
  const sale = new RebuiltSale({}, { ratePerSecond: 1 }).rebuild({ tickets: 50, nowServing: 10 });
  sale.restore(3);
  expect(sale.admit(3)).toMatchObject({ code: 'not_your_turn' });
  sale.nowMs += 1_000;
  expect(sale.admit(3)).toMatchObject({ code: 'admitted' });
});

test('a place is given back once, to one buyer, and not after it was given up', () => {
  const sale = new RebuiltSale().rebuild({ tickets: 50, nowServing: 10 });
  sale.restore(20);
  expect(sale.restore(20)).toBe('restored');
  expect(sale.restore(20, 'thief')).toBe('not_found');
  expect(sale.restore(1_000_051)).toBe('not_found');
  expect(sale.restore(0)).toBe('not_found');
  sale.leave(20);
  expect(sale.restore(20)).toBe('not_found');
  expect(sale.room()).toMatchObject({ waiting: 0 });
});

test('who joined anew before the token was shown has the earlier place again, and one place', () => {
  const sale = new RebuiltSale().rebuild({ tickets: 50, nowServing: 10 });
  const anew = sale.join('user-20');
  expect(sale.restore(20)).toBe('restored');
  expect(sale.place(anew, 'user-20')).toBeNull();
  expect(sale.room()).toMatchObject({ waiting: 1 });
  sale.restore(30, 'user-20');
  expect(sale.place(30, 'user-20')).toBeNull();
});

test('orders that are open hold their slots, and the gate stands where they came in', () => {
  const before = new RebuiltSale();
  const ticket = before.join('ann');
  before.advanceGate();
  const admitted = before.admit(ticket, 'ann');
  if (admitted.code !== 'admitted') throw new Error(admitted.code);
  const request = purchaseRequest({ admission: admitted.admission });
  const order = orderOf(before.carryOut(decidePurchase(before.live, request, T0, false)));

  const sale = new RebuiltSale({}, { maxActive: 1 });
  sale.record([{ type: 'order_reserved', order }]);
  sale.rebuild(null);
  expect(sale.room()).toMatchObject({ inside: 1, nowServing: 1, tickets: 1_000_001, admissions: 1 });
  expect(sale.restore(1, 'ann')).toBe('restored');
  expect(sale.admit(1, 'ann')).toMatchObject({ code: 'not_your_turn' });
  sale.nowMs += 1_000;
  expect(sale.admit(1, 'ann'), 'the slot is theirs already').toMatchObject({ code: 'admitted' });
  sale.record([
    { type: 'order_cancelled', order: { ...order, state: 'cancelled', releaseReason: 'cancelled_by_buyer' } },
  ]);
  expect(sale.room()).toMatchObject({ inside: 0 });
});

test('a draw whose list is open begins again: joining anew takes no chance from anybody', () => {
  const sale = new RebuiltSale({ startsAtMs: T0 + MINUTE_MS }, { order: 'draw', draw: DRAW_PLAN });
  sale.rebuild({ tickets: 50, nowServing: 0 });
  expect(sale.room()).toMatchObject({ tickets: 0 });
  expect(sale.restore(20)).toBe('not_found');
  expect(sale.join('user-20')).toBe(1);
});

test('the list of a draw stays as it was closed, and its places are drawn for those who come back', () => {
  const sale = new RebuiltSale({ startsAtMs: T0 + 10_000 }, { order: 'draw', draw: DRAW_PLAN });
  sale.record([{ type: 'draw_closed', entrants: 6 }]);
  sale.rebuild(null);
  expect(sale.room()).toMatchObject({ entrants: 6, tickets: 1_000_006 });
  for (const ticket of [2, 5]) sale.restore(ticket);
  const draw = {
    entrants: 6,
    listHash: '33'.repeat(32),
    committedSeed: DRAW_PLAN.seed,
    beacon: null,
    seed: '44'.repeat(32),
  };
  sale.record([{ type: 'draw_made', draw }]);
  const aheads = [2, 5].map((ticket) => sale.place(ticket)?.ahead);
  expect(aheads.toSorted()).toEqual([0, 1]);
  const positions = [2, 5].map((ticket) => sale.place(ticket)?.position ?? 0);
  expect(aheads[0]).toBe((positions[0] ?? 0) < (positions[1] ?? 0) ? 0 : 1);
  sale.restore(6);
  expect(sale.room()).toMatchObject({ waiting: 3 });
});
