import type { Design } from '../crowd.ts';
import type { Plan, PlanInput } from '../plan.ts';
import { BEHAVIOUR } from './behaviour.ts';
import type { SimulationResult } from './result.ts';
import { simulateSale } from './simulated-sale.ts';

/** A plan put to the test. */
export interface Scenario {
  readonly name: string;
  readonly plan: Plan;
  readonly result: SimulationResult;
}

export interface ScenarioOptions {
  /** A source of numbers in [0, 1) that begins anew each time, so that each scenario has the same crowd. */
  readonly newRandom: () => () => number;
}

/** What autoscaling begins with: sized for a day without a sale. */
const EVERYDAY_SHARE = 0.1;

const NAMES: Readonly<Record<Design, string>> = { doors: 'open doors', room: 'waiting room' };

/** Each plan with all that it asks for, and once more with a tenth of the gateways until autoscaling has brought the rest. */
export function playScenarios(input: PlanInput, plans: readonly Plan[], options: ScenarioOptions): Scenario[] {
  const planned = plans.map((plan) => play(NAMES[plan.design], input, plan, options, null));
  const late = plans.map((plan) => {
    const gateways = Math.max(1, Math.floor(plan.gateways.gateways * EVERYDAY_SHARE));
    const untilSeconds = plan.leadTime.autoscalingSeconds;
    return play(`${NAMES[plan.design]}, autoscaled`, input, plan, options, { gateways, untilSeconds });
  });
  return [...planned, ...late];
}

function play(
  name: string,
  { crowd, assumptions, figures }: PlanInput,
  plan: Plan,
  { newRandom }: ScenarioOptions,
  late: { readonly gateways: number; readonly untilSeconds: number } | null,
): Scenario {
  const result = simulateSale({
    design: plan.design,
    crowd,
    assumptions,
    figures,
    behaviour: BEHAVIOUR,
    gateways: plan.gateways.gateways,
    processors: plan.pipeline.processors,
    late,
    random: newRandom(),
  });
  return { name, plan, result };
}
