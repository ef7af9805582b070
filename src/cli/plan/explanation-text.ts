import type { Plan, PlanInput } from '../../capacity/plan.ts';
import { CLOUDS } from '../../capacity/prices.ts';
import type { Step } from '../../capacity/worksheet.ts';
import { DESIGN_NAMES } from './plan-text.ts';

const FIGURE = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });

/** Every figure of every plan: its formula, the numbers in it, and what comes out. */
export function explanationText(input: PlanInput, plans: readonly Plan[]): string {
  return [...plans.flatMap(planLines), ...sourceLines(input), ...priceLines(input)].join('\n');
}

function planLines({ design, steps }: Plan): string[] {
  const sections = Map.groupBy(steps, ({ section }) => section);
  const lines = [...sections].flatMap(([section, each]) => [`  ${section}`, ...each.flatMap(stepLines)]);
  return [DESIGN_NAMES[design], ...lines, ''];
}

function stepLines({ id, value, unit, formula, inputs }: Step): string[] {
  const numbers = Object.entries(inputs).map(([name, number]) => `${name} ${FIGURE.format(number)}`);
  return [`    ${id} = ${FIGURE.format(value)} ${unit}`, `      = ${formula}`, `      with ${numbers.join(', ')}`];
}

function sourceLines({ figures }: PlanInput): string[] {
  const { gateway, redis, processor, ledger } = figures;
  return [
    `MEASURED ${figures.measured_at}: ${figures.machine}`,
    `  gateway: ${gateway.source}`,
    `  Redis: ${redis.source}; limits: ${redis.limits_source}; joins: ${redis.join_source}; scripts: ${redis.script_source}; with a room: ${redis.room_script_source}; orders: ${redis.order_source}`,
    `  processor: ${processor.source}`,
    `  ledger: ${ledger.source}`,
    '',
  ];
}

function priceLines({ prices }: PlanInput): string[] {
  const lines = CLOUDS.flatMap((cloud) =>
    Object.entries(prices[cloud]).map(([name, price]) => {
      const [, amount] = Object.entries(price).find(([key]) => key.startsWith('per_')) ?? [];
      return `  ${cloud} ${name}: ${amount} ${prices.currency} (${price.what})`;
    }),
  );
  return [`PRICES as of ${prices.as_of}. ${prices.note}`, ...lines];
}
