import { createRandom, pick } from '../../../src/cli/simulate/random.ts';
import type { Blow } from './chaos.ts';
import type { SimulationPlan } from './simulation.ts';

const BLOWS: readonly Blow[] = [
  'kill',
  'ledger_outage',
  'broker_outage',
  'provider_outage',
  'store_outage',
  'fail_over',
  'fail_over',
];
const RATES = [0, 0.01, 0.03, 0.08];

/** What goes wrong in the simulation of this seed, and how much: anything from a calm sale to all at once. */
export function planOf(seed: number): SimulationPlan {
  const random = createRandom(seed);
  const rate = () => pick(RATES, random) ?? 0;
  return {
    seed,
    log: pick(['stream', 'broker'], random) ?? 'stream',
    buyers: 6 + Math.floor(random() * 8),
    maxTurns: 8_000,
    mutants: [],
    chaos: {
      rates: { lostCall: rate(), lostAnswer: rate(), duplicate: rate() },
      everyMs: pick([2_000, 6_000, 20_000], random) ?? 6_000,
      untilMs: pick([20_000, 60_000], random) ?? 60_000,
      blows: BLOWS.filter(() => random() < 0.6),
      storeLosses: pick([['nothing'], ['end'], ['nothing', 'end', 'orders', 'everything']] as const, random) ?? [
        'nothing',
      ],
    },
  };
}
