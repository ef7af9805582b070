import { expect, test } from 'vitest';
import type { TicketRef } from '../../src/domain/queueing.ts';
import { T0 } from '../support/clock.ts';
import { QueueBench } from '../support/queue-bench.ts';
import { visitPurchase } from '../support/room-visits.ts';
import { antiBotRules, line, MINUTE_MS, saleItem } from '../support/sale-fixtures.ts';
import type { StoreBench } from '../support/store-bench.ts';

export function admissionConformance(bench: StoreBench): void {
  const queue = new QueueBench(bench);

  test('an admission is given to the called, and asked for again is the same until it lapses', async () => {
    await queue.prepare({ admissionSeconds: 30 });
    const ann = await queue.join('ann');
    expect(await bench.store.admit(ann)).toMatchObject({ code: 'not_your_turn' });
    await queue.advanceGate();
    const admission = { ticket: 1, admittedAtMs: T0, expiresAtMs: T0 + 30_000 };
    expect(await bench.store.admit(ann)).toEqual({ code: 'admitted', admission, replayed: false });
    expect(await bench.store.admit(ann)).toEqual({ code: 'admitted', admission, replayed: true });
    expect(await queue.place(ann)).toMatchObject({ state: 'admitted', admission });
    expect(await queue.room()).toMatchObject({ inside: 1, admissions: 1 });
    bench.clock.advance(30_000);
    expect(await queue.place(ann)).toMatchObject({ state: 'ready', admission: null });
    expect(await queue.room()).toMatchObject({ inside: 0, admissions: 1 });
    expect(await bench.store.admit(ann)).toMatchObject({ code: 'admitted', replayed: false });
  });

  test('two who ask for the same admission at once get one', async () => {
    await queue.prepare();
    const ann = await queue.join('ann');
    await queue.advanceGate();
    const answers = await Promise.all([bench.store.admit(ann), bench.store.admit(ann), bench.store.admit(ann)]);
    expect(answers.filter((answer) => answer.code === 'admitted' && !answer.replayed)).toHaveLength(1);
    expect((await queue.room()).admissions).toBe(1);
  });

  test('admissions that are written together keep their own times over a restart', async () => {
    await queue.prepare();
    const refs = [await queue.join('ann'), await queue.join('bob')];
    await queue.advanceGate();
    const asked = refs.map((ref) => {
      bench.clock.advance(250);
      return bench.store.admit(ref);
    });
    const admissions = (await Promise.all(asked)).map((outcome) => outcome.code === 'admitted' && outcome.admission);
    expect(admissions).toMatchObject([{ admittedAtMs: T0 + 250 }, { admittedAtMs: T0 + 500 }]);
    await bench.reopen();
    const places = await Promise.all(refs.map((ref) => queue.place(ref)));
    expect(places.map((place) => place?.admission)).toEqual(admissions);
  });

  test('admissions keep to rate and cap, and say when to ask again', async () => {
    await queue.prepare({ ratePerSecond: 2, maxActive: 3 });
    const refs = [await queue.join('ann'), await queue.join('bob'), await queue.join('cat')];
    await queue.advanceGate();
    bench.clock.advance(60_000);
    await queue.advanceGate();
    const [ann, bob, cat] = refs;
    if (!ann || !bob || !cat) throw new Error('three joined');
    await queue.enter(ann);
    await queue.enter(bob);
    expect(await bench.store.admit(cat)).toEqual({ code: 'not_your_turn', retryAfterMs: 500 });
    expect(await queue.room()).toMatchObject({ inside: 2, atDoor: 1 });
    await bench.store.changeSale('sale-1', { type: 'gate', settings: { maxActive: 2 } }, 'c');
    bench.clock.advance(500);
    expect(await bench.store.admit(cat)).toMatchObject({ code: 'not_your_turn' });
    await bench.store.leave(ann);
    await queue.enter(cat);
    expect(await queue.room()).toMatchObject({
      inside: 2,
      atDoor: 0,
      violations: { outOfTurn: 0, overRate: 0, overCap: 0 },
    });
  });

  test('an admission is refused by name', async () => {
    await queue.prepare({}, { startsAtMs: T0 + 1_000, items: [saleItem({ totalStock: 2 })] });
    const [ann, bob] = [await queue.join('ann'), await queue.join('bob')];
    const code = async (ref: TicketRef) => (await bench.store.admit(ref)).code;
    expect(await code(ann)).toBe('sale_not_started');
    bench.clock.set(T0 + 1_000);
    await queue.advanceGate();
    expect(await code({ ...ann, userId: 'bob' })).toBe('not_found');
    await bench.store.changeSale('sale-1', { type: 'pause' }, 'c');
    expect(await code(ann)).toBe('sale_paused');
    await bench.store.changeSale('sale-1', { type: 'resume' }, 'c');
    await bench.store.changeSale('sale-1', { type: 'gate', settings: { paused: true } }, 'c');
    expect(await code(ann)).toBe('not_your_turn');
    await bench.store.changeSale('sale-1', { type: 'gate', settings: { paused: false } }, 'c');
    const request = visitPurchase(await queue.enter(ann), { lines: [line('sneaker', 2)] });
    await bench.store.purchase(request);
    await queue.pay(request);
    expect(await code(ann)).toBe('used_up');
    expect(await code(bob)).toBe('sold_out');
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await code(bob)).toBe('sale_ended');
  });

  test('a suspected bot gets a place like any other, and is never let in', async () => {
    await queue.prepare();
    const bot = await queue.join('bot', true);
    const ann = await queue.join('ann');
    await queue.advanceGate();
    expect(await queue.place(bot)).toMatchObject({ state: 'ready', position: 1, ahead: 0 });
    expect(await bench.store.admit(bot)).toMatchObject({ code: 'not_your_turn' });
    await queue.enter(ann);
    expect(await queue.room()).toMatchObject({ nowServing: 2, atDoor: 0, inside: 1 });
    await bench.reopen();
    expect(await bench.store.admit(bot)).toMatchObject({ code: 'not_your_turn' });
  });

  test('a purchase takes the right admission, and no other', async () => {
    await queue.prepare();
    const [ann, bob] = [await queue.visit('ann'), await queue.visit('bob')];
    expect(await queue.purchaseCode(ann, { admission: null })).toBe('not_admitted');
    expect(await queue.purchaseCode({ ...bob, userId: 'ann' })).toBe('not_admitted');
    expect(await queue.purchaseCode({ ...ann, admittedAtMs: ann.admittedAtMs + 1 })).toBe('not_admitted');
    expect(await queue.purchaseCode({ ...ann, ticket: 99 })).toBe('not_admitted');
    expect(await queue.purchaseCode(ann)).toBe('reserved');
    expect((await bench.snapshot()).orders).toMatchObject([{ userId: 'ann', ticket: 1 }]);
  });

  test('an admission that lapsed, was superseded, or was given up buys nothing', async () => {
    await queue.prepare({ admissionSeconds: 60 });
    const [ann, bob, cat] = [await queue.visit('ann'), await queue.visit('bob'), await queue.visit('cat')];
    const request = visitPurchase(bob);
    await bench.store.purchase(request);
    await bench.store.release(request, 'cancelled_by_buyer', null);
    expect(await queue.purchaseCode(bob), 'it ended with its last order').toBe('not_admitted');
    bench.clock.advance(1_000);
    const anew = await queue.enter(bob);
    expect(await queue.purchaseCode(bob), 'superseded').toBe('not_admitted');
    await bench.store.leave(cat);
    expect(await queue.purchaseCode(cat), 'given up').toBe('not_admitted');
    bench.clock.advance(59_000);
    expect(await queue.purchaseCode(ann), 'lapsed').toBe('admission_expired');
    expect(await queue.purchaseCode(anew)).toBe('reserved');
  });

  test('a repeat gets the original answer after its admission is over, and when none is shown', async () => {
    await queue.prepare();
    const ann = await queue.visit('ann');
    const request = visitPurchase(ann);
    const first = await bench.store.purchase(request);
    bench.clock.advance(2 * MINUTE_MS);
    expect(await bench.store.purchase(request)).toEqual({ ...first, replayed: true });
    await bench.store.leave(ann);
    expect(await bench.store.purchase({ ...request, admission: null })).toEqual({ ...first, replayed: true });
    await bench.store.changeSale('sale-1', { type: 'end' }, 'c');
    expect(await bench.store.purchase(request)).toEqual({ ...first, replayed: true });
  });

  test('a ticket is good for the limit, whatever becomes of it, and then for a new last place', async () => {
    await queue.prepare();
    const ann = await queue.visit('ann');
    const request = visitPurchase(ann, { lines: [line('sneaker', 1)] });
    await bench.store.purchase(request);
    await bench.store.release(request, 'cancelled_by_buyer', null);
    bench.clock.advance(1_000);
    const again = await queue.enter(ann);
    expect(await bench.store.purchase(visitPurchase(again, { lines: [line('sneaker', 2)] }))).toEqual({
      ...{ code: 'limit_exceeded', skuId: 'sneaker', limit: 2, held: 1 },
    });
    expect(await queue.purchaseCode(again)).toBe('reserved');
    expect((await queue.join('bob')).ticket).toBe(2);
    expect((await queue.join('ann')).ticket).toBe(3);
  });

  test('a slot is free when its order is paid, cancelled or expired, when nothing is bought, and when its shopper leaves', async () => {
    await queue.prepare({ admissionSeconds: 60 }, { reservationSeconds: 300 });
    const { store } = bench;
    const visits = await Promise.all(
      ['paid', 'cancelled', 'expired', 'lapsed', 'gone'].map((userId) => queue.visit(userId)),
    );
    const [paid, cancelled, expired, , gone] = visits;
    if (!paid || !cancelled || !expired || !gone) throw new Error('five came in');
    const inside = async () => (await queue.room()).inside;
    const requests = [paid, cancelled, expired].map((visited) => visitPurchase(visited));
    for (const request of requests) await store.purchase(request);
    const [toPay, toCancel] = requests;
    if (!toPay || !toCancel) throw new Error('three bought');
    expect(await inside()).toBe(5);
    await store.leave(gone);
    expect(await inside()).toBe(4);
    await queue.pay(toPay);
    expect(await inside()).toBe(3);
    bench.clock.advance(60_000);
    expect(await inside(), 'one lapsed, two have open orders').toBe(2);
    await store.release(toCancel, 'cancelled_by_buyer', null);
    expect(await inside()).toBe(1);
    bench.clock.advance(240_000);
    await store.expireDue('sale-1', 10);
    expect(await inside()).toBe(0);
  });

  test('one purchase a device, for as long as its order counts', async () => {
    await queue.prepare({}, { antiBot: antiBotRules({ onePerDevice: true }) });
    const [ann, bob] = [await queue.visit('ann'), await queue.visit('bob')];
    expect(await queue.purchaseCode(ann)).toBe('device_unknown');
    const request = visitPurchase(ann, { deviceId: 'phone' });
    await bench.store.purchase(request);
    expect(await queue.purchaseCode(bob, { deviceId: 'phone' })).toBe('device_limit_exceeded');
    await bench.reopen();
    expect(await queue.purchaseCode(bob, { deviceId: 'phone' })).toBe('device_limit_exceeded');
    await bench.store.release(request, 'cancelled_by_buyer', null);
    expect(await queue.purchaseCode(bob, { deviceId: 'phone' })).toBe('reserved');
  });

  test('a late payment does not take the device of an order that was made since', async () => {
    await queue.prepare({}, { antiBot: antiBotRules({ onePerDevice: true }), reservationSeconds: 60 });
    const [ann, bob] = [await queue.visit('ann'), await queue.visit('bob')];
    const late = visitPurchase(ann, { deviceId: 'phone' });
    await bench.store.purchase(late);
    bench.clock.advance(60_000);
    await bench.store.expireDue('sale-1', 10);
    expect(await queue.purchaseCode(await queue.enter(bob), { deviceId: 'phone' })).toBe('reserved');
    expect(await bench.store.reserveAgain(late, 'a1', 0)).toMatchObject({ code: 'sold_out' });
  });
}
