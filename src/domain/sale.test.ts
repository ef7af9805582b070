import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { T0 } from '../../test/support/clock.ts';
import { antiBotRules, saleDefinition, saleItem, waitingRoomRules } from '../../test/support/sale-fixtures.ts';
import { itemsRevealed, lateErrors, phaseOf, type SaleState, saleErrors, stateByClock } from './sale.ts';

const sale = saleDefinition({ startsAtMs: T0 + 1000, endsAtMs: T0 + 2000 });
const someTime = fc.integer({ min: T0, max: T0 + 3000 });

describe('the clock', () => {
  test.each<[SaleState, number, SaleState]>([
    ['scheduled', 999, 'scheduled'],
    ['scheduled', 1000, 'active'],
    ['scheduled', 1999, 'active'],
    ['scheduled', 2000, 'ended'],
    ['active', 1999, 'active'],
    ['active', 2000, 'ended'],
    ['paused', 1500, 'paused'],
    ['paused', 2000, 'ended'],
    ['cancelled', 2000, 'cancelled'],
  ])('makes a sale that is %s, %i ms in, %s', (state, atMs, expected) => {
    expect(stateByClock(state, sale, T0 + atMs)).toBe(expected);
  });

  test('never takes back what it has done, whichever way it jumps', () => {
    const rank: SaleState[] = ['scheduled', 'active', 'ended'];
    fc.assert(
      fc.property(fc.array(someTime, { minLength: 1 }), (times) => {
        let state: SaleState = 'scheduled';
        for (const nowMs of times) {
          const next = stateByClock(state, sale, nowMs);
          expect(rank.indexOf(next)).toBeGreaterThanOrEqual(rank.indexOf(state));
          state = next;
        }
      }),
    );
  });

  test('reveals the items at their time, or at once', () => {
    expect(itemsRevealed(saleDefinition(), 0)).toBe(true);
    const secret = saleDefinition({ revealAtMs: T0 });
    expect([itemsRevealed(secret, T0 - 1), itemsRevealed(secret, T0)]).toEqual([false, true]);
  });
});

test('only a live sale with nothing left shows as sold out', () => {
  expect(phaseOf(saleDefinition(), 'active', 1, T0)).toBe('live');
  expect(phaseOf(saleDefinition(), 'active', 0, T0)).toBe('sold_out');
  expect(phaseOf(saleDefinition(), 'scheduled', 0, T0)).toBe('upcoming');
  expect(phaseOf(saleDefinition(), 'paused', 0, T0)).toBe('paused');
  expect(phaseOf(saleDefinition(), 'ended', 0, T0)).toBe('ended');
  expect(phaseOf(saleDefinition(), 'cancelled', 0, T0)).toBe('cancelled');
});

test('a waiting room that is open shows before the start', () => {
  const sale = saleDefinition({ startsAtMs: T0, waitingRoom: waitingRoomRules({ opensAtMs: T0 - 60_000 }) });
  expect(phaseOf(sale, 'scheduled', 1, T0 - 60_001)).toBe('upcoming');
  expect(phaseOf(sale, 'scheduled', 1, T0 - 60_000)).toBe('queueing');
  expect(phaseOf(sale, 'active', 1, T0)).toBe('live');
});

describe('a definition', () => {
  const fieldsOf = (definition: Parameters<typeof saleDefinition>[0]) =>
    saleErrors(saleDefinition(definition)).map(({ field }) => field);

  test('that can be sold has no errors', () => {
    expect(saleErrors(saleDefinition({ revealAtMs: T0 }))).toEqual([]);
    expect(saleErrors(saleDefinition({ items: [saleItem({ totalStock: 5, safetyBuffer: 5 })] }))).toEqual([]);
  });

  test('ends after it starts', () => {
    expect(fieldsOf({ endsAtMs: T0 })).toEqual(['ends_at']);
  });

  test('is revealed before it ends', () => {
    expect(fieldsOf({ revealAtMs: T0 + 1e9 })).toEqual(['reveal_at']);
  });

  test('asks at the entrance only where buyers queue', () => {
    const antiBot = antiBotRules({ proofOfWork: true, captcha: true, minAccountAgeHours: 24, onePerDevice: true });
    expect(fieldsOf({ antiBot })).toEqual([
      'anti_bot.proof_of_work',
      'anti_bot.captcha',
      'anti_bot.min_account_age_hours',
    ]);
    expect(fieldsOf({ antiBot, waitingRoom: waitingRoomRules() })).toEqual([]);
    expect(fieldsOf({ antiBot: antiBotRules({ onePerDevice: true, onePerPaymentMethod: true }) })).toEqual([]);
  });

  test('opens its waiting room by the start, and with a draw before the list closes', () => {
    const opens = (order: 'fifo' | 'draw', beforeStartMs: number) =>
      fieldsOf({ startsAtMs: T0, waitingRoom: waitingRoomRules({ order, opensAtMs: T0 - beforeStartMs }) });
    expect(opens('fifo', 0)).toEqual([]);
    expect(opens('fifo', -1)).toEqual(['waiting_room.opens_at']);
    expect(opens('draw', 15_001)).toEqual([]);
    expect(opens('draw', 15_000)).toEqual(['waiting_room.opens_at']);
  });

  test('comes too late once it would be over, or its list closed', () => {
    const late = (nowMs: number, order: 'fifo' | 'draw' = 'fifo') => {
      const sale = saleDefinition({ startsAtMs: T0, endsAtMs: T0 + 1_000, waitingRoom: waitingRoomRules({ order }) });
      return lateErrors(sale, nowMs).map(({ field }) => field);
    };
    expect(late(T0 + 999)).toEqual([]);
    expect(late(T0 + 1_000)).toEqual(['ends_at']);
    expect(late(T0 - 15_001, 'draw')).toEqual([]);
    expect(late(T0 - 15_000, 'draw')).toEqual(['starts_at']);
  });

  test('has each error at its item', () => {
    const items = [
      saleItem(),
      saleItem({ safetyBuffer: 11 }),
      saleItem({ skuId: 'hat', originalPriceMinor: 1, flashPriceMinor: 2 }),
    ];
    expect(fieldsOf({ items })).toEqual(['items.1.sku_id', 'items.1.safety_buffer', 'items.2.original_price_minor']);
  });
});
