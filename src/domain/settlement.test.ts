import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { T0 } from '../../test/support/clock.ts';
import { line, MINUTE_MS, purchaseRequest, saleDefinition, saleItem } from '../../test/support/sale-fixtures.ts';
import { orderOf, SaleRig } from '../../test/support/sale-rig.ts';
import type { OrderState } from './order.ts';

const DEADLINE = T0 + 10 * MINUTE_MS;

/** A sale with one reservation, made at `T0`. */
function reserved(totalStock = 10): { rig: SaleRig; orderId: string } {
  const rig = new SaleRig(saleDefinition({ items: [saleItem({ totalStock })] }));
  return { rig, orderId: orderOf(rig.purchase(purchaseRequest())).orderId };
}

function paying(totalStock = 10): { rig: SaleRig; orderId: string } {
  const { rig, orderId } = reserved(totalStock);
  rig.beginPayment(orderId, 'a1');
  return { rig, orderId };
}

function expired(totalStock = 10): { rig: SaleRig; orderId: string } {
  const { rig, orderId } = reserved(totalStock);
  rig.clock.set(DEADLINE);
  rig.expireDue();
  return { rig, orderId };
}

describe('a payment', () => {
  test('holds the order to its deadline, or for its grace if that ends later', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 * MINUTE_MS - 1 }), fc.nat({ max: 20 * MINUTE_MS }), (afterMs, graceMs) => {
        const { rig, orderId } = reserved();
        rig.clock.advance(afterMs);
        const { payingUntilMs, deadlineMs } = orderOf(rig.beginPayment(orderId, 'a1', graceMs));
        expect({ payingUntilMs, deadlineMs }).toEqual({
          payingUntilMs: Math.max(DEADLINE, T0 + afterMs + graceMs),
          deadlineMs: DEADLINE,
        });
      }),
    );
  });

  test('can begin up to the deadline, and from then on frees the units', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 * MINUTE_MS }), (afterMs) => {
        const { rig, orderId } = reserved();
        rig.clock.advance(afterMs);
        const inTime = afterMs < 10 * MINUTE_MS;
        expect(rig.beginPayment(orderId, 'a1')).toMatchObject({
          code: inTime ? 'done' : 'wrong_state',
          order: { state: inTime ? 'paying' : 'expired' },
        });
        expect(rig.stock().available).toBe(inTime ? 9 : 10);
      }),
      { examples: [[10 * MINUTE_MS - 1], [10 * MINUTE_MS]] },
    );
  });

  test('that is declined leaves the reservation open while time is left, and ends it after', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 * MINUTE_MS }), (afterMs) => {
        const { rig, orderId } = paying();
        rig.clock.advance(afterMs);
        const state = afterMs < 10 * MINUTE_MS ? 'reserved' : 'expired';
        expect(rig.decline(orderId, 'a1')).toMatchObject({ code: 'done', order: { state, payingUntilMs: null } });
        expect(rig.decline(orderId, 'a1')).toMatchObject({ code: 'done', order: { state } });
        expect(rig.stock()).toMatchObject({ paying: 0, available: state === 'reserved' ? 9 : 10 });
      }),
      { examples: [[10 * MINUTE_MS - 1], [10 * MINUTE_MS]] },
    );
  });

  test('that was declined leaves a reservation that still expires', () => {
    const { rig, orderId } = paying();
    rig.decline(orderId, 'a1');
    rig.clock.set(DEADLINE);
    expect(rig.expireDue()).toBe(1);
    expect(rig.expireDue()).toBe(0);
    expect(rig.stock()).toMatchObject({ available: 10, reserved: 0 });
  });

  test('does not begin in a cancelled sale, and ends with it', () => {
    const { rig, orderId } = reserved();
    rig.change({ type: 'cancel' });
    const order = { state: 'cancelled', releaseReason: 'sale_cancelled' };
    expect(rig.beginPayment(orderId, 'a1')).toMatchObject({ code: 'wrong_state', order });
    const other = paying();
    other.rig.change({ type: 'cancel' });
    expect(other.rig.decline(other.orderId, 'a1')).toMatchObject({ code: 'done', order });
  });

  test('may begin and be confirmed after the end of the sale, within its deadline', () => {
    const { rig, orderId } = reserved();
    rig.change({ type: 'end' });
    expect(rig.beginPayment(orderId, 'a1')).toMatchObject({ code: 'done' });
    expect(rig.confirm(orderId, 'a1')).toMatchObject({ code: 'done', order: { state: 'paid' } });
  });
});

