import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Assumptions, type Crowd, DEFAULT_ASSUMPTIONS, DEFAULT_CROWD, type Design } from './crowd.ts';
import figures from './figures.json' with { type: 'json' };
import { attemptCost } from './figures.ts';
import { type Plan, planSale } from './plan.ts';
import prices from './prices.json' with { type: 'json' };

const DESIGNS: readonly Design[] = ['doors', 'room'];

const crowds: fc.Arbitrary<Crowd> = fc.record({
  buyers: fc.integer({ min: 1, max: 5_000_000 }),
  attemptsPerSecond: fc.integer({ min: 1, max: 2_000_000 }),
  pageLoadsPerSecond: fc.integer({ min: 0, max: 5_000_000 }),
  botShare: fc.double({ min: 0, max: 0.99, noNaN: true }),
  units: fc.integer({ min: 1, max: 1_000_000 }),
  sellOutSeconds: fc.integer({ min: 1, max: 3_600 }),
});

const houses: fc.Arbitrary<Assumptions> = fc
  .record({
    durability: fc.constantFrom('aof' as const, 'memory' as const, 'replica' as const),
    orderLog: fc.constantFrom('redis' as const, 'kafka' as const),
    limits: fc.constantFrom('edge' as const, 'gateway' as const),
    zones: fc.integer({ min: 2, max: 6 }),
    utilisation: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    coreSpeed: fc.double({ min: 0.1, max: 10, noNaN: true }),
  })
  .map((chosen) => ({ ...DEFAULT_ASSUMPTIONS, ...chosen }));

const designs = fc.constantFrom(...DESIGNS);

function planned(design: Design, crowd: Crowd = DEFAULT_CROWD, assumptions = DEFAULT_ASSUMPTIONS): Plan {
  return planSale(design, { crowd, assumptions, figures, prices });
}

/** What a larger crowd may not make smaller. */
function sizesOf({ gateways, store, pipeline, ledger, network, costs }: Plan): number[] {
  const money = costs.map(({ total }) => total);
  const { cores, connections, storageGb } = ledger;
  return [
    gateways.gateways,
    gateways.machines,
    store.utilisation,
    store.memoryGb,
    pipeline.processors,
    ...money,
  ].concat([cores, connections, storageGb, network.cdnGbitPerSecond, network.originGbitPerSecond]);
}

function expectNoneSmaller(larger: Plan, smaller: Plan): void {
  const before = sizesOf(smaller);
  for (const [index, size] of sizesOf(larger).entries()) {
    expect(size).toBeGreaterThanOrEqual((before[index] ?? 0) * (1 - 1e-9));
  }
}

test.each(DESIGNS)('at %s what is asked for in time is what is paid for', (design) => {
  const { gateways, steps } = planned(design);
  const numberIn = (id: string, name: string) =>
    steps.filter((step) => step.id === id).map(({ inputs }) => inputs[name]);
  // Three processors share a machine.
  const machines = gateways.machines + 1;
  expect(numberIn('pre_scaling', 'machines')).toEqual([machines]);
  expect(numberIn('machines', 'compute')).toEqual([machines, machines]);
});

describe('a larger crowd never needs less', () => {
  it.for(['buyers', 'attemptsPerSecond', 'pageLoadsPerSecond', 'units'] as const)('of %s', (what) => {
    fc.assert(
      fc.property(designs, crowds, houses, fc.integer({ min: 1, max: 1_000_000 }), (design, crowd, house, more) => {
        const larger = { ...crowd, [what]: crowd[what] + more };
        expectNoneSmaller(planned(design, larger, house), planned(design, crowd, house));
      }),
    );
  });

  it('of bots, at the door of a waiting room', () => {
    fc.assert(
      fc.property(crowds, houses, fc.double({ min: 0, max: 1, noNaN: true }), (crowd, house, share) => {
        const more = { ...crowd, botShare: crowd.botShare + share * (0.99 - crowd.botShare) };
        expectNoneSmaller(planned('room', more, house), planned('room', crowd, house));
      }),
    );
  });
});

