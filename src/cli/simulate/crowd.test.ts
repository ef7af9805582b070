import { describe, expect, it } from 'vitest';
import { type Buyer, type CrowdSettings, planCrowd } from './crowd.ts';

const SETTINGS: CrowdSettings = {
  buyers: 2_000,
  arrival: 'spike',
  seconds: 10,
  earlySeconds: 20,
  earlyShare: 0.6,
  doubleClick: 0.1,
  baskets: 0.1,
  abandon: 0.1,
  decline: 0.1,
  greedy: 0.1,
  refreshers: 0.2,
  rejoiners: 0.3,
  noShows: 0.1,
  leavers: 0.4,
  bots: 0.1,
  seed: 7,
};

function traitsOf({ random: _, ...traits }: Buyer) {
  return traits;
}

function shareOf(crowd: readonly Buyer[], has: (buyer: Buyer) => boolean): number {
  return crowd.filter(has).length / crowd.length;
}

const crowd = planCrowd(SETTINGS);
const people = crowd.filter(({ bot }) => bot === null);
const bots = crowd.filter(({ bot }) => bot !== null);

describe('a crowd', () => {
  it('is the same again from the same seed, and another one from another', () => {
    expect(planCrowd(SETTINGS).map(traitsOf)).toEqual(crowd.map(traitsOf));
    expect(planCrowd({ ...SETTINGS, seed: 8 }).map(traitsOf)).not.toEqual(crowd.map(traitsOf));
  });

  it('is made up as its shares say', () => {
    expect(bots).toHaveLength(200);
    expect(shareOf(people, ({ refreshes }) => refreshes)).toBeCloseTo(0.2, 1);
    expect(shareOf(people, ({ tabs }) => tabs > 1)).toBeCloseTo(0.3, 1);
    expect(shareOf(people, ({ noShow }) => noShow)).toBeCloseTo(0.1, 1);
    expect(shareOf(people, ({ leaving }) => leaving !== null)).toBeCloseTo(0.4, 1);
    expect(shareOf(people, ({ leaving }) => leaving?.returns === true)).toBeCloseTo(0.2, 1);
  });

  it('comes in the time it is given, a share of a spike before the start', () => {
    for (const { arrivesAtMs } of people) {
      expect(arrivesAtMs).toBeGreaterThanOrEqual(-20_000);
      expect(arrivesAtMs).toBeLessThanOrEqual(10_000);
    }
    expect(shareOf(people, ({ arrivesAtMs }) => arrivesAtMs < 0)).toBeCloseTo(0.6, 1);
  });

  it('gives each person a device, and each operator of twenty accounts two', () => {
    expect(new Set(people.map(({ device }) => device)).size).toBe(people.length);
    expect(new Set(bots.map(({ bot }) => bot?.operator)).size).toBe(10);
    expect(new Set(bots.map(({ device }) => device)).size).toBe(20);
  });

  it('has bots that are there at the first moment, half of them with the work done', () => {
    expect(Math.max(...bots.map(({ arrivesAtMs }) => arrivesAtMs))).toBeLessThan(-19_900);
    expect(bots.filter(({ bot }) => bot?.solvesChallenges)).toHaveLength(100);
    expect(bots.every(({ refreshes, noShow, leaving }) => refreshes && !noShow && leaving === null)).toBe(true);
  });
});
