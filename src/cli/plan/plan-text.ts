import type { Design } from '../../capacity/crowd.ts';
import type { Plan, PlanInput } from '../../capacity/plan.ts';
import { requestsOf } from '../../capacity/traffic.ts';
import { type Column, tableText } from '../table.ts';
import { integerText } from '../texts.ts';

interface Row {
  readonly name: string;
  readonly of: (plan: Plan) => string;
}

export const DESIGN_NAMES: Readonly<Record<Design, string>> = { doors: 'OPEN DOORS', room: 'WAITING ROOM' };

const ROWS: readonly Row[] = [
  { name: 'requests at the gateways, /s', of: ({ traffic }) => integerText(Math.round(requestsOf(traffic))) },
  { name: 'gateways (processes)', of: ({ gateways }) => integerText(gateways.gateways) },
  { name: '  machines for them', of: ({ gateways }) => integerText(gateways.machines) },
  { name: 'Redis: its core is busy', of: ({ store }) => percentText(store.utilisation) },
  {
    name: '  nodes × cores, memory',
    of: ({ store }) => `${store.nodes} × ${store.coresPerNode}, ${gbText(store.memoryGb)}`,
  },
  { name: 'processors (processes)', of: ({ pipeline }) => integerText(pipeline.processors) },
  { name: '  partitions, with Kafka', of: ({ pipeline }) => integerText(pipeline.partitions) },
  { name: 'PostgreSQL: cores, memory', of: ({ ledger }) => `${ledger.cores}, ${gbText(ledger.memoryGb)}` },
  { name: '  connections', of: ({ ledger }) => integerText(ledger.connections) },
  { name: '  storage, a sale', of: ({ ledger }) => gbText(ledger.storageGb) },
  { name: 'bandwidth of the CDN, Gbit/s', of: ({ network }) => network.cdnGbitPerSecond.toFixed(0) },
  { name: '  of the origin, Gbit/s', of: ({ network }) => network.originGbitPerSecond.toFixed(2) },
  { name: '  share of the CDN', of: ({ network }) => percentText(network.cdnShare) },
  { name: 'ask for it before the sale', of: ({ leadTime }) => minutesText(leadTime.preScaleSeconds) },
  { name: 'autoscaling would answer after', of: ({ leadTime }) => minutesText(leadTime.autoscalingSeconds) },
];

/** The plans of all designs side by side, with what is to be said about them. */
export function planText(input: PlanInput, plans: readonly Plan[]): string {
  const rows = [...ROWS, ...costRows(plans, input.prices.currency)];
  return [
    ...headLines(input),
    '',
    tableText(columnsOf(plans), rows),
    '',
    ...warningLines(plans),
    ...sourceLines(input),
  ].join('\n');
}

function columnsOf(plans: readonly Plan[]): Column<Row>[] {
  const columns = plans.map(
    (plan): Column<Row> => ({ title: DESIGN_NAMES[plan.design], align: 'right', text: ({ of }) => of(plan) }),
  );
  return [{ title: '', text: ({ name }) => name }, ...columns];
}

function costRows([first]: readonly Plan[], currency: string): Row[] {
  return (first?.costs ?? []).map(({ cloud }, index) => ({
    name: `cost on ${cloud.toUpperCase()}, ${currency}: a sale, a unit`,
    of: ({ costs }) => `${(costs[index]?.total ?? 0).toFixed(0)}, ${(costs[index]?.perUnit ?? 0).toFixed(3)}`,
  }));
}

function headLines({ crowd }: PlanInput): string[] {
  return [
    `${integerText(crowd.buyers)} buyers for ${integerText(crowd.units)} units; in the worst second ${integerText(crowd.attemptsPerSecond)} attempts`,
    `(${percentText(crowd.botShare)} by bots) and ${integerText(crowd.pageLoadsPerSecond)} page loads; sold out in ${crowd.sellOutSeconds} s if a gate says so.`,
  ];
}

function warningLines(plans: readonly Plan[]): string[] {
  const lines = plans.flatMap(({ design, warnings }) =>
    warnings.map((warning) => `${DESIGN_NAMES[design].toLowerCase()}: ${warning}`),
  );
  return lines.length > 0 ? [...lines, ''] : [];
}

function sourceLines({ figures, prices, assumptions }: PlanInput): string[] {
  const { zones, utilisation } = assumptions;
  return [
    `One of ${zones} zones may be lost, and cores are ${percentText(utilisation)} busy then.`,
    `Measured ${figures.measured_at}: ${figures.machine}.`,
    `Prices as of ${prices.as_of}. ${prices.note}`,
  ];
}

export function planJson({ crowd, assumptions, figures, prices }: PlanInput, plans: readonly Plan[]) {
  return {
    crowd,
    assumptions,
    measured_at: figures.measured_at,
    prices_as_of: prices.as_of,
    prices_note: prices.note,
    plans,
  };
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function gbText(gb: number): string {
  return `${gb >= 10 ? gb.toFixed(0) : gb.toFixed(2)} GB`;
}

function minutesText(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} min`;
}
