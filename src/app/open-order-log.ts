import { ConfigError } from '../config/env.ts';
import type { OrderLogConfig } from '../config/topology.ts';
import { EmbeddedOrderLog, type EventSource } from '../order-log/embedded/embedded-order-log.ts';
import type { OrderLog } from '../order-log/order-log.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

interface OrderLogPorts {
  readonly store: Store;
  readonly eventSource: EventSource | null;
  readonly events: EngineEvents;
}

const BATCH_SIZE = 1_000;
const RETRY_MS = 500;

export function openOrderLog(settings: OrderLogConfig, { store, eventSource, events }: OrderLogPorts): OrderLog {
  if (settings.kind !== 'embedded' || !eventSource)
    throw new ConfigError('ORDER_LOG_URL is for a later version: leave it unset.');
  return new EmbeddedOrderLog(store, eventSource, {
    batchSize: BATCH_SIZE,
    retryMs: RETRY_MS,
    onFailure: (saleId, error) => events.backgroundFailure(`order log of sale ${saleId}`, error),
  });
}
