import { ConfigError } from '../config/env.ts';
import type { StoreConfig } from '../config/topology.ts';
import type { EventSource } from '../order-log/embedded/embedded-order-log.ts';
import { EmbeddedStore } from '../store/embedded/embedded-store.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface StoreOptions {
  readonly clock: () => number;
  readonly metrics: Metrics;
  readonly onFault: (error: Error) => void;
}

export interface OpenStore {
  readonly store: Store;
  /** The name under which this process alone sells. Null where many processes share a store. */
  readonly owner: string | null;
  /** Tells of new events. Null where other processes make some too. */
  readonly eventSource: EventSource | null;
}

export async function openStore(settings: StoreConfig, { clock, metrics, onFault }: StoreOptions): Promise<OpenStore> {
  if (settings.kind === 'redis') throw new ConfigError('STORE_URL is for a later version: leave it unset.');
  const store = await EmbeddedStore.open({
    ...settings,
    clock,
    onFault,
    onBatch: (size) => metrics.storeBatchSize.observe(size),
  });
  return { store, owner: `embedded:${store.directoryId}`, eventSource: store };
}
