import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heard, ReadersOrder } from './support/readers-process.ts';
import { canPin, type ServerProcess, startLoad, startServer } from './support/server-process.ts';
import { median, printTable } from './support/table.ts';
import { openSale, operatorOf, tidegateEnvironment } from './support/tidegate-server.ts';
import type { Writes } from './support/write-watch.ts';

const STREAMS = Number(process.env.BENCH_STREAMS ?? 18_000);
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

async function measure(server: ServerProcess, path: string, change: () => Promise<unknown>): Promise<Side> {
  const before = await server.ask<Memory>('memory');
  const startedAt = performance.now();
  const readers = startLoad(READERS, { port: server.port, path, streams: STREAMS } satisfies ReadersOrder);
  try {
    await once(readers, 'message');
    const seconds = (performance.now() - startedAt) / 1000;
    await sleep(PAUSE_MS);
    const after = await server.ask<Memory>('memory');
    const broadcasts: Broadcast[] = [];
    for (let count = 0; count < BROADCASTS; count++) broadcasts.push(await measureBroadcast(server, readers, change));
    return {
      openedPerSecond: STREAMS / seconds,
      heldBytes: (after.heldBytes - before.heldBytes) / STREAMS,
      residentBytes: (after.residentBytes - before.residentBytes) / STREAMS,
      broadcasts,
    };
  } finally {
    const gone = once(readers, 'exit');
    readers.disconnect();
    await gone;
  }
}

async function measureBroadcast(
  server: ServerProcess,
  readers: ReturnType<typeof startLoad>,
  change: () => Promise<unknown>,
): Promise<Broadcast> {
  await sleep(PAUSE_MS);
  readers.send('expect');
  await once(readers, 'message');
  await server.ask('writes');
  const everybody = once(readers, 'message');
  await change();
  const [heard] = (await everybody) as [Heard];
  const writes = await server.ask<Writes>('writes');
  return {
    writtenMs: writes.tookMs,
    heardMs: heard.lastAtMs - writes.beganAtMs,
    spreadMs: heard.lastAtMs - heard.firstAtMs,
  };
}

function print(sides: readonly (readonly [string, Side])[]): void {
  const of = (side: Side, part: keyof Broadcast) => median(side.broadcasts.map((broadcast) => broadcast[part]));
  printTable(`${STREAMS} event streams in one process, median of ${BROADCASTS} broadcasts`, [
    ['', 'opened/s', 'heap each, KB', 'resident each, KB', 'written in ms', 'spread ms', 'all have it, ms'],
    ...sides.map(([name, side]) => [
      name,
      side.openedPerSecond,
      side.heldBytes / 1000,
      side.residentBytes / 1000,
      of(side, 'writtenMs'),
      of(side, 'spreadMs'),
      of(side, 'heardMs'),
    ]),
  ]);
}