describe('late money', () => {
  const late = (rig: SaleRig, orderId: string) => rig.reserveAgain(orderId, 'a1', MINUTE_MS);

  test('takes the units again when sale, limit and stock allow', () => {
    const { rig, orderId } = expired();
    const order = { state: 'paying', attemptId: 'a1', payingUntilMs: DEADLINE + MINUTE_MS, releaseReason: null };
    expect(late(rig, orderId)).toMatchObject({ code: 'done', order });
    expect(late(rig, orderId)).toMatchObject({ code: 'done', order });
    expect(rig.stock()).toMatchObject({ available: 9, paying: 1 });
  });

  const obstacles: [string, 'wrong_state' | 'sold_out', (rig: SaleRig) => unknown][] = [
    ['the sale is paused', 'wrong_state', (rig) => rig.change({ type: 'pause' })],
    ['the sale has ended', 'wrong_state', (rig) => rig.change({ type: 'end' })],
    ['the sale is cancelled', 'wrong_state', (rig) => rig.change({ type: 'cancel' })],
    ['the window is over', 'wrong_state', (rig) => rig.clock.advance(60 * MINUTE_MS)],
    [
      'the stock is gone',
      'sold_out',
      (rig) => rig.purchase(purchaseRequest({ userId: 'bob', lines: [line('sneaker', 2)] })),
    ],
    ['the buyer has bought again', 'sold_out', (rig) => rig.purchase(purchaseRequest({ lines: [line('sneaker', 2)] }))],
  ];
  test.each(obstacles)('gets nothing when %s', (_, code, obstacle) => {
    const { rig, orderId } = expired(2);
    obstacle(rig);
    expect(late(rig, orderId)).toMatchObject({ code, order: { state: 'expired' } });
    expect(rig.stock().paying).toBe(0);
  });

  test('gets nothing when the limit alone is in the way', () => {
    const { rig, orderId } = expired(100);
    rig.purchase(purchaseRequest({ lines: [line('sneaker', 2)] }));
    expect(late(rig, orderId).code).toBe('sold_out');
  });

  test('does not bring back an order that was cancelled, also not for the attempt that held it', () => {
    const { rig, orderId } = paying();
    rig.release(orderId, 'claim_refused', 'a1');
    expect(late(rig, orderId)).toMatchObject({ code: 'wrong_state', order: { state: 'cancelled' } });
    expect(rig.beginPayment(orderId, 'a1')).toMatchObject({ code: 'wrong_state' });
  });
});

describe('every settlement', () => {
  const attemptId = fc.constantFrom('a1', 'a2');
  const action = fc.oneof(
    fc.record({ type: fc.constant('begin' as const), attemptId }),
    fc.record({ type: fc.constant('decline' as const), attemptId }),
    fc.record({ type: fc.constant('confirm' as const), attemptId }),
    fc.record({ type: fc.constant('again' as const), attemptId }),
    fc.record({ type: fc.constant('release' as const), attemptId: fc.option(attemptId) }),
    fc.record({ type: fc.constant('wait' as const), byMs: fc.constantFrom(MINUTE_MS, 10 * MINUTE_MS) }),
  );
  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  function act(rig: SaleRig, orderId: string, step: Action) {
    switch (step.type) {
      case 'begin':
        return rig.beginPayment(orderId, step.attemptId, MINUTE_MS);
      case 'decline':
        return rig.decline(orderId, step.attemptId);
      case 'confirm':
        return rig.confirm(orderId, step.attemptId);
      case 'again':
        return rig.reserveAgain(orderId, step.attemptId, MINUTE_MS);
      case 'release':
        return rig.release(orderId, 'payment_failed', step.attemptId);
      case 'wait':
        rig.clock.advance(step.byMs);
        return rig.expireDue();
    }
  }

  test('done twice is done once: same answer, no further event', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (steps) => {
        const { rig, orderId } = reserved();
        for (const step of steps) {
          const first = act(rig, orderId, step);
          const { lastSeq } = rig.live;
          if (step.type === 'wait') continue;
          expect(act(rig, orderId, step)).toEqual(first);
          expect(rig.live.lastSeq).toBe(lastSeq);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('leaves each unit in one place, and a paid order paid', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (steps) => {
        const { rig, orderId } = reserved(1);
        let wasPaid = false;
        for (const step of steps) {
          act(rig, orderId, step);
          const state = rig.live.order(orderId)?.state;
          if (wasPaid) expect(state).toBe('paid');
          wasPaid = state === 'paid';
          expect(rig.stock()[placeOf(state)]).toBe(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  function placeOf(state: OrderState | undefined): 'reserved' | 'paying' | 'sold' | 'available' {
    if (state === 'reserved' || state === 'paying') return state;
    return state === 'paid' ? 'sold' : 'available';
  }

  test('with an attempt that does not hold the order changes nothing', () => {
    const { rig, orderId } = paying();
    const { lastSeq } = rig.live;
    const refused = { code: 'wrong_state', order: { state: 'paying', attemptId: 'a1' } };
    expect(rig.beginPayment(orderId, 'a2')).toMatchObject(refused);
    expect(rig.decline(orderId, 'a2')).toMatchObject(refused);
    expect(rig.confirm(orderId, 'a2')).toMatchObject(refused);
    expect(rig.release(orderId, 'payment_failed', 'a2')).toMatchObject(refused);
    expect(rig.release(orderId, 'payment_failed')).toMatchObject(refused);
    expect(rig.live.lastSeq).toBe(lastSeq);
  });
});