test('faster cores and more head-room given up never need more gateways', () => {
  fc.assert(
    fc.property(designs, crowds, houses, fc.double({ min: 1, max: 5, noNaN: true }), (design, crowd, house, factor) => {
      const { gateways } = planned(design, crowd, house).gateways;
      const faster = { ...house, coreSpeed: house.coreSpeed * factor };
      const fuller = { ...house, utilisation: Math.min(0.95, house.utilisation * factor) };
      expect(planned(design, crowd, faster).gateways.gateways).toBeLessThanOrEqual(gateways);
      expect(planned(design, crowd, fuller).gateways.gateways).toBeLessThanOrEqual(gateways);
    }),
  );
});

test('with any one zone lost, no core is busier than was asked for', () => {
  fc.assert(
    fc.property(designs, crowds, houses, (design, crowd, house) => {
      const { gateways } = planned(design, crowd, house);
      const left = gateways.gateways * (1 - 1 / house.zones);
      expect(gateways.load / left).toBeLessThanOrEqual(house.utilisation + 1e-9);
      expect(gateways.gateways % house.zones).toBe(0);
    }),
  );
});

test('every formula that is shown gives the figure that is shown', () => {
  fc.assert(
    fc.property(designs, crowds, houses, (design, crowd, house) => {
      for (const { id, formula, inputs, value } of planned(design, crowd, house).steps) {
        expect(evaluated(formula, inputs), id).toBeCloseTo(value, 6);
      }
    }),
    { numRuns: 20 },
  );
});

/** Formulas are arithmetic in names, `ceil`, `min` and `max`. */
function evaluated(formula: string, inputs: Readonly<Record<string, number>>): number {
  const names = { ceil: Math.ceil, min: Math.min, max: Math.max, ...inputs };
  return new Function(...Object.keys(names), `return ${formula}`)(...Object.values(names));
}

describe('what Redis computes for an attempt', () => {
  it('is such that both measured rates come out again', () => {
    const { one_in_a_hundred_wins, all_win } = figures.redis.attempts_per_second.aof;
    const { refusedUs, reservedUs } = attemptCost(figures, 'aof');
    expect(1e6 / reservedUs).toBeCloseTo(all_win);
    expect(1e6 / (0.99 * refusedUs + 0.01 * reservedUs)).toBeCloseTo(one_in_a_hundred_wins);
  });
});

describe('warnings', () => {
  it('say that one Redis core just decides for everybody at open doors', () => {
    expect(planned('doors').warnings).toContainEqual(expect.stringContaining('Redis has no head-room'));
  });

  it('say that it cannot for a crowd twice as large, and can behind a waiting room', () => {
    const twice = { ...DEFAULT_CROWD, attemptsPerSecond: 2 * DEFAULT_CROWD.attemptsPerSecond };
    const [doors, room] = DESIGNS.map((design) => planned(design, twice));
    expect(doors?.warnings).toContainEqual(expect.stringContaining('Redis cannot do it'));
    expect(room?.warnings).not.toContainEqual(expect.stringContaining('Redis cannot do it'));
    expect(room?.warnings).toContainEqual(expect.stringContaining('Redis has no head-room'));
  });

  it('say that autoscaling comes too late, unless the sale takes longer than that', () => {
    const slow = { ...DEFAULT_CROWD, sellOutSeconds: 3_600 };
    expect(planned('room').warnings).toContainEqual(expect.stringContaining('Autoscaling answers after'));
    expect(planned('room', slow).warnings).not.toContainEqual(expect.stringContaining('Autoscaling'));
  });
});

test('a small sale needs one gateway a zone, one to spare, and no pooler', () => {
  const small = { ...DEFAULT_CROWD, buyers: 1_000, attemptsPerSecond: 500, units: 100, sellOutSeconds: 600 };
  const plan = planned('room', small);
  expect(plan.gateways.gateways).toBe(3);
  expect(plan.pipeline.processors).toBe(3);
  expect(plan.warnings).toEqual([]);
});
