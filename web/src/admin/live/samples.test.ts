import { expect, test } from 'vitest';
import type { LiveSale } from '#sdk/contract/live-sale.ts';
import { type Moment, quantileMs, sampleOf, withMoment } from './samples.ts';

const BOUNDS = [0.01, 0.1, 1];

/** A sale without a waiting room, `second` seconds past noon. */
function saleAt(second: number, activity: Partial<LiveSale['activity']> = {}): LiveSale {
  return {
    now: new Date(Date.UTC(2030, 0, 1, 12, 0, second)).toISOString(),
    items: [{ stock: { available: 4 } }, { stock: null }],
    room: null,
    activity: {
      scope: 'all_gateways',
      purchases: {},
      faults: 0,
      seconds: { bounds: BOUNDS, counts: [0, 0, 0, 0] },
      ledger: null,
      ...activity,
    },
  } as unknown as LiveSale;
}

test('a rate is what has come since the moment before, by its length', () => {
  const before = saleAt(0, { purchases: { reserved: 10, sold_out: 1 } });
  const now = saleAt(2, { purchases: { reserved: 16, sold_out: 1, limit_exceeded: 3, sale_paused: 1 } });
  expect(sampleOf(now, before)).toMatchObject({ available: 4, reservedPerS: 3, soldOutPerS: 0, refusedPerS: 2 });
});

test('nothing is said of what nobody knows: the first moment, a sale without a queue, a ledger that is silent', () => {
  expect(sampleOf(saleAt(0), null)).toMatchObject({ reservedPerS: null, waiting: null, paid: null, p99Ms: null });
});

test('a gateway that counts anew makes no rate below zero', () => {
  const sample = sampleOf(saleAt(1, { purchases: { reserved: 2 } }), saleAt(0, { purchases: { reserved: 900 } }));
  expect(sample.reservedPerS).toBe(0);
});

test.each([
  [[98, 1, 1, 0], 0.5, 10],
  [[98, 1, 1, 0], 0.99, 100],
  [[0, 0, 0, 5], 0.5, 1_000],
  [[0, 0, 0, 0], 0.5, null],
])('of %j the quantile %f is at most %s ms', (counts, quantile, ms) => {
  expect(quantileMs(BOUNDS, counts, quantile)).toBe(ms);
});

test('a moment a second is kept, for five minutes', () => {
  let moments: readonly Moment[] = [];
  for (let quarter = 0; quarter < 4 * 400; quarter += 1) moments = withMoment(moments, saleAt(quarter / 4));
  expect(moments).toHaveLength(300);
  const times = moments.map(({ sample }) => sample.atS);
  expect(times.at(-1)).toBe(Date.UTC(2030, 0, 1, 12, 0, 399) / 1000);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(299);
});
