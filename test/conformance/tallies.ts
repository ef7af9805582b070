import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Quota, Tallies } from '../../src/anti-bot/tallies.ts';
import { decideRate } from '../../src/domain/gcra.ts';

/** @param clock milliseconds, for the rates */
export type OpenTallies = (clock: () => number) => Tallies;

/** Keys that no test before has counted on. */
const fresh = (name: string) => `${name}-${randomUUID()}`;

const T0 = Date.UTC(2100, 0, 1);

export function describeTallies(name: string, open: OpenTallies): void {
  describe(`the tallies of ${name}`, () => {
    let nowMs: number;
    let tallies: Tallies;

    beforeEach(() => {
      nowMs = T0;
      tallies = open(() => nowMs);
    });

    test('decide on each request as the algorithm does', async () => {
      const limit = { requests: 7, windowMs: 1_000 };
      const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 30, maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(gaps, async (steps) => {
          const key = fresh('address');
          let fullAtMs = Number.NEGATIVE_INFINITY;
          for (const step of steps) {
            nowMs += step;
            const expected = decideRate(limit, fullAtMs, nowMs);
            fullAtMs = expected.fullAtMs;
            const [verdict] = await tallies.take([{ scope: 'ip', key, limit }]);
            expect(verdict).toMatchObject({ allowed: expected.allowed, remaining: expected.remaining });
            expect(verdict?.retryAfterMs).toBeCloseTo(expected.retryAfterMs, 1);
          }
        }),
        { numRuns: 10 },
      );
    });

    test('let no more pass than the limit, however many ask at once', async () => {
      const quota: Quota = { scope: 'user', key: fresh('user'), limit: { requests: 20, windowMs: 60_000 } };
      const verdicts = await Promise.all(Array.from({ length: 300 }, () => tallies.take([quota])));
      expect(verdicts.filter(([verdict]) => verdict?.allowed)).toHaveLength(20);
    });

    test('ask of two limits the second only while the first allows it', async () => {
      const limit = { requests: 2, windowMs: 60_000 };
      const quotas: Quota[] = [
        { scope: 'ip', key: fresh('address'), limit },
        { scope: 'user', key: fresh('user'), limit: { ...limit, requests: 3 } },
      ];
      const answers = [await tallies.take(quotas), await tallies.take(quotas), await tallies.take(quotas)];
      expect(answers.map((verdicts) => verdicts.map(({ allowed }) => allowed))).toEqual([
        [true, true],
        [true, true],
        [false],
      ]);
      const [user] = await tallies.take(quotas.slice(1));
      expect(user).toMatchObject({ allowed: true, remaining: 0 });
    });

    test('count scopes and keys apart', async () => {
      const key = fresh('key');
      const limit = { requests: 1, windowMs: 60_000 };
      for (const scope of ['ip', 'user', 'join'] as const) {
        expect(await tallies.take([{ scope, key, limit }])).toMatchObject([{ allowed: true }]);
        expect(await tallies.take([{ scope, key, limit }])).toMatchObject([{ allowed: false }]);
      }
      expect(await tallies.take([{ scope: 'ip', key: fresh('key'), limit }])).toMatchObject([{ allowed: true }]);
    });

    test('let a device bring as many accounts as it may, however often and in which order they come', async () => {
      const visits = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(visits, fc.integer({ min: 1, max: 5 }), async (accounts, maxAccounts) => {
          const device = { saleId: 'sale', deviceId: fresh('device') };
          const first = [...new Set(accounts)].slice(0, maxAccounts);
          for (const account of accounts) {
            const admitted = await tallies.admitAccount({ ...device, userId: `user-${account}` }, maxAccounts);
            expect(admitted).toBe(first.includes(account));
          }
        }),
        { numRuns: 20 },
      );
    });

    test('count neither devices nor sales against each other', async () => {
      const ann = { saleId: fresh('sale'), deviceId: 'device', userId: 'ann' };
      const bob = { ...ann, userId: 'bob' };
      expect(await tallies.admitAccount(ann, 1)).toBe(true);
      expect(await tallies.admitAccount(bob, 1)).toBe(false);
      expect(await tallies.admitAccount({ ...bob, deviceId: 'another device' }, 1)).toBe(true);
      expect(await tallies.admitAccount({ ...bob, saleId: fresh('sale') }, 1)).toBe(true);
    });

    test('take a solution once, and again from who repeats the request', async () => {
      const solution = fresh('solution');
      expect(await tallies.useSolution(solution, T0)).toBe(true);
      expect(await tallies.useSolution(solution, T0 + 59_999)).toBe(true);
      expect(await tallies.useSolution(solution, T0 + 60_000)).toBe(false);
      expect(await tallies.useSolution(fresh('solution'), T0)).toBe(true);
    });
  });
}
