import { MAX_BATCH } from '../../capacity/figures.ts';
import type { Scenario } from '../../capacity/simulation/scenarios.ts';
import { type Column, tableText } from '../table.ts';
import { integerText } from '../texts.ts';

interface Row {
  readonly name: string;
  /** What the plan says; empty where it says nothing. */
  readonly planned: (scenario: Scenario) => string;
  readonly simulated: (scenario: Scenario) => string;
}

const SILENT = () => '';

const ROWS: readonly Row[] = [
  {
    name: 'sold out after, s',
    planned: ({ plan }) => secondsText(plan.soldOutSeconds),
    simulated: ({ result }) => (result.soldOutSeconds === null ? 'units left' : secondsText(result.soldOutSeconds)),
  },
  {
    name: 'gateways busy, %',
    planned: ({ plan }) => percentText(plan.gateways.load / plan.gateways.gateways),
    simulated: ({ result }) => percentText(result.busy.gateways),
  },
  {
    name: 'Redis busy, %',
    planned: ({ plan }) => percentText(plan.store.utilisation),
    simulated: ({ result }) => percentText(result.busy.redis),
  },
  {
    name: 'processors busy, %',
    planned: ({ plan }) => percentText(plan.pipeline.load / plan.pipeline.processors),
    simulated: ({ result }) => percentText(result.busy.processors),
  },
  {
    name: 'requests a script',
    planned: () => String(MAX_BATCH),
    simulated: ({ result }) => result.meanBatch.toFixed(1),
  },
  { name: 'purchase p50, ms', planned: SILENT, simulated: ({ result }) => msText(result.purchase.p50) },
  { name: 'purchase p99, ms', planned: SILENT, simulated: ({ result }) => msText(result.purchase.p99) },
  { name: 'payment p99, ms', planned: SILENT, simulated: ({ result }) => msText(result.pay.p99) },
  { name: 'most at gateways', planned: SILENT, simulated: ({ result }) => integerText(result.maxWaiting.gateways) },
  { name: 'most at Redis', planned: SILENT, simulated: ({ result }) => integerText(result.maxWaiting.redis) },
  { name: 'left unanswered', planned: () => '0', simulated: ({ result }) => integerText(result.abandoned) },
  { name: 'units bots got', planned: SILENT, simulated: ({ result }) => integerText(result.reservedByBots) },
  { name: 'in the ledger, s', planned: SILENT, simulated: ({ result }) => secondsText(result.ledgerSeconds) },
];

/** The plan beside each simulation of it; utilisations are those of the busiest second. */
export function simulationText(scenarios: readonly Scenario[]): string {
  return scenarios
    .map((scenario) => `${scenario.name.toUpperCase()}\n${tableText(columnsOf(scenario), ROWS)}`)
    .join('\n\n');
}

function columnsOf(scenario: Scenario): Column<Row>[] {
  return [
    { title: '', text: ({ name }) => name },
    { title: 'PLAN', align: 'right', text: ({ planned }) => planned(scenario) },
    { title: 'SIMULATION', align: 'right', text: ({ simulated }) => simulated(scenario) },
  ];
}

export function simulationJson(scenarios: readonly Scenario[]) {
  return scenarios.map(({ name, result: { moments: _, ...figures } }) => ({ name, ...figures }));
}

function secondsText(seconds: number): string {
  return seconds.toFixed(2);
}

function percentText(share: number): string {
  return (share * 100).toFixed(1);
}

function msText(ms: number): string {
  return ms.toFixed(1);
}
