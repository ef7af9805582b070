import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { DEFAULT_ASSUMPTIONS, DEFAULT_CROWD, type Design } from '../../capacity/crowd.ts';
import { type Plan, type PlanInput, planSale } from '../../capacity/plan.ts';
import { chartOf } from '../../capacity/simulation/chart.ts';
import { playScenarios, type Scenario } from '../../capacity/simulation/scenarios.ts';
import { UsageError } from '../failure.ts';
import { between, share, wholeNumber } from '../option-values.ts';
import { createRandom } from '../simulate/random.ts';
import { MAX_SEED } from '../simulate/simulate-options.ts';
import { jsonText } from '../texts.ts';
import { explanationText } from './explanation-text.ts';
import { readFigures, readPrices } from './plan-files.ts';
import { inputOf, type PlanOptions } from './plan-options.ts';
import { planJson, planText } from './plan-text.ts';
import { simulationJson, simulationText } from './simulation-text.ts';

const HELP = `
Prints what a sale of this crowd needs: gateways, processors, Redis, partitions, PostgreSQL, bandwidth, time to prepare,
and the cost on AWS and GCP. Two designs side by side: open doors, where everybody tries to buy at once, and a waiting
room. Rates are of the worst second; one zone may be lost in it, and --utilisation leaves head-room on top.

--explain shows every formula with its numbers. What was measured stands in src/capacity/figures.json, with date,
machine and source. What is paid, in src/capacity/prices.json, is an assumption with a date: from memory, not looked up.
Both can be replaced.

--simulate plays the sale out, event by event, with queues at gateways, Redis, processors and the payment service, and
puts it beside the plan: as planned, and with a tenth of the gateways until autoscaling has brought the others. A crowd
of a million takes some seconds of this machine.

Examples:
  $ tidegate plan
  $ tidegate plan --buyers 50000 --attempts 20000 --page-loads 40000 --units 500 --sell-out 30
  $ tidegate plan --bots 0.5 --limits gateway --explain
  $ tidegate plan --simulate --seed 7 --plot sale.svg
  $ tidegate plan --prices my-prices.json --hours 4 --json`;

export function addPlanCommand(program: Command): void {
  const command = program.command('plan').description('what a sale needs, and what it costs');
  addCrowdOptions(command);
  addHouseOptions(command);
  command
    .option('--figures <file>', 'measured figures (default: those of this version)')
    .option('--prices <file>', 'prices (default: assumed ones, with a date)')
    .option('--simulate', 'play the sale out, and put it beside the plan')
    .option('--seed <n>', 'with --simulate: what the crowd is drawn from', wholeNumber(0, MAX_SEED), 1)
    .option('--plot <file>', 'with --simulate: write a picture of it, as SVG')
    .option('--explain', 'show every formula with its numbers')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(run);
}

function addCrowdOptions(command: Command): void {
  const crowd = DEFAULT_CROWD;
  command
    .option('--buyers <n>', 'people who want to buy', wholeNumber(1, 1e9), crowd.buyers)
    .option('--attempts <n>', 'attempts to buy in the worst second', wholeNumber(1, 1e9), crowd.attemptsPerSecond)
    .option('--page-loads <n>', 'page loads in the worst second', wholeNumber(0, 1e10), crowd.pageLoadsPerSecond)
    .option('--bots <share>', 'share of the attempts that bots make', share, crowd.botShare)
    .option('--units <n>', 'units for sale', wholeNumber(1, 1e9), crowd.units)
    .option('--sell-out <seconds>', 'in which the gate is to sell them', between(0.1, 86_400), crowd.sellOutSeconds);
}

function addHouseOptions(command: Command): void {
  const house = DEFAULT_ASSUMPTIONS;
  command
    .addOption(durabilityOption().default(house.durability))
    .addOption(new Option('--log <log>', 'the order log').choices(['redis', 'kafka']).default(house.orderLog))
    .addOption(
      new Option('--limits <place>', 'where addresses and buyers are counted')
        .choices(['edge', 'gateway'])
        .default(house.limits),
    )
    .option('--zones <n>', 'zones, one of which may be lost', wholeNumber(2, 6), house.zones)
    .option('--utilisation <share>', 'of a core, with one zone lost', between(0.05, 0.95), house.utilisation)
    .option('--core-speed <factor>', 'a core there, beside the measured one', between(0.1, 10), house.coreSpeed)
    .option('--sales <n>', 'sales at the same time', wholeNumber(1, 10_000), house.sales)
    .option('--arrival <seconds>', 'in which the queue fills', between(1, 86_400), house.arrivalSeconds)
    .option('--pay <seconds>', 'in which the winners pay', between(1, 86_400), house.paySeconds)
    .option('--page-kilobytes <n>', 'a page load, compressed', between(0.1, 100_000), house.pageKilobytes)
    .option('--hours <n>', 'for which everything is paid', between(0.1, 8_760), house.hours);
}

function durabilityOption(): Option {
  return new Option('--durability <mode>', 'STORE_DURABILITY').choices(['aof', 'memory', 'replica']);
}

const DESIGNS: readonly Design[] = ['doors', 'room'];

async function run(options: PlanOptions): Promise<void> {
  if (options.plot && !options.simulate) throw new UsageError('--plot shows a simulation: add --simulate.');
  const [figures, prices] = await Promise.all([readFigures(options.figures), readPrices(options.prices)]);
  const input = inputOf(options, figures, prices);
  const plans = DESIGNS.map((design) => planSale(design, input));
  const scenarios = options.simulate ? play(options, input, plans) : [];
  if (options.plot) await writeFile(options.plot, chartOf(scenarios));
  if (options.json) return print({ ...planJson(input, plans), simulations: simulationJson(scenarios) });
  console.log(planText(input, plans));
  if (options.explain) console.log(`\n${explanationText(input, plans)}`);
  if (scenarios.length > 0) console.log(`\n${simulationText(scenarios)}`);
}

function play({ seed }: PlanOptions, input: PlanInput, plans: readonly Plan[]): Scenario[] {
  return playScenarios(input, plans, { newRandom: () => createRandom(seed) });
}

function print(content: object): void {
  console.log(jsonText(content));
}
