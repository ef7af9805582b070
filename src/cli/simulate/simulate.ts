import { randomInt } from 'node:crypto';
import { type Command, Option } from 'commander';
import { EXIT_FAILED, UsageError } from '../failure.ts';
import { httpUrl, share, wholeNumber } from '../option-values.ts';
import { integerText, jsonText } from '../texts.ts';
import { ARRIVALS } from './crowd.ts';
import { startOwnServer } from './own-server.ts';
import { resultJson, resultText } from './report.ts';
import { type SimulationSettings, simulate } from './simulation.ts';

const HELP = `
Starts a server of its own, unless --url names one, and plays a whole sale against it with real HTTP requests. Then it
waits until nothing is under way, and compares what buyers were told with the orders, the audit and, on a server of its
own, the payment provider's records. Exit status: 1 if anything does not agree.

Examples:
  $ tidegate simulate
  $ tidegate simulate --buyers 20000 --units 1000 --arrival spike --seed 7
  $ ADMIN_TOKEN=… tidegate simulate --url https://sales.example.com --buyers 500 --units 50 --json`;

interface SimulateOptions extends Omit<SimulationSettings, 'seed'> {
  readonly url?: string;
  readonly seed?: number;
  readonly json?: true;
}

const MAX_SEED = 2 ** 32 - 1;

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('play a whole flash sale over HTTP, and check that nothing went wrong')
    .option('--url <url>', 'server to play against (default: one of its own)', httpUrl)
    .option('--buyers <n>', 'how many come', wholeNumber(1, 1_000_000), 20_000)
    .option('--units <n>', 'units for sale, over all items', wholeNumber(1, 10_000_000), 1_000)
    .option('--skus <n>', 'items', wholeNumber(1, 100), 3)
    .addOption(new Option('--arrival <curve>', 'how they come').choices(ARRIVALS).default('spike'))
    .option('--seconds <n>', 'the time in which all come', wholeNumber(1, 3_600), 10)
    .option('--reservation-seconds <n>', 'time to pay; then units are for sale again', wholeNumber(1, 600), 15)
    .option('--double-click <share>', 'share that sends each purchase twice', share, 0.1)
    .option('--baskets <share>', 'share that buys two items at once', share, 0.1)
    .option('--abandon <share>', 'share that reserves and never pays', share, 0.1)
    .option('--decline <share>', 'share whose first card is declined', share, 0.1)
    .option('--greedy <share>', 'share that tries for more than the limit', share, 0.05)
    .option('--seed <n>', 'what the crowd is drawn from (default: any)', wholeNumber(0, MAX_SEED))
    .option('--concurrency <n>', 'requests under way at a time', wholeNumber(1, 10_000), 128)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ url, json, ...options }: SimulateOptions): Promise<void> {
  const settings = { ...options, seed: options.seed ?? randomInt(MAX_SEED) };
  if (settings.skus > settings.units) throw new UsageError('There must be at least one unit of each item.');
  announce(settings);
  const result = await (url ? playAgainst(url, settings) : playOnOwnServer(settings));
  console.log(json ? jsonText(resultJson(result)) : resultText(result));
  if (result.verification.faults.length > 0) process.exitCode = EXIT_FAILED;
}

function announce({ buyers, units, skus, arrival, seconds, seed }: SimulationSettings): void {
  const goods = `${integerText(units)} units of ${skus} items`;
  console.error(`${integerText(buyers)} buyers come for ${goods} (${arrival}, ${seconds} s, seed ${seed}).`);
}

async function playAgainst(url: string, settings: SimulationSettings) {
  const adminToken = process.env.ADMIN_TOKEN;
  if (!adminToken) throw new UsageError('--url needs the admin token of that server in ADMIN_TOKEN.');
  console.error(`Server: ${url}. Its rate limits apply to us as to any other client.`);
  return simulate({ url, adminToken, simulatedProviderUrl: null }, settings);
}

/** What a failed run leaves behind is kept: it is what one wants to look at. */
async function playOnOwnServer(settings: SimulationSettings) {
  const server = await startOwnServer();
  console.error(`Server: our own, ${server.url}. Its rate limit per IP is off: one machine plays all buyers.`);
  try {
    const result = await simulate(server, settings);
    await server.stop();
    if (result.verification.faults.length === 0) await server.remove();
    else console.error(`Data and log of the server are kept in ${server.directory}.`);
    return result;
  } finally {
    await server.stop();
  }
}
