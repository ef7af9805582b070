import type { StoreConfig } from '../config/topology.ts';
import type { EventSource } from '../order-log/embedded/embedded-order-log.ts';
import { EmbeddedStore } from '../store/embedded/embedded-store.ts';
import { durabilityWarning } from '../store/redis/durability.ts';
import { RedisStore } from '../store/redis/redis-store.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface StoreOptions {
  readonly clock: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly onFault: (error: Error) => void;
}

/** A process that sells alone. */
export interface SoleOwner {
  readonly name: string;
  /** As what its store ran before. Null when it is new. */
  readonly previousIncarnation: string | null;
}

export interface OpenStore {
  readonly store: Store;
  /** Null where many processes share a store. */
  readonly owner: SoleOwner | null;
  /** Tells of new events. Null where other processes make some too. */
  readonly eventSource: EventSource | null;
  /** Is it set to keep what it answers, at this moment? Throws `StoreUnavailable`. */
  readonly isDurable: () => Promise<boolean>;
}

export function openStore(settings: StoreConfig, options: StoreOptions): Promise<OpenStore> {
  return settings.kind === 'embedded' ? openEmbedded(settings, options) : openShared(settings, options);
}

type Settings<Kind> = Extract<StoreConfig, { readonly kind: Kind }>;

async function openEmbedded(
  settings: Settings<'embedded'>,
  { clock, metrics, onFault }: StoreOptions,
): Promise<OpenStore> {
  const onBatch = (size: number) => metrics.storeBatchSize.observe(size);
  const store = await EmbeddedStore.open({ ...settings, clock, onFault, onBatch });
  const { directoryId, previousIncarnation } = store;
  return {
    store,
    owner: { name: `embedded:${directoryId}`, previousIncarnation },
    eventSource: store,
    isDurable: async () => true,
  };
}

/** By the clock of Redis: those of many machines differ. */
async function openShared(settings: Settings<'redis'>, { metrics, log }: StoreOptions): Promise<OpenStore> {
  const warning = durabilityWarning(settings.durability);
  if (warning) log.warn(warning);
  const onBatch = (size: number) => metrics.storeBatchSize.observe(size);
  const store = await RedisStore.open({ ...settings, onBatch });
  return { store, owner: null, eventSource: null, isDurable: () => store.isDurable() };
}
