import { expect, it } from 'vitest';
import { DEFAULT_BEHAVIOUR, scenarioOf } from './behaviour.ts';

const ATTEMPTS = Array.from({ length: 1_000 }, (_, index) => `attempt_${index}`);

it('meets the configured rates, by the same attempts in every run of a seed', () => {
  const behaviour = { ...DEFAULT_BEHAVIOUR, decline_rate: 0.3, timeout_rate: 0.2 };
  const fates = ATTEMPTS.map((attempt) => scenarioOf('pm_ok', attempt, behaviour));
  const share = (scenario: string) => fates.filter((fate) => fate === scenario).length / fates.length;
  expect(share('decline')).toBeCloseTo(0.3, 1);
  expect(share('hang')).toBeCloseTo(0.7 * 0.2, 1);
  expect(ATTEMPTS.map((attempt) => scenarioOf('pm_ok', attempt, behaviour))).toEqual(fates);
  expect(ATTEMPTS.map((attempt) => scenarioOf('pm_ok', attempt, { ...behaviour, seed: 2 }))).not.toEqual(fates);
});

it('approves everything by default, and does to a test method what it stands for at any rate', () => {
  expect(scenarioOf('pm_visa', 'attempt_1', DEFAULT_BEHAVIOUR)).toBe('approve');
  expect(scenarioOf('pm_capture_fails', 'attempt_1', { ...DEFAULT_BEHAVIOUR, decline_rate: 1 })).toBe('approve');
});
