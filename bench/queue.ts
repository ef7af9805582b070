import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BurstResult } from './support/burst.ts';
import type { JoinBurstOrder } from './support/join-burst-process.ts';
import { measureRound, type Round } from './support/measured-round.ts';
import { printProfile } from './support/profile.ts';
import type { ReadBurstOrder } from './support/read-burst-process.ts';
import type { RoomOrder, RoomReport, TickCost } from './support/room-process.ts';
import { canPin, runLoad, type ServerProcess, startServer } from './support/server-process.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';
import { KEYS, openSale, startTidegate } from './support/tidegate-server.ts';

const BUYERS = sized(100_000);
const ROUNDS = sized(3);
const WARM_UP = sized(30_000);
const LOAD = { connections: 128, depth: 1 };
/** Each takes the machine that makes them some 5 ms. */
const PROOFS = sized(5_000);
const STATUS_READS = sized(100_000);
const TICKETS = [100_000, 1_000_000].map(sized);
const NO_SALE = '00000000-0000-4000-8000-000000000000';
const ROOM = { waiting_room: { rate_per_second: 100, max_active: 1_000 } };
const BARE = join(import.meta.dirname, 'support/bare-server.ts');
const JOINS = join(import.meta.dirname, 'support/join-burst-process.ts');
const READS = join(import.meta.dirname, 'support/read-burst-process.ts');
const ROOM_PROCESS = join(import.meta.dirname, 'support/room-process.ts');

interface OurRound {
  readonly joined: Round;
  readonly withProofs: Round;
  readonly statusRead: Round;
  readonly bytesOnDisk: number;
}

/** What a waiting buyer costs: to join over HTTP beside a bare Fastify route, in turn; in memory and on disk; at each tick. */
export async function queueBench(): Promise<void> {
  console.log(canPin ? 'One core for the server, the other for the load.' : 'No taskset: server and load share cores.');
  const bare: Round[] = [];
  const ours: OurRound[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measureBare());
    ours.push(await measureOurs());
  }
  printThroughput(bare, ours);
  printRooms(await measureRooms());
  await printProfile(measureJoins);
}

async function measureBare(): Promise<Round> {
  const server = await startServer([BARE, JSON.stringify(KEYS)]);
  try {
    await joinAll(server, NO_SALE, WARM_UP);
    return await joinAll(server, NO_SALE, BUYERS);
  } finally {
    await server.stop();
  }
}

async function measureOurs(): Promise<OurRound> {
  return withTidegate([], async (server, directory) => {
    const saleId = await openSale(server, BUYERS, ROOM);
    const before = await bytesIn(directory);
    const joined = await joinAll(server, saleId, BUYERS);
    const bytesOnDisk = ((await bytesIn(directory)) - before) / BUYERS;
    const statusRead = await readStatus(server, saleId);
    const guarded = await openSale(server, BUYERS, { ...ROOM, anti_bot: { proof_of_work: true } });
    const withProofs = await joinAll(server, guarded, PROOFS, true);
    return { joined, withProofs, statusRead, bytesOnDisk };
  });
}

async function measureJoins(nodeOptions: readonly string[]): Promise<void> {
  await withTidegate(nodeOptions, async (server) => joinAll(server, await openSale(server, BUYERS, ROOM), BUYERS));
}

