import { ConfigError } from '../config/env.ts';
import type { OrderLogConfig } from '../config/topology.ts';
import { EmbeddedOrderLog, type EventSource } from '../order-log/embedded/embedded-order-log.ts';
import type { OrderLog } from '../order-log/order-log.ts';
import { RedisOrderLog } from '../order-log/redis/redis-order-log.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

interface OrderLogPorts {
  readonly store: Store;
  readonly eventSource: EventSource | null;
  readonly events: EngineEvents;
}

const BATCH_SIZE = 1_000;
const RETRY_MS = 500;
const POLL_MS = 25;
const RESEND_MS = 15_000;
const SESSION_TIMEOUT_MS = 10_000;
/** Sales whose events are applied at the same time: each takes a connection to the ledger. */
const SALES_AT_ONCE = 4;

/** What it takes to speak to Kafka is loaded only where it is wanted: it is half of what a server loads. */
export async function openOrderLog(settings: OrderLogConfig, ports: OrderLogPorts): Promise<OrderLog> {
  const { store, eventSource, events } = ports;
  const options = {
    batchSize: BATCH_SIZE,
    retryMs: RETRY_MS,
    pollMs: POLL_MS,
    onFailure: (task: string, error: unknown) => events.backgroundFailure(`order log: ${task}`, error),
  };
  switch (settings.kind) {
    case 'embedded':
      if (!eventSource) throw new ConfigError('An embedded order log needs an embedded store.');
      return new EmbeddedOrderLog(store, eventSource, { ...options, outboxMax: settings.outboxMax });
    case 'redis':
      return new RedisOrderLog(store, { ...options, concurrency: SALES_AT_ONCE });
    case 'kafka': {
      const { KafkaOrderLog } = await import('../order-log/kafka/kafka-order-log.ts');
      return new KafkaOrderLog(store, {
        ...options,
        cluster: settings.cluster,
        resendMs: RESEND_MS,
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
      });
    }
  }
}
