import { type Assumptions, type Crowd, DEFAULT_ASSUMPTIONS } from '../../capacity/crowd.ts';
import type { Durability, Figures } from '../../capacity/figures.ts';
import type { PlanInput } from '../../capacity/plan.ts';
import type { Prices } from '../../capacity/prices.ts';
import { UsageError } from '../failure.ts';

/** The flags of the command. */
export interface PlanOptions {
  readonly buyers: number;
  readonly attempts: number;
  readonly pageLoads: number;
  readonly bots: number;
  readonly units: number;
  readonly sellOut: number;
  readonly durability: Durability;
  readonly log: Assumptions['orderLog'];
  readonly limits: Assumptions['limits'];
  readonly zones: number;
  readonly utilisation: number;
  readonly coreSpeed: number;
  readonly sales: number;
  readonly arrival: number;
  readonly pay: number;
  readonly pageKilobytes: number;
  readonly hours: number;
  readonly figures?: string;
  readonly prices?: string;
  readonly simulate?: true;
  readonly seed: number;
  readonly plot?: string;
  readonly explain?: true;
  readonly json?: true;
}

/** @throws UsageError when the flags do not fit together */
export function inputOf(options: PlanOptions, figures: Figures, prices: Prices): PlanInput {
  const crowd: Crowd = {
    buyers: options.buyers,
    attemptsPerSecond: options.attempts,
    pageLoadsPerSecond: options.pageLoads,
    botShare: options.bots,
    units: options.units,
    sellOutSeconds: options.sellOut,
  };
  if (crowd.botShare === 1)
    throw new UsageError('--bots must be less than 1: with no people there is no sale to plan.');
  if (crowd.units > crowd.buyers * 1_000)
    throw new UsageError('There are more than 1,000 units for each buyer: check --units and --buyers.');
  return { crowd, assumptions: assumptionsOf(options), figures, prices };
}

function assumptionsOf(options: PlanOptions): Assumptions {
  return {
    ...DEFAULT_ASSUMPTIONS,
    durability: options.durability,
    orderLog: options.log,
    limits: options.limits,
    zones: options.zones,
    utilisation: options.utilisation,
    coreSpeed: options.coreSpeed,
    sales: options.sales,
    arrivalSeconds: options.arrival,
    paySeconds: options.pay,
    pageKilobytes: options.pageKilobytes,
    hours: options.hours,
  };
}
