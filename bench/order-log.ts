import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, type Histogram } from 'hdr-histogram-js';
import { type KafkaCluster, parseKafkaUrl } from '../src/config/kafka-cluster.ts';
import { migrate } from '../src/database/migrate.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { insertSale } from '../src/database/sales.ts';
import type { Ledger } from '../src/database/schema.ts';
import { KafkaOrderLog } from '../src/order-log/kafka/kafka-order-log.ts';
import type { OrderLog } from '../src/order-log/order-log.ts';
import { RedisOrderLog } from '../src/order-log/redis/redis-order-log.ts';
import { applyEvents } from '../src/processor/apply-events.ts';
import { RedisStore } from '../src/store/redis/redis-store.ts';
import type { Store } from '../src/store/store.ts';
import { handlerOf } from '../test/support/event-handlers.ts';
import { startKafka } from '../test/support/kafka.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { startRedis } from '../test/support/redis.ts';
import { saleDefinition } from '../test/support/sale-fixtures.ts';
import { sized } from './support/sized.ts';
import { printTable } from './support/table.ts';

const BACKLOG = sized(40_000);
const STEADY_PER_SECOND = sized(4_000);
const STEADY_SECONDS = sized(5);
const TURN_MS = 10;
/** Purchases that are under way together while a backlog is made. */
const AT_ONCE = 500;
/** As `src/app/open-order-log.ts` has them. */
const OPTIONS = { batchSize: 1_000, pollMs: 25, retryMs: 500 };

interface Setting {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly logOf: () => OrderLog;
}

/**
 * Orders per second from a store on Redis into PostgreSQL, by its stream and by Kafka: how fast a backlog goes, and how
 * long an order is under way when they come steadily. Everything on this machine, one processor.
 */
export async function orderLogBench(): Promise<void> {
  const [redis, kafka, postgres] = await Promise.all([startRedis(), startKafka(), startPostgres()]);
  try {
    if (redis && kafka && postgres) await measureLogs(redis.url, kafka.url, postgres.url);
    else console.log('\nOrder logs: not measured. They need Redis, Java and PostgreSQL.');
  } finally {
    await Promise.all([redis?.stop(), kafka?.stop(), postgres?.stop()]);
  }
}

async function measureLogs(redisUrl: string, kafkaUrl: string, postgresUrl: string): Promise<void> {
  const store = await RedisStore.open({ url: redisUrl, durability: 'aof', outboxMax: 10 * BACKLOG });
  const database = openPostgres({ url: postgresUrl, maxConnections: 8, onFault });
  const cluster = parseKafkaUrl(kafkaUrl);
  const logs = {
    'Redis stream': () => new RedisOrderLog(store, { ...OPTIONS, concurrency: 4, onFailure: report }),
    Kafka: () => kafkaLog(store, cluster),
  };
  try {
    await migrate(database.db);
    for (const [name, logOf] of Object.entries(logs)) {
      await measure(`${name} and PostgreSQL`, { store, ledger: database.db, logOf });
    }
  } finally {
    await database.close();
    await store.close();
  }
}

function kafkaLog(store: Store, cluster: KafkaCluster): OrderLog {
  const names = { topic: `orders-${randomUUID()}`, groupId: randomUUID() };
  const options = { ...OPTIONS, ...names, cluster, resendMs: 60_000, sessionTimeoutMs: 10_000 };
  return new KafkaOrderLog(store, { ...options, onFailure: report });
}

async function measure(name: string, setting: Setting): Promise<void> {
  // Not counted: a broker that has just begun still compiles its code.
  await drainBacklog(setting, 8);
  const one = await drainBacklog(setting, 1);
  const many = await drainBacklog(setting, 8);
  printTable(`${name}: ${BACKLOG} orders that wait`, [
    ['', 'orders/s', 'CPU ms of the processor per 1,000'],
    ['in one sale', ...one],
    ['in 8 sales', ...many],
  ]);
  const lag = await steady(setting);
  const at = (percentile: number) => lag.getValueAtPercentile(percentile);
  printTable(`${name}: ${STEADY_PER_SECOND} orders/s for ${STEADY_SECONDS} s, from the store into the ledger`, [
    ['', 'p50', 'p95', 'p99', 'max'],
    ['ms', at(50), at(95), at(99), lag.maxValue],
  ]);
}

