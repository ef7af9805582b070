import { type Command, Option } from 'commander';
import { EXIT_FAILED, UsageError } from '../failure.ts';
import { httpUrls, share, wholeNumber } from '../option-values.ts';
import { integerText, jsonText } from '../texts.ts';
import { comparisonJson, comparisonText } from './comparison.ts';
import { ARRIVALS } from './crowd.ts';
import { type OwnServer, startOwnFleet, startOwnServer } from './own-server.ts';
import { resultJson, resultText, type SimulationResult } from './report.ts';
import { MAX_SEED, type SimulateOptions, settingsOf } from './simulate-options.ts';
import { type SimulationSettings, simulate } from './simulation.ts';

const HELP = `
Starts a server of its own, unless --url names one, and plays a whole sale against it with real HTTP requests. Then it
waits until nothing is under way, and compares what buyers were told with the orders, the audit and, on a server of its
own, the payment provider's records. Exit status: 1 if anything does not agree.

--gateways and --processors start as many processes of their own instead, on the servers that STORE_URL, DATABASE_URL
and, if set, ORDER_LOG_URL name: npm run backends starts some.

With --queue fifo or draw the crowd goes through a waiting room. The report then says how long buyers waited, and counts
what must not happen: whoever was called before a place in front, a place that changed or that two had, a draw that does
not come out, admissions over rate or cap. Any of it makes the exit status 1. --no-queue plays the same crowd again
without a waiting room, and puts the two side by side. With a queue, 10 % of the buyers are refreshers, no-shows and
bots each, and 5 % rejoiners and leavers each, unless their flags say otherwise; without one, none.

A server of our own limits neither requests nor joins per address, since one machine plays all buyers; and with
--anti-bot alone it limits the accounts of a device. --anti-bot asks everybody for a proof of work, which this machine
does for all of them before the doors open: some 150 ms of a core each.

Examples:
  $ tidegate simulate
  $ tidegate simulate --buyers 20000 --units 1000 --arrival spike --seed 7
  $ tidegate simulate --queue fifo --no-queue --buyers 5000 --units 200 --rate 50 --cap 100
  $ tidegate simulate --queue draw --bots 0.2 --anti-bot --buyers 1000 --units 100
  $ STORE_URL=redis://… DATABASE_URL=postgres://… tidegate simulate --gateways 2 --processors 2
  $ ADMIN_TOKEN=… tidegate simulate --url https://sales.example.com --buyers 500 --units 50 --json`;

export function addSimulateCommand(program: Command): void {
  const command = program
    .command('simulate')
    .description('play a whole flash sale over HTTP, and check that nothing went wrong')
    .option('--url <urls>', 'server to play against, or several, with commas (default: one of its own)', httpUrls)
    .option('--gateways <n>', 'gateways of its own, on STORE_URL and DATABASE_URL', wholeNumber(1, 100))
    .option('--processors <n>', 'processors of its own, beside them', wholeNumber(1, 100))
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
    .option('--greedy <share>', 'share that tries for more than the limit', share, 0.05);
  addQueueOptions(command);
  command
    .option('--seed <n>', 'what the crowd is drawn from (default: any)', wholeNumber(0, MAX_SEED))
    .option('--concurrency <n>', 'requests under way at a time', wholeNumber(1, 10_000), 128)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(run);
}

function addQueueOptions(command: Command): void {
  command
    .addOption(new Option('--queue <order>', 'a waiting room (default: none)').choices(['fifo', 'draw', 'none']))
    .addOption(ownOption('--no-queue', 'also play the same crowd without a waiting room, and compare'))
    .option('--rate <n>', 'with a queue: admissions a second', wholeNumber(1, 100_000), 50)
    .option('--cap <n>', 'with a queue: shoppers inside at a time', wholeNumber(1, 1_000_000), 100)
    .option('--admission-seconds <n>', 'with a queue: how long an admission is good for', wholeNumber(5, 3_600), 15)
    .option(
      '--early <seconds>',
      'how long before the start the first come (default: 5; draw: 30)',
      wholeNumber(1, 3_600),
    )
    .option('--refreshers <share>', 'share that asks for news all the time', share)
    .option('--rejoiners <share>', 'share with several pages, each of which joins again and again', share)
    .addOption(ownOption('--no-shows <share>', 'share that is called and never comes').argParser(share))
    .option('--leavers <share>', 'share that leaves the queue; half of them come back', share)
    .option('--bots <share>', 'share of accounts that are bots: 20 an operator, on 2 devices', share)
    .option('--anti-bot', 'proof of work, few accounts a device, one purchase a device; suspects are held');
}

/** Commander takes a flag that begins with `--no-` for the opposite of another one; these are flags of their own. */
function ownOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  option.negate = false;
  return option;
}

async function run(options: SimulateOptions): Promise<void> {
  const settings = settingsOf(options);
  announce(settings);
  const result = await play(options, settings);
  if (!options.noQueue) return print(options, resultJson(result), resultText(result));
  const withoutRoom = await play(options, { ...settings, room: null });
  const comparison = { withRoom: result, withoutRoom };
  print(options, comparisonJson(comparison), comparisonText(comparison));
}

function print({ json }: SimulateOptions, result: { readonly ok: boolean }, text: string): void {
  console.log(json ? jsonText(result) : text);
  if (!result.ok) process.exitCode = EXIT_FAILED;
}

function announce({ buyers, units, skus, arrival, seconds, seed }: SimulationSettings): void {
  const goods = `${integerText(units)} units of ${skus} items`;
  console.error(`${integerText(buyers)} buyers come for ${goods} (${arrival}, ${seconds} s, seed ${seed}).`);
}

function play({ url, gateways, processors }: SimulateOptions, settings: SimulationSettings): Promise<SimulationResult> {
  if (url) return playAgainst(url, settings);
  const options = { limitsDevices: settings.antiBot };
  if (!gateways || !processors) return playOn(() => startOwnServer(options), settings);
  return playOn(() => startOwnFleet({ gateways, processors }, options), settings);
}

async function playAgainst(
  urls: readonly [string, ...string[]],
  settings: SimulationSettings,
): Promise<SimulationResult> {
  const adminToken = process.env.ADMIN_TOKEN;
  if (!adminToken) throw new UsageError('--url needs the admin token of that server in ADMIN_TOKEN.');
  console.error(`Server: ${urls.join(', ')}. Its rate limits apply to us as to any other client.`);
  return simulate({ urls, adminToken, simulatedProviderUrl: null }, settings);
}

/** What a failed run leaves behind is kept: it is what one wants to look at. */
async function playOn(start: () => Promise<OwnServer>, settings: SimulationSettings): Promise<SimulationResult> {
  const server = await start();
  console.error(
    `Server: our own, ${server.urls.join(', ')}. Its rate limit per IP is off: one machine plays all buyers.`,
  );
  try {
    const result = await simulate(server, settings);
    await server.stop();
    if (result.faults.length === 0) await server.remove();
    else console.error(`Data and log of the server are kept in ${server.directory}.`);
    return result;
  } finally {
    await server.stop();
  }
}
