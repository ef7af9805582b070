import { describe, expect, it } from 'vitest';
import { UsageError } from '../failure.ts';
import { type SimulateOptions, settingsOf } from './simulate-options.ts';

const FLAGS: SimulateOptions = {
  buyers: 100,
  units: 10,
  skus: 1,
  arrival: 'spike',
  seconds: 10,
  reservationSeconds: 15,
  doubleClick: 0,
  baskets: 0,
  abandon: 0,
  decline: 0,
  greedy: 0,
  concurrency: 8,
  rate: 50,
  cap: 100,
  admissionSeconds: 15,
};

describe('the flags of a simulation', () => {
  it('make a sale without a waiting room and a crowd of plain buyers', () => {
    const plain = { room: null, antiBot: false, earlySeconds: 2, refreshers: 0, noShows: 0, leavers: 0, bots: 0 };
    expect(settingsOf(FLAGS)).toMatchObject(plain);
  });

  it('make a crowd that queues as crowds do, but for what they say', () => {
    const settings = settingsOf({ ...FLAGS, queue: 'draw', noShows: 0, rate: 7, early: 60 });
    expect(settings.room).toEqual({ order: 'draw', ratePerSecond: 7, maxActive: 100, admissionSeconds: 15 });
    expect(settings).toMatchObject({ noShows: 0, refreshers: 0.1, bots: 0.1, earlySeconds: 60 });
  });

  it('compare with a first-come-first-served queue unless they name another', () => {
    expect(settingsOf({ ...FLAGS, noQueue: true }).room?.order).toBe('fifo');
    expect(settingsOf({ ...FLAGS, noQueue: true, queue: 'draw' }).room?.order).toBe('draw');
  });

  it.each<[string, Partial<SimulateOptions>]>([
    ['a comparison without anything to compare', { queue: 'none', noQueue: true }],
    ['a draw whose list closes before anybody can come', { queue: 'draw', early: 16 }],
    ['more items than units', { skus: 11 }],
  ])('are refused for %s', (_, flags) => {
    expect(() => settingsOf({ ...FLAGS, ...flags })).toThrow(UsageError);
  });
});