/** Orders per second from the first batch on, without joining a group, and what they cost this process. */
async function drainBacklog({ store, ledger, logOf }: Setting, sales: number): Promise<[number, number]> {
  const saleIds = await Promise.all(Array.from({ length: sales }, () => openSale(store, ledger)));
  for (let made = 0; made < BACKLOG; made += AT_ONCE) {
    const length = Math.min(AT_ONCE, BACKLOG - made);
    await Promise.all(Array.from({ length }, (_, index) => buy(store, saleIds[index % sales] ?? '')));
  }
  const cpuBefore = process.cpuUsage();
  let firstAtMs = 0;
  const onBatch = () => {
    firstAtMs ||= performance.now();
  };
  const untilDrained = async () => {
    while (!(await isDrained(store, saleIds))) await sleep(TURN_MS);
    return performance.now();
  };
  const drainedAtMs = await consuming(ledger, logOf(), { onBatch }, untilDrained);
  const { user, system } = process.cpuUsage(cpuBefore);
  return [BACKLOG / ((drainedAtMs - firstAtMs) / 1_000), (user + system) / BACKLOG];
}

/** How long each order takes from the store's clock until it is committed, in milliseconds. */
async function steady({ store, ledger, logOf }: Setting): Promise<Histogram> {
  const saleIds = await Promise.all([openSale(store, ledger), openSale(store, ledger)]);
  const lag = build({ numberOfSignificantValueDigits: 3 });
  const onApplied = (atMs: number) => lag.recordValue(Math.max(0, Date.now() - atMs));
  await consuming(ledger, logOf(), { onApplied }, async () => {
    await sleep(1_000);
    lag.reset();
    const startedAt = performance.now();
    for (let made = 0; made < STEADY_PER_SECOND * STEADY_SECONDS; ) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * STEADY_PER_SECOND);
      await Promise.all(Array.from({ length: due - made }, (_, index) => buy(store, saleIds[index % 2] ?? '')));
      made = due;
      await sleep(TURN_MS);
    }
    while (!(await isDrained(store, saleIds))) await sleep(TURN_MS);
  });
  return lag;
}

/** Does `work` while a processor reads the log. */
async function consuming<Result>(
  ledger: Ledger,
  log: OrderLog,
  { onBatch, onApplied }: { onBatch?: () => void; onApplied?: (atMs: number) => void },
  work: () => Promise<Result>,
): Promise<Result> {
  const stopped = new AbortController();
  const handler = handlerOf(async (saleId, events) => {
    onBatch?.();
    const position = await applyEvents(ledger, saleId, events);
    for (const { atMs } of events) onApplied?.(atMs);
    return position;
  });
  const consumed = log.consume(handler, stopped.signal);
  const result = await work();
  stopped.abort();
  await consumed;
  return result;
}

async function openSale(store: Store, ledger: Ledger): Promise<string> {
  const nowMs = await store.now();
  const base = saleDefinition({ saleId: randomUUID(), startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000 });
  const sale = { ...base, items: base.items.map((item) => ({ ...item, totalStock: BACKLOG })) };
  await insertSale(ledger, sale, nowMs);
  await store.prepareSale(sale, 1, 'bench');
  return sale.saleId;
}

async function buy(store: Store, saleId: string): Promise<void> {
  const lines = [{ skuId: 'sneaker', quantity: 1 }];
  const ids = {
    orderId: randomUUIDv7(),
    correlationId: randomUUID(),
    idempotencyKey: randomUUID(),
    userId: randomUUID(),
  };
  const { code } = await store.purchase({ saleId, lines, ...ids, admission: null, deviceId: null });
  if (code !== 'reserved') throw new Error(`a purchase was refused: ${code}`);
}

async function isDrained(store: Store, saleIds: readonly string[]): Promise<boolean> {
  const views = await Promise.all(saleIds.map((saleId) => store.readSale(saleId)));
  return views.every((view) => view !== null && view.lastSeq === view.trimmedSeq);
}

function report(task: string, error: unknown): void {
  console.error(task, error);
}

function onFault(fault: Error): never {
  throw fault;
}
