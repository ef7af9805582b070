import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { T0 } from '../../../test/support/clock.ts';
import { MINUTE_MS, saleDefinition, waitingRoomRules } from '../../../test/support/sale-fixtures.ts';
import type { Place, RoomView } from '../../domain/queueing.ts';
import type { SalePhase } from '../../domain/sale.ts';
import type { BoardSale } from '../../engine/sale-board.ts';
import { CROWD_POLLS_PER_SECOND, crowdPoll, ownPoll, type PollAdvice } from './poll-advice.ts';

const SETTINGS = { ratePerSecond: 100, maxActive: 1_000, paused: false };
const PHASES: readonly SalePhase[] = [
  'upcoming',
  'queueing',
  'live',
  'sold_out',
  'paused',
  'recovering',
  'ended',
  'cancelled',
];

function room(waiting: number): RoomView {
  return {
    settings: SETTINGS,
    tickets: waiting,
    waiting,
    nowServing: 0,
    atDoor: 0,
    inside: 0,
    admissions: 0,
    calledPerSecond: null,
    entrants: null,
    draw: null,
    violations: { outOfTurn: 0, overRate: 0, overCap: 0 },
  };
}

/** Of a sale that begins at `T0`, and whose waiting room opens five minutes before. */
function shown({ phase = 'live', waiting = 0, nowMs = T0, reserved = 0 }): BoardSale {
  const stock = { skuId: 'sneaker', totalStock: 10, available: 0, reserved, paying: 0, sold: 0, buffer: 0 };
  const sale = saleDefinition({ waitingRoom: waitingRoomRules() });
  return { sale, state: 'active', phase: phase as SalePhase, stock: [stock], room: room(waiting), isHeld: true, nowMs };
}

function place(facts: Partial<Place>): Place {
  return { ticket: 1, state: 'waiting', position: 1, ahead: 0, estimatedWaitSeconds: 0, admission: null, ...facts };
}

const longestMs = ({ interval_ms, jitter_ms }: PollAdvice) => interval_ms + jitter_ms;

describe('the advice to the crowd', () => {
  test('keeps what all ask together below what one server answers, however many they are, in every phase', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.constantFrom(...PHASES), (waiting, phase) => {
        const { interval_ms } = crowdPoll(shown({ phase, waiting }));
        expect((waiting / interval_ms) * 1000).toBeLessThanOrEqual(CROWD_POLLS_PER_SECOND);
      }),
    );
  });

  test('is spread over half as long again, so that nobody comes back with everybody else', () => {
    expect(crowdPoll(shown({ waiting: 1_000_000 }))).toEqual({ interval_ms: 100_000, jitter_ms: 50_000 });
  });

  test('is every few seconds while the crowd is small', () => {
    expect(longestMs(crowdPoll(shown({ waiting: 20_000 })))).toBeLessThanOrEqual(3_000);
    for (const phase of PHASES.slice(2, 6)) {
      expect(longestMs(crowdPoll(shown({ phase, waiting: 20_000, reserved: 1 })))).toBeLessThanOrEqual(8_000);
    }
  });

  test('leaves nobody asleep over the opening and the start', () => {
    fc.assert(
      fc.property(fc.constantFrom('upcoming', 'queueing'), fc.nat(3_600_000), (phase, leftMs) => {
        const atMs = phase === 'upcoming' ? T0 - 5 * MINUTE_MS : T0;
        const advice = crowdPoll(shown({ phase, nowMs: atMs - leftMs }));
        expect(longestMs(advice)).toBeLessThanOrEqual(Math.max(3_000, leftMs));
      }),
    );
  });

  test('is seldom when nothing can come any more', () => {
    const intervals = [{ phase: 'sold_out', reserved: 1 }, { phase: 'sold_out' }, { phase: 'ended' }].map(
      (facts) => crowdPoll(shown(facts)).interval_ms,
    );
    expect(intervals).toEqual([5_000, 15_000, 60_000]);
  });
});

describe('the advice to whoever asks for their own place', () => {
  test('is to come back before the turn, and never later than some seconds after it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.nat(1_000_000), (estimatedWaitSeconds, waiting) => {
        const advice = ownPoll(place({ estimatedWaitSeconds }), shown({ waiting }));
        expect(longestMs(advice)).toBeLessThanOrEqual(Math.max(3_000, estimatedWaitSeconds * 1000));
      }),
    );
  });

  test('costs the server some ten answers in an hour of waiting', () => {
    let [asked, leftMs] = [0, 3_600_000];
    while (leftMs > 0) {
      leftMs -= ownPoll(place({ estimatedWaitSeconds: leftMs / 1000 }), shown({})).interval_ms;
      asked += 1;
    }
    expect(asked).toBeLessThanOrEqual(13);
  });

  test('is that to the crowd where nothing can be said of the wait', () => {
    const crowd = shown({ waiting: 500_000 });
    for (const facts of [{ estimatedWaitSeconds: null }, { state: 'sold_out' }, { state: 'done' }] as const) {
      expect(ownPoll(place(facts), crowd)).toEqual(crowdPoll(crowd));
    }
  });

  test('is to look every few seconds once it is their turn', () => {
    expect(longestMs(ownPoll(place({ state: 'ready' }), shown({ waiting: 1_000_000 })))).toBeLessThanOrEqual(3_000);
  });
});
