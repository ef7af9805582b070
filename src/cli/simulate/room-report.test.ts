import { describe, expect, it } from 'vitest';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import { Permutation } from '../../domain/draw.ts';
import type { RoomReading } from './room-checks.ts';
import { RoomLog } from './room-log.ts';
import { type RoomSettings, reportOnRoom, roomFaults, roomJson, roomText } from './room-report.ts';

const SETTINGS: RoomSettings = { order: 'fifo', ratePerSecond: 2, maxActive: 3, admissionSeconds: 5 };
const SEED = '8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3';

function status(
  atMs: number,
  nowServing: number,
  seed: string | null = null,
): Pick<SaleStatus, 'now' | 'queue' | 'draw'> {
  return {
    now: new Date(atMs).toISOString(),
    queue: { waiting: 0, now_serving: nowServing, called_per_second: null },
    draw: { seed, entrants: 3, list_hash: seed },
  };
}

function found(log: RoomLog, readings: readonly RoomReading[] = []): string[] {
  const { checks } = reportOnRoom(SETTINGS, log, readings);
  return checks.filter(({ violations }) => violations > 0).map(({ name }) => name);
}

describe('a queue in order', () => {
  const log = new RoomLog('fifo');
  const first = log.joined(0, 1, 1, 1_000);
  const second = log.joined(1, 2, 2, 2_000);
  log.joinedAgain(second, 2, 2);
  log.sawWaiting(second, 2, 1);
  log.sawStatus(status(10, 1));
  log.sawCalled(first, 1, 3_000);
  log.sawStatus(status(30, 2));
  log.sawCalled(second, 2, 6_000);
  log.admitted(first, 20, 3_500);
  log.admitted(first, 20, 9_000);
  const report = reportOnRoom(SETTINGS, log, []);

  it('shows how long buyers waited, and each admission once', () => {
    expect(report).toMatchObject({
      buyers: 2,
      places: 2,
      admissions: 1,
      joinToReady: { count: 2, p50: 2_000, p90: 4_000, max: 4_000 },
      readyToAdmitted: { count: 1, p50: 500, max: 500 },
    });
  });

  it('is found in order', () => {
    expect(report.checks.map(({ violations }) => violations)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(roomFaults(report)).toEqual([]);
    expect(roomJson(report).checks).toContainEqual({ name: 'moved_places', checked: 1, violations: 0 });
    expect(roomText(report)).toContain('2 places of 2 buyers, 1 admissions');
  });
});

describe('what must not happen is found:', () => {
  it('a place that still waited when one behind it had been called', () => {
    const log = new RoomLog('fifo');
    const first = log.joined(0, 1, 1, 0);
    log.sawCalled(log.joined(1, 2, 2, 0), 2, 10);
    log.sawWaiting(first, 1, log.callOrder.furthest);
    expect(found(log)).toEqual(['order_inversions']);
  });

  it('and not one that was called while the answer was on its way', () => {
    const log = new RoomLog('fifo');
    const first = log.joined(0, 1, 1, 0);
    const { furthest } = log.callOrder;
    log.sawStatus(status(10, 2));
    log.sawWaiting(first, 1, furthest);
    expect(found(log)).toEqual([]);
  });

  it('an admission ahead of its turn', () => {
    const log = new RoomLog('fifo');
    log.admitted(log.joined(0, 7, 7, 0), 50, 60);
    log.sawStatus(status(100, 6));
    expect(found(log)).toEqual(['out_of_turn']);
  });

  it('a place that two buyers have', () => {
    const log = new RoomLog('fifo');
    log.joined(0, 1, null, 0);
    log.joined(1, 1, null, 0);
    expect(found(log)).toEqual(['shared_places']);
  });

  it('a place that another join moved', () => {
    const log = new RoomLog('fifo');
    log.joinedAgain(log.joined(0, 1, 1, 0), 2, 2);
    expect(found(log)).toEqual(['moved_places']);
  });

  it('a drawn position that is not what the seed makes it', () => {
    const right = new Permutation(SEED, 3).at(0) + 1;
    const log = new RoomLog('draw');
    const place = log.joined(0, 1, null, 0);
    log.sawStatus(status(10, 0, SEED));
    expect(log.positionOf(1)).toBe(right);
    log.sawWaiting(place, right, 0);
    expect(found(log)).toEqual([]);
    log.sawWaiting(log.joined(1, 2, null, 0), right, 0);
    expect(found(log)).toEqual(['shared_places', 'wrong_places']);
  });

  it('one more than the rate lets in', () => {
    const log = new RoomLog('fifo');
    for (const ticket of [1, 2, 3]) log.admitted(log.joined(ticket, ticket, ticket, 0), 100 + ticket, 200);
    expect(found(log)).toEqual(['over_rate']);
    expect(roomFaults(reportOnRoom(SETTINGS, log, []))).toEqual(['waiting room: let in beyond the rate (1 times)']);
  });

  it('more shoppers inside than the cap', () => {
    const reading = { atMs: 0, nowServing: 0, open: true, inside: 4, waiting: 0, available: 9 };
    expect(found(new RoomLog('fifo'), [reading])).toEqual(['over_cap']);
  });
});

it('places whoever came too late for the draw behind it', () => {
  const log = new RoomLog('draw');
  expect(log.positionOf(4)).toBeNull();
  log.sawStatus(status(10, 0, SEED));
  expect(log.positionOf(4)).toBe(4);
});
