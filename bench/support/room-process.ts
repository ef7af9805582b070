import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock, T0 } from '../../test/support/clock.ts';
import { MINUTE_MS, saleDefinition, saleItem, waitingRoomRules } from '../../test/support/sale-fixtures.ts';
import { heldBytes } from './memory.ts';

// A process of its own that fills a waiting room, says what it costs in memory and on disk, and then calls from it.

export interface RoomOrder {
  readonly tickets: number;
}

export interface RoomReport {
  readonly joinsPerSecond: number;
  readonly heapBytes: number;
  readonly heapBytesAfterRestart: number;
  readonly diskBytes: number;
  readonly restartSeconds: number;
  readonly idleTick: TickCost;
  readonly callingTick: TickCost;
  readonly callingTickWithLeavers: TickCost;
}

export interface TickCost {
  /** Microseconds for which nothing else could run. */
  readonly median: number;
  readonly max: number;
  /** Positions called at a time. */
  readonly called: number;
}

const SALE_ID = 'bench';
const AT_ONCE = 500;
const INSIDE = 1_000;
const TICK_MS = 100;
const TICKS = 200;
const LEAVES_EVERY = 10;
const RULES = { ratePerSecond: 1_000, maxActive: 10_000_000, admissionSeconds: 3_600 };

const clock = new ManualClock(T0 - MINUTE_MS);

async function main({ tickets }: RoomOrder): Promise<RoomReport> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  try {
    const filled = await fill(directory, tickets);
    return { ...filled, ...(await restart(directory)) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

function open(directory: string): Promise<EmbeddedStore> {
  const onFault = (fault: Error) => {
    throw fault;
  };
  return EmbeddedStore.open({ directory, clock: clock.read, outboxMax: Number.POSITIVE_INFINITY, onFault });
}

async function fill(directory: string, tickets: number) {
  const store = await open(directory);
  const items = [saleItem({ totalStock: 10_000_000 })];
  await store.prepareSale(saleDefinition({ saleId: SALE_ID, items, waitingRoom: waitingRoomRules(RULES) }), 1, 'bench');
  const before = heldBytes();
  const startedAt = performance.now();
  for (let joined = 0; joined < tickets; joined += AT_ONCE) await joinMany(store);
  const seconds = (performance.now() - startedAt) / 1000;
  const heapBytes = heldBytes() - before;
  await store.close();
  return { joinsPerSecond: tickets / seconds, heapBytes, diskBytes: await bytesIn(directory) };
}

async function joinMany(store: Store): Promise<void> {
  await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      store.join({ saleId: SALE_ID, userId: userId(), held: false, correlationId: 'bench' }),
    ),
  );
}

/** One piece of text, as it comes out of a token. `randomUUID` glues many together. */
function userId(): string {
  return JSON.parse(JSON.stringify(randomUUID()));
}

async function bytesIn(directory: string): Promise<number> {
  const names = await readdir(directory);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function restart(directory: string) {
  const before = heldBytes();
  const startedAt = performance.now();
  const store = await open(directory);
  const restartSeconds = (performance.now() - startedAt) / 1000;
  const heapBytesAfterRestart = heldBytes() - before;
  const ticks = await measureTicks(store);
  await store.close();
  return { restartSeconds, heapBytesAfterRestart, ...ticks };
}

/** With a thousand shoppers inside, as a busy sale has them. */
async function measureTicks(store: Store) {
  clock.set(T0);
  await store.advanceGate(SALE_ID);
  const userIds = await store.readTickets(SALE_ID, 0, Number.POSITIVE_INFINITY);
  const refs = userIds.map((userId, index) => ({ saleId: SALE_ID, userId, ticket: index + 1 }));
  await forMany(refs.slice(0, INSIDE), (ref) => store.admit(ref));
  const idleTick = await costOf(store, 0);
  const callingTick = await costOf(store, TICK_MS);
  const leavers = refs.filter(({ ticket }) => ticket % LEAVES_EVERY === 0);
  await forMany(leavers, (ref) => store.leave(ref));
  return { idleTick, callingTick, callingTickWithLeavers: await costOf(store, TICK_MS) };
}

async function forMany<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
  }
}

async function costOf(store: Store, everyMs: number): Promise<TickCost> {
  const micros: number[] = [];
  const first = await store.advanceGate(SALE_ID);
  for (let tick = 0; tick < TICKS; tick++) {
    clock.advance(everyMs);
    const startedAt = performance.now();
    const ticked = store.advanceGate(SALE_ID);
    micros.push((performance.now() - startedAt) * 1000);
    await ticked;
  }
  micros.sort((a, b) => a - b);
  const called = ((await store.advanceGate(SALE_ID)) - first) / TICKS;
  return { median: micros[TICKS / 2] ?? 0, max: micros.at(-1) ?? 0, called };
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? ''))));
