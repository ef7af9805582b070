import { describe, expect, it, test } from 'vitest';
import { createRandom } from '../../cli/simulate/random.ts';
import { DEFAULT_ASSUMPTIONS, DEFAULT_CROWD, type Design } from '../crowd.ts';
import figures from '../figures.json' with { type: 'json' };
import { type PlanInput, planSale } from '../plan.ts';
import prices from '../prices.json' with { type: 'json' };
import { Agenda } from './agenda.ts';
import { BEHAVIOUR } from './behaviour.ts';
import { Chance } from './chance.ts';
import { chartOf } from './chart.ts';
import { Core, Usage } from './core.ts';
import { playScenarios } from './scenarios.ts';
import { simulateSale } from './simulated-sale.ts';

/** A hundredth of the crowd, with a sale of its size. */
const CROWD = { ...DEFAULT_CROWD, buyers: 10_000, attemptsPerSecond: 5_000, units: 500, sellOutSeconds: 5 };
/** Many times what three gateways bear. */
const RUSH = { ...DEFAULT_CROWD, buyers: 100_000, attemptsPerSecond: 100_000, units: 1_000, sellOutSeconds: 3 };
const INPUT: PlanInput = { crowd: CROWD, assumptions: DEFAULT_ASSUMPTIONS, figures, prices };

function played(design: Design, { seed = 1, gateways = 3 } = {}) {
  const { crowd, assumptions } = INPUT;
  const sizes = { gateways, processors: 3, late: null };
  const rest = { crowd, assumptions, figures, behaviour: BEHAVIOUR, random: createRandom(seed) };
  return simulateSale({ design, ...sizes, ...rest });
}

describe('a simulated sale', () => {
  it('is the same again from the same seed, and another one from another', () => {
    expect(played('doors', { seed: 7 })).toEqual(played('doors', { seed: 7 }));
    expect(played('doors', { seed: 7 }).requests).not.toBe(played('doors', { seed: 8 }).requests);
  });

  it.for(['doors', 'room'] as const)('sells every unit once: %s', (design) => {
    const { reserved, paid, soldOutSeconds } = played(design);
    expect(reserved).toBe(CROWD.units);
    expect(paid).toBeLessThanOrEqual(reserved);
    expect(soldOutSeconds).not.toBeNull();
  });

  it('gives bots their share of the units at open doors, and none behind a gate', () => {
    expect(played('doors').reservedByBots / CROWD.units).toBeCloseTo(CROWD.botShare, 1);
    expect(played('room').reservedByBots).toBe(0);
  });

  it('is as busy as the plan says where nothing waits long', () => {
    for (const design of ['doors', 'room'] as const) {
      const { load, gateways } = planSale(design, INPUT).gateways;
      const { busy } = played(design, { gateways });
      const planned = load / gateways;
      expect(busy.gateways).toBeGreaterThan(planned * 0.8);
      expect(busy.gateways).toBeLessThan(planned * 1.1);
    }
  });

  it('sells out behind a gate when the gate, and the time to notice and to click, have passed', () => {
    const { soldOutSeconds } = played('room');
    const { pollMs, pollJitterMs } = BEHAVIOUR;
    expect(soldOutSeconds).toBeGreaterThan(CROWD.sellOutSeconds);
    expect(soldOutSeconds).toBeLessThan(CROWD.sellOutSeconds + (pollMs + pollJitterMs) / 1_000 + 12);
  });

  it('puts the more into a script the fewer gateways share the crowd', () => {
    const many = played('doors', { gateways: 30 });
    const few = played('doors', { gateways: 3 });
    expect(few.meanBatch).toBeGreaterThan(many.meanBatch);
    expect(few.reserved).toBe(many.reserved);
  });
});

test('what waits for a core is what the formula for such queues says', () => {
  const [serviceMs, utilisation] = [1, 0.8];
  const waitMs = meanWait(serviceMs, serviceMs / utilisation, 400_000);
  // Pollaczek and Khinchine, for constant service: rho s / (2 (1 - rho)).
  const expected = (utilisation * serviceMs) / (2 * (1 - utilisation));
  expect(Math.abs(waitMs / expected - 1)).toBeLessThan(0.05);
});

/** Of items that come one by one to one core. */
function meanWait(serviceMs: number, betweenMs: number, count: number): number {
  const agenda = new Agenda(0);
  const chance = new Chance(createRandom(3));
  let waitedMs = 0;
  const core = new Core<number>({
    agenda,
    usage: new Usage(() => 1),
    maxTurn: 1,
    costMs: () => serviceMs,
    done: ([cameMs = 0]) => {
      waitedMs += agenda.nowMs - cameMs - serviceMs;
    },
  });
  let left = count;
  const arrive = () => {
    core.offer(agenda.nowMs);
    if (--left > 0) agenda.after(chance.wait(betweenMs), arrive);
  };
  agenda.after(0, arrive);
  agenda.run();
  return waitedMs / count;
}

test('arrivals vary as independent ones do', () => {
  const chance = new Chance(createRandom(5));
  for (const expected of [3, 300]) {
    const counts = Array.from({ length: 20_000 }, () => chance.arrivals(expected));
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  }
});

describe('autoscaling', () => {
  const plans = (['doors', 'room'] as const).map((design) => planSale(design, { ...INPUT, crowd: RUSH }));
  const scenarios = playScenarios({ ...INPUT, crowd: RUSH }, plans, {
    newRandom: () => createRandom(1),
  });

  it('leaves buyers without an answer whom the planned gateways answer', () => {
    const [, room, , lateRoom] = scenarios.map(({ result }) => result);
    expect(room?.abandoned).toBe(0);
    expect(lateRoom?.abandoned).toBeGreaterThan(0);
    expect(lateRoom?.purchase.p99).toBeGreaterThan(10 * (room?.purchase.p99 ?? Number.POSITIVE_INFINITY));
  });

  it('is seen in the cores of its time, and not in those that come later', () => {
    const assumptions = { ...DEFAULT_ASSUMPTIONS, paySeconds: 600 };
    const [, , lateDoors] = playScenarios({ ...INPUT, crowd: RUSH, assumptions }, plans, {
      newRandom: () => createRandom(1),
    });
    expect(lateDoors?.result.busy.gateways).toBeCloseTo(1, 1);
  });

  it('is in the picture, beside the plan', () => {
    const chart = chartOf(scenarios);
    expect(chart.match(/<polyline/g)).toHaveLength(4 * scenarios.length);
    for (const { name } of scenarios) expect(chart).toContain(`>${name}</text>`);
    expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  });
});
