import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heard, ReadersOrder } from './support/readers-process.ts';
import { canPin, type ServerProcess, startLoad, startServer } from './support/server-process.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';
import { openSale, operatorOf, tidegateEnvironment } from './support/tidegate-server.ts';
import type { Writes } from './support/write-watch.ts';

const STREAMS = sized(18_000);
const HALF = STREAMS / 2;
const BROADCASTS = 6;
/** Longer than readers are left in peace at least. */
const PAUSE_MS = 1_000;
const SERVER = join(import.meta.dirname, 'support/streams-server-process.ts');
const BARE = join(import.meta.dirname, 'support/bare-streams-server.ts');
const READERS = join(import.meta.dirname, 'support/readers-process.ts');

interface Memory {
  readonly heldBytes: number;
  readonly residentBytes: number;
}

interface Broadcast {
  readonly cpuMs: number;
  /** From the server's first write to its last. */
  readonly writtenMs: number;
  /** From the server's first write until the last reader had it. */
  readonly heardMs: number;
  /** From the first reader to the last. */
  readonly spreadMs: number;
}

interface Side {
  readonly openedPerSecond: number;
  readonly heldBytes: number;
  readonly residentBytes: number;
  readonly broadcasts: readonly Broadcast[];
}

/** Many open event streams: what one costs, and how soon all are told, beside bare sockets. */
export async function streamsBench(): Promise<void> {
  console.log(canPin ? 'One core for the server, the other for the readers.' : 'No taskset: they share cores.');
  const bare = await measureBare();
  const ours = await measureOurs();
  const again = await measureBare();
  print([
    ['bare sockets', bare],
    ['event streams', ours],
    ['bare sockets, again', again],
  ]);
}

async function measureBare(): Promise<Side> {
  const server = await startServer([BARE]);
  try {
    return await measure(server, '/', () => server.ask('broadcast'));
  } finally {
    await server.stop();
  }
}

/** Everybody is told that the sale is paused, and that it goes on. */
async function measureOurs(): Promise<Side> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  const server = await startServer([SERVER], tidegateEnvironment(directory));
  try {
    const saleId = await openSale(server, 1_000, { waiting_room: {} });
    const operator = operatorOf(server);
    let paused = false;
    return await measure(server, `/api/v1/flash-sale/${saleId}/events`, async () => {
      paused = !paused;
      await (paused ? operator.pauseSale({ sale_id: saleId }) : operator.resumeSale({ sale_id: saleId }));
    });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true });
  }
}

/** The first half also makes the heap grow to the size that it works with: the second says what a stream costs. */
async function measure(server: ServerProcess, path: string, change: () => Promise<unknown>): Promise<Side> {
  const crowds: ChildProcess[] = [];
  try {
    crowds.push(await openStreams(server, path));
    const before = await server.ask<Memory>('memory');
    const startedAt = performance.now();
    crowds.push(await openStreams(server, path));
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await server.ask<Memory>('memory');
    const broadcasts: Broadcast[] = [];
    for (let count = 0; count < BROADCASTS; count++) broadcasts.push(await measureBroadcast(server, crowds, change));
    return {
      openedPerSecond: HALF / seconds,
      heldBytes: (after.heldBytes - before.heldBytes) / HALF,
      residentBytes: (after.residentBytes - before.residentBytes) / HALF,
      broadcasts,
    };
  } finally {
    await Promise.all(crowds.map(sendHome));
  }
}

async function openStreams({ port }: ServerProcess, path: string): Promise<ChildProcess> {
  const crowd = startLoad(READERS, { port, path, streams: HALF } satisfies ReadersOrder);
  await once(crowd, 'message');
  await sleep(PAUSE_MS);
  return crowd;
}

async function sendHome(crowd: ChildProcess): Promise<void> {
  const gone = once(crowd, 'exit');
  crowd.disconnect();
  await gone;
}

async function measureBroadcast(
  server: ServerProcess,
  crowds: readonly ChildProcess[],
  change: () => Promise<unknown>,
): Promise<Broadcast> {
  await sleep(PAUSE_MS);
  await Promise.all(crowds.map(expectNews));
  await server.ask('writes');
  const everybody = Promise.all(crowds.map((crowd) => once(crowd, 'message') as Promise<[Heard]>));
  await change();
  const heard = (await everybody).map(([said]) => said);
  const { tookMs, beganAtMs, cpuMs } = await server.ask<Writes>('writes');
  const lastAtMs = Math.max(...heard.map((said) => said.lastAtMs));
  const firstAtMs = Math.min(...heard.map((said) => said.firstAtMs));
  return { writtenMs: tookMs, cpuMs, heardMs: lastAtMs - beganAtMs, spreadMs: lastAtMs - firstAtMs };
}

async function expectNews(crowd: ChildProcess): Promise<void> {
  crowd.send('expect');
  await once(crowd, 'message');
}

function print(sides: readonly (readonly [string, Side])[]): void {
  const of = (side: Side, part: keyof Broadcast) => median(side.broadcasts.map((broadcast) => broadcast[part]));
  printTable(`${STREAMS} event streams in one process, median of ${BROADCASTS} broadcasts`, [
    ['', 'opened/s', 'heap each, KB', 'resident each, KB', 'CPU ms', 'written in ms', 'spread ms', 'all have it, ms'],
    ...sides.map(([name, side]) => [
      name,
      side.openedPerSecond,
      side.heldBytes / 1000,
      side.residentBytes / 1000,
      of(side, 'cpuMs'),
      of(side, 'writtenMs'),
      of(side, 'spreadMs'),
      of(side, 'heardMs'),
    ]),
  ]);
}
