import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BurstResult } from './support/burst.ts';
import type { BurstOrder } from './support/burst-process.ts';
import { printProfile } from './support/profile.ts';
import { canPin, runLoad, type ServerProcess, startServer } from './support/server-process.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';
import { KEYS, openSale, readMetrics, SKU, startTidegate } from './support/tidegate-server.ts';

const BUYERS = sized(100_000);
const ROUNDS = sized(3);
const LOAD = { skuId: SKU, keys: KEYS, connections: 128, depth: 1 };
const WARM_UP = { rounds: 3, buyers: sized(15_000) };
const NO_SALE = '00000000-0000-4000-8000-000000000000';
const BARE = join(import.meta.dirname, 'support/bare-server.ts');
const BURST = join(import.meta.dirname, 'support/burst-process.ts');

interface Round extends BurstResult {
  readonly perSecond: number;
}

interface OurRound extends Round {
  readonly soldOut: Round;
  readonly loopDelayMs: number;
  readonly lagAtEnd: number;
  readonly catchUpSeconds: number;
  readonly bytesPerReservation: number;
}

/** A burst of durable purchases over HTTP on one core, beside a bare Fastify route, in turn. */
export async function purchaseBench(): Promise<void> {
  console.log(canPin ? 'One core for the server, the other for the load.' : 'No taskset: server and load share cores.');
  const bare: Round[] = [];
  const ours: OurRound[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measureBare());
    ours.push(await measureOurs());
  }
  printThroughput(bare, ours);
  printSides(ours);
  await printProfile((nodeOptions) => measureOurs(nodeOptions));
}

async function measureBare(): Promise<Round> {
  const server = await startServer([BARE, JSON.stringify(KEYS)]);
  try {
    await warmUp(server, async () => NO_SALE);
    return await burst(server, NO_SALE);
  } finally {
    await server.stop();
  }
}

async function measureOurs(nodeOptions: readonly string[] = []): Promise<OurRound> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  const server = await startTidegate(directory, nodeOptions);
  try {
    await warmUp(server, (units) => openSale(server, units));
    const saleId = await openSale(server, BUYERS);
    const before = await readMetrics(server);
    const reserved = await burst(server, saleId);
    const after = await readMetrics(server);
    const caughtUpAfter = await caughtUp(server);
    const soldOut = await burst(server, saleId);
    return {
      ...reserved,
      soldOut,
      loopDelayMs: (after.tidegate_event_loop_delay_seconds ?? 0) * 1000,
      lagAtEnd: after.tidegate_order_log_lag_events ?? 0,
      catchUpSeconds: caughtUpAfter,
      bytesPerReservation:
        ((after.tidegate_process_resident_memory_bytes ?? 0) - (before.tidegate_process_resident_memory_bytes ?? 0)) /
        BUYERS,
    };
  } finally {
    await server.stop();
    await rm(directory, { recursive: true });
  }
}

/**
 * In rounds, with a look at the metrics after each, which takes other routes than a purchase does: V8 throws away what
 * it has compiled for one kind of request alone, and would compile it anew in the burst.
 */
async function warmUp(server: ServerProcess, open: (units: number) => Promise<string>): Promise<void> {
  for (let round = 0; round < WARM_UP.rounds; round++) {
    await burst(server, await open(WARM_UP.buyers), WARM_UP.buyers);
    await caughtUp(server);
  }
}

async function burst(server: ServerProcess, saleId: string, buyers = BUYERS): Promise<Round> {
  const order: BurstOrder = { ...LOAD, buyers, port: server.port, path: `/api/v1/flash-sale/${saleId}/purchase` };
  const result = await runLoad<BurstResult>(BURST, order);
  return { ...result, perSecond: buyers / result.seconds };
}

/** Seconds until the ledger has read everything. */
async function caughtUp(server: ServerProcess): Promise<number> {
  const startedAt = performance.now();
  while (((await readMetrics(server)).tidegate_order_log_lag_events ?? 0) > 0) await sleep(100);
  return (performance.now() - startedAt) / 1000;
}

function printThroughput(bare: readonly Round[], ours: readonly OurRound[]): void {
  const limit = median(bare.map(({ perSecond }) => perSecond));
  const row = (name: string, rounds: readonly Round[]) => {
    const rate = median(rounds.map(({ perSecond }) => perSecond));
    const p50 = median(rounds.map((round) => round.p50)) / 1000;
    const p99 = median(rounds.map((round) => round.p99)) / 1000;
    return [name, rate, rate / limit, p50, p99, JSON.stringify(rounds[0]?.statuses)];
  };
  printTable(`${BUYERS} purchases over ${LOAD.connections} connections, median of ${ROUNDS}`, [
    ['', 'per second', 'ratio', 'p50 ms', 'p99 ms', 'answers'],
    row('bare Fastify route', bare),
    row('durable purchases', ours),
    row(
      'refused as sold out',
      ours.map(({ soldOut }) => soldOut),
    ),
  ]);
}

function printSides(ours: readonly OurRound[]): void {
  printTable('Beside the burst', [
    ['event-loop delay p99, ms', median(ours.map(({ loopDelayMs }) => loopDelayMs))],
    ['ledger lag when it ended, events', median(ours.map(({ lagAtEnd }) => lagAtEnd))],
    ['ledger caught up after, s', median(ours.map(({ catchUpSeconds }) => catchUpSeconds))],
    [
      'resident memory per 10,000 reservations, MB',
      (median(ours.map(({ bytesPerReservation }) => bytesPerReservation)) * 10_000) / 1e6,
    ],
  ]);
}
