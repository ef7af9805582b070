import { randomInt } from 'node:crypto';
import { UsageError } from '../failure.ts';
import type { CrowdSettings } from './crowd.ts';
import type { RoomSettings } from './room-report.ts';
import type { SimulationSettings } from './simulation.ts';

/** How a crowd queues, unless its flags say otherwise. */
type Manners = Pick<
  CrowdSettings,
  'earlySeconds' | 'earlyShare' | 'refreshers' | 'rejoiners' | 'noShows' | 'leavers' | 'bots'
>;

type Queue = RoomSettings['order'] | 'none';

/** The flags of the command. */
export interface SimulateOptions extends Omit<SimulationSettings, 'seed' | 'room' | 'antiBot' | keyof Manners> {
  readonly url?: readonly [string, ...string[]];
  /** Processes of our own, on shared servers. */
  readonly gateways?: number;
  readonly processors?: number;
  readonly json?: true;
  readonly seed?: number;
  readonly queue?: Queue;
  /** Plays the same crowd without a waiting room too. */
  readonly noQueue?: true;
  readonly rate: number;
  readonly cap: number;
  readonly admissionSeconds: number;
  readonly early?: number;
  readonly refreshers?: number;
  readonly rejoiners?: number;
  readonly noShows?: number;
  readonly leavers?: number;
  readonly bots?: number;
  readonly antiBot?: true;
}

const QUEUEING = { refreshers: 0.1, rejoiners: 0.05, noShows: 0.1, leavers: 0.05, bots: 0.1 };

const MANNERS: Readonly<Record<Queue, Manners>> = {
  none: { earlySeconds: 2, earlyShare: 0.3, refreshers: 0, rejoiners: 0, noShows: 0, leavers: 0, bots: 0 },
  fifo: { ...QUEUEING, earlySeconds: 5, earlyShare: 0.6 },
  draw: { ...QUEUEING, earlySeconds: 30, earlyShare: 0.9 },
};

/** The list of a draw closes 15 s before the start, and somebody has to come before that. */
const MIN_EARLY_SECONDS_OF_DRAW = 17;

export const MAX_SEED = 2 ** 32 - 1;

/** @throws UsageError when the flags do not fit together */
export function settingsOf(options: SimulateOptions): SimulationSettings {
  const { noQueue = false, queue = noQueue ? 'fifo' : 'none' } = options;
  const manners = MANNERS[queue];
  const settings = {
    ...options,
    seed: options.seed ?? randomInt(MAX_SEED),
    room: roomOf(queue, options),
    antiBot: options.antiBot ?? false,
    earlyShare: manners.earlyShare,
    earlySeconds: options.early ?? manners.earlySeconds,
    refreshers: options.refreshers ?? manners.refreshers,
    rejoiners: options.rejoiners ?? manners.rejoiners,
    noShows: options.noShows ?? manners.noShows,
    leavers: options.leavers ?? manners.leavers,
    bots: options.bots ?? manners.bots,
  };
  if (noQueue && queue === 'none')
    throw new UsageError('--no-queue compares with a queue: choose --queue fifo or draw.');
  checkFit(settings);
  checkPlace(options);
  return settings;
}

function roomOf(queue: Queue, { rate, cap, admissionSeconds }: SimulateOptions): RoomSettings | null {
  return queue === 'none' ? null : { order: queue, ratePerSecond: rate, maxActive: cap, admissionSeconds };
}

function checkPlace({ url, gateways, processors }: SimulateOptions): void {
  if ((gateways === undefined) !== (processors === undefined))
    throw new UsageError('--gateways and --processors go together.');
  if (url && gateways !== undefined) throw new UsageError('--url names servers that run: --gateways starts others.');
}

function checkFit({ skus, units, room, earlySeconds }: SimulationSettings): void {
  if (skus > units) throw new UsageError('There must be at least one unit of each item.');
  if (room?.order === 'draw' && earlySeconds < MIN_EARLY_SECONDS_OF_DRAW) {
    throw new UsageError(
      `--early must be at least ${MIN_EARLY_SECONDS_OF_DRAW} with --queue draw: its list closes 15 s before the start.`,
    );
  }
}
