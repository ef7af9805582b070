import { Command, InvalidArgumentError, Option } from 'commander';
import { httpUrl, share, wholeNumber } from '../src/cli/option-values.ts';
import { BuildProbe } from './blue-green/build-probe.ts';
import { duration } from './blue-green/duration.ts';
import { HaproxyTraffic } from './blue-green/haproxy/haproxy-traffic.ts';
import { RuntimeApi } from './blue-green/haproxy/runtime-api.ts';
import { Kubectl } from './blue-green/kubernetes/kubectl.ts';
import { KubernetesTraffic } from './blue-green/kubernetes/kubernetes-traffic.ts';
import { type RollOutResult, rollOut } from './blue-green/roll-out.ts';
import { COLORS, type Color, otherThan, type Traffic } from './blue-green/traffic.ts';

interface ProxyOptions {
  readonly url: string;
  readonly via: keyof typeof ADAPTERS;
  readonly admin: string;
  readonly colorMap: string;
  readonly namespace: string;
  readonly prometheus: string;
}

interface SwitchOptions extends ProxyOptions {
  readonly expectVersion?: string;
  readonly window: number;
  readonly readyWithin: number;
  readonly maxFailed: number;
  readonly maxP99: number;
  readonly minRequests: number;
  readonly json?: true;
}

/** How buyers are sent to a color. */
const ADAPTERS = {
  haproxy: ({ admin, colorMap }: ProxyOptions): Traffic => new HaproxyTraffic(new RuntimeApi(admin), colorMap),
  kubectl: ({ namespace, prometheus }: ProxyOptions): Traffic =>
    new KubernetesTraffic(new Kubectl(namespace), prometheus),
};

const EXIT_CODES = { switched: 0, rolled_back: 1, refused: 1 } as const;

const program = new Command('npm run blue-green --')
  .description('Moves buyers between blue and green gateways.')
  .addHelpText('after', '\nExit status: 0 done, 1 rolled back or refused, 2 wrong usage.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

proxyOptions(program.command('status'))
  .description('which color buyers reach, and which gateways are ready')
  .action(async (options: ProxyOptions) => {
    const traffic = ADAPTERS[options.via](options);
    console.log(`active: ${await traffic.active()}`);
    for (const color of COLORS) console.log(`${color}: ${await traffic.readyGateways(color)} ready`);
    console.log(`build-info: ${JSON.stringify(await new BuildProbe(options.url).read())}`);
  });

proxyOptions(program.command('switch'))
  .description('send buyers to the other color, see that they reach it, watch what they get, and go back if it is bad')
  .argument('[color]', `${COLORS.join(' or ')}; by default the one that buyers do not reach`, colorOf)
  .option('--expect-version <version>', 'what build-info must say then')
  .option('--window <duration>', 'for how long the new color is watched', duration, 60_000)
  .option(
    '--ready-within <duration>',
    'for how long it may take until as many of its gateways are ready as the other color has',
    duration,
    60_000,
  )
  .option('--max-failed <share>', 'of all requests, those that may end with a 5xx', share, 0.01)
  .option('--max-p99 <duration>', 'within which 99 of 100 answers begin', duration, 1_000)
  .option(
    '--min-requests <n>',
    'fewer say nothing; if there are not so many in the window, it goes back',
    wholeNumber(1),
    20,
  )
  .option('--json', 'print the result as JSON')
  .action(async (color: Color | undefined, options: SwitchOptions) => {
    const result = await switchColor(color, options);
    console.log(options.json ? JSON.stringify(result) : resultText(result));
    process.exitCode = EXIT_CODES[result.outcome];
  });

await program.parseAsync();

function proxyOptions(command: Command): Command {
  return command
    .addOption(new Option('--via <proxy>', 'what is in front').choices(Object.keys(ADAPTERS)).default('haproxy'))
    .addOption(
      new Option('--url <url>', 'where buyers come in')
        .env('TIDEGATE_URL')
        .default('http://127.0.0.1:8000')
        .argParser(httpUrl),
    )
    .addOption(
      new Option('--admin <address>', 'of the runtime API of HAProxy: a path, or host:port')
        .env('PROXY_ADMIN')
        .default('127.0.0.1:9999'),
    )
    .addOption(
      new Option('--color-map <file>', 'what HAProxy reads the color from at its start')
        .env('ACTIVE_COLOR_MAP')
        .default('deploy/proxy/active-color.map'),
    )
    .addOption(new Option('--namespace <name>', 'with kubectl: of the gateways').default('tidegate'))
    .addOption(
      new Option('--prometheus <url>', 'with kubectl: what has scraped them')
        .env('PROMETHEUS_URL')
        .default('http://127.0.0.1:9090')
        .argParser(httpUrl),
    );
}

async function switchColor(color: Color | undefined, options: SwitchOptions): Promise<RollOutResult> {
  const traffic = ADAPTERS[options.via](options);
  return rollOut(traffic, new BuildProbe(options.url), {
    to: color ?? otherThan(await traffic.active()),
    version: options.expectVersion ?? null,
    slo: { maxFailedRatio: options.maxFailed, maxP99Ms: options.maxP99, minRequests: options.minRequests },
    windowMs: options.window,
    readyWithinMs: options.readyWithin,
    signal: interruption(),
    say: (line) => console.error(line),
  });
}

function resultText({ outcome, from, to, reason }: RollOutResult): string {
  if (outcome === 'switched') return `switched from ${from} to ${to}`;
  return `${outcome === 'refused' ? 'nothing changed' : `rolled back to ${from}`}: ${reason}`;
}

/** Ctrl-C, or a pipeline that is stopped. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

function colorOf(text: string): Color {
  const color = COLORS.find((known) => known === text);
  if (!color) throw new InvalidArgumentError(`Not one of ${COLORS.join(', ')}.`);
  return color;
}