/** With a server of its own that is warm. */
async function withTidegate<Result>(
  nodeOptions: readonly string[],
  measure: (server: ServerProcess, directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  const server = await startTidegate(directory, nodeOptions);
  try {
    await joinAll(server, await openSale(server, BUYERS, ROOM), WARM_UP);
    return await measure(server, directory);
  } finally {
    await server.stop();
    await rm(directory, { recursive: true });
  }
}

async function joinAll(server: ServerProcess, saleId: string, buyers: number, proofOfWork = false): Promise<Round> {
  const path = `/api/v1/flash-sale/${saleId}/enter-queue`;
  const order: JoinBurstOrder = { ...LOAD, port: server.port, path, saleId, buyers, keys: KEYS, proofOfWork };
  return measureRound([server], buyers, () => runLoad<BurstResult>(JOINS, order));
}

async function readStatus(server: ServerProcess, saleId: string): Promise<Round> {
  const path = `/api/v1/flash-sale/${saleId}/status`;
  const order: ReadBurstOrder = { ...LOAD, port: server.port, path, reads: STATUS_READS };
  return measureRound([server], STATUS_READS, () => runLoad<BurstResult>(READS, order));
}

async function bytesIn(dataDir: string): Promise<number> {
  const journal = join(dataDir, 'journal');
  const names = await readdir(journal);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(journal, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function measureRooms(): Promise<RoomReport[]> {
  const reports: RoomReport[] = [];
  for (const tickets of TICKETS) {
    reports.push(await runLoad<RoomReport>(ROOM_PROCESS, { tickets } satisfies RoomOrder));
  }
  return reports;
}

function printThroughput(bare: readonly Round[], ours: readonly OurRound[]): void {
  const rateOf = (rounds: readonly Round[]) => median(rounds.map(({ perSecond }) => perSecond));
  const cpuOf = (rounds: readonly Round[]) => median(rounds.map(({ cpuMicros }) => cpuMicros));
  const row = (name: string, rounds: readonly Round[]) => [
    name,
    rateOf(rounds),
    rateOf(rounds) / rateOf(bare),
    cpuOf(rounds),
    cpuOf(bare) / cpuOf(rounds),
    median(rounds.map((round) => round.p50)) / 1000,
    median(rounds.map((round) => round.p99)) / 1000,
    JSON.stringify(rounds[0]?.statuses),
  ];
  const of = (part: 'joined' | 'withProofs' | 'statusRead') => ours.map((round) => round[part]);
  printTable(`${BUYERS} joins over ${LOAD.connections} connections, median of ${ROUNDS}`, [
    ['', 'per second', 'ratio', 'CPU µs', 'ratio', 'p50 ms', 'p99 ms', 'answers'],
    row('bare Fastify route', bare),
    row('durable joins', of('joined')),
    row(`with a proof of work, ${PROOFS} of them`, of('withProofs')),
    row('reads of the shared status', of('statusRead')),
  ]);
  printTable('Beside the joins', [
    ['event-loop delay p99, ms', median(of('joined').map(({ loopDelayMs }) => loopDelayMs))],
    ['journal on disk per ticket, bytes', median(ours.map(({ bytesOnDisk }) => bytesOnDisk))],
  ]);
}

function printRooms(reports: readonly RoomReport[]): void {
  const row = (name: string, figure: (report: RoomReport, tickets: number) => number) => [
    name,
    ...reports.map((report, index) => figure(report, TICKETS[index] ?? 0)),
  ];
  const tick = (name: string, cost: (report: RoomReport) => TickCost) => [
    row(`${name}, µs`, (report) => cost(report).median),
    row('  the slowest', (report) => cost(report).max),
    row('  positions called', (report) => cost(report).called),
  ];
  printTable('The store alone, by tickets', [
    ['', ...TICKETS.map((tickets) => tickets.toLocaleString('en'))],
    row('memory per ticket, bytes', ({ heapBytes }, tickets) => heapBytes / tickets),
    row('  after a restart', ({ heapBytesAfterRestart }, tickets) => heapBytesAfterRestart / tickets),
    row('journal per ticket, bytes', ({ diskBytes }, tickets) => diskBytes / tickets),
    row('joins per second', ({ joinsPerSecond }) => joinsPerSecond),
    row('restart, s', ({ restartSeconds }) => restartSeconds),
    ...tick('gate tick that calls nobody', ({ idleTick }) => idleTick),
    ...tick('gate tick that calls', ({ callingTick }) => callingTick),
    ...tick('the same, every tenth has left', ({ callingTickWithLeavers }) => callingTickWithLeavers),
  ]);
}
