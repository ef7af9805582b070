import type { KafkaCluster } from '../../src/config/kafka-cluster.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { KafkaOrderLog } from '../../src/order-log/kafka/kafka-order-log.ts';
import type { OrderLog } from '../../src/order-log/order-log.ts';
import { RedisOrderLog } from '../../src/order-log/redis/redis-order-log.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import type { Store } from '../../src/store/store.ts';
import { handlerOf } from './event-handlers.ts';
import { openSharedStore } from './order-log-store.ts';

export interface OrderLogProcessTask {
  readonly storeUrl: string;
  readonly namespace: string;
  readonly ledgerUrl: string;
  /** Null: the log on the Redis stream. */
  readonly kafka: {
    readonly cluster: KafkaCluster;
    readonly topic: string;
    readonly groupId: string;
    readonly sessionTimeoutMs: number;
  } | null;
}

/**
 * A process to be killed: consumes a log, applies its first batch to the ledger, says on its standard output up to
 * where, and never comes to say so to the log.
 */
const task = JSON.parse(process.argv[2] ?? '') as OrderLogProcessTask;
const store = await openSharedStore(task.storeUrl, task.namespace);
const ledger = openPostgres({ url: task.ledgerUrl, maxConnections: 2, onFault: console.error });
const handler = handlerOf(async (saleId, events) => {
  const position = await applyEvents(ledger.db, saleId, events);
  process.stdout.write(`${position}\n`);
  return new Promise<never>(() => {});
});
await logOf(task, store).consume(handler, new AbortController().signal);

function logOf({ kafka }: OrderLogProcessTask, sold: Store): OrderLog {
  const options = {
    batchSize: 10,
    pollMs: 5,
    retryMs: 20,
    onFailure: (task: string, error: unknown) => console.error(task, error),
  };
  if (!kafka) return new RedisOrderLog(sold, { ...options, concurrency: 1 });
  return new KafkaOrderLog(sold, { ...options, ...kafka, resendMs: 60_000 });
}
