import { join } from 'node:path';
import { ConfigError, type EnvReader } from './env.ts';
import { KAFKA_PROTOCOLS, type KafkaCluster, parseKafkaUrl } from './kafka-cluster.ts';

export const ROLES = ['all', 'gateway', 'processor'] as const;

export type Role = (typeof ROLES)[number];

/** `aof`: synced to disk before an answer. `replica`: acknowledged by a replica too. `memory`: a crash may lose answers. */
export type StoreDurability = 'aof' | 'replica' | 'memory';

export type StoreConfig =
  | { readonly kind: 'embedded'; readonly directory: string; readonly outboxMax: number }
  | {
      readonly kind: 'redis';
      readonly url: string;
      readonly durability: StoreDurability;
      readonly outboxMax: number;
    };

export type OrderLogConfig =
  | { readonly kind: 'embedded'; readonly outboxMax: number }
  | { readonly kind: 'redis' }
  | { readonly kind: 'kafka'; readonly cluster: KafkaCluster };

export type LedgerConfig =
  | { readonly kind: 'pglite'; readonly directory: string }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      /** Of a read replica, for lists and reports. */
      readonly replicaUrl: string | null;
    };

/** What runs in this process, and which servers it shares with others. */
export interface Topology {
  readonly role: Role;
  readonly store: StoreConfig;
  readonly orderLog: OrderLogConfig;
  readonly ledger: LedgerConfig;
}

const REDIS_PROTOCOLS = ['redis', 'rediss', 'redis+sentinel', 'rediss+sentinel', 'redis+cluster', 'rediss+cluster'];

/** Throws `ConfigError` for servers that do not go with each other or with the role. */
export function readTopology(env: EnvReader, dataDir: string): Topology {
  const role = env.oneOf('ROLE', ROLES, 'all');
  const store = storeConfig(env, dataDir);
  const orderLog = orderLogConfig(env, store);
  const ledger = ledgerConfig(env, dataDir);
  if (role !== 'all' && (store.kind === 'embedded' || ledger.kind === 'pglite')) {
    throw new ConfigError(
      `ROLE=${role} needs STORE_URL and DATABASE_URL: an embedded store or ledger belongs to one process, with ROLE=all.`,
    );
  }
  return { role, store, orderLog, ledger };
}

function storeConfig(env: EnvReader, dataDir: string): StoreConfig {
  const url = env.serverUrl('STORE_URL', REDIS_PROTOCOLS);
  const durability = env.oneOf('STORE_DURABILITY', ['aof', 'replica', 'memory'], 'aof');
  const outboxMax = env.integer('OUTBOX_MAX', 1_000_000, 1);
  if (url) return { kind: 'redis', url, durability, outboxMax };
  if (env.text('STORE_DURABILITY')) {
    throw new ConfigError('STORE_DURABILITY is for STORE_URL: the embedded store syncs to disk before it answers.');
  }
  return { kind: 'embedded', directory: join(dataDir, 'journal'), outboxMax };
}

function orderLogConfig(env: EnvReader, store: StoreConfig): OrderLogConfig {
  const url = env.serverUrl('ORDER_LOG_URL', KAFKA_PROTOCOLS);
  if (!url) return store.kind === 'embedded' ? { kind: store.kind, outboxMax: store.outboxMax } : { kind: store.kind };
  if (store.kind === 'embedded') {
    throw new ConfigError('ORDER_LOG_URL needs STORE_URL: an embedded store has its order log in the same process.');
  }
  return { kind: 'kafka', cluster: parseKafkaUrl(url) };
}

function ledgerConfig(env: EnvReader, dataDir: string): LedgerConfig {
  const url = env.url('DATABASE_URL', ['postgres', 'postgresql']);
  const replicaUrl = env.url('DATABASE_REPLICA_URL', ['postgres', 'postgresql']);
  if (url) return { kind: 'postgres', url, replicaUrl };
  if (replicaUrl) throw new ConfigError('DATABASE_REPLICA_URL needs DATABASE_URL: the embedded ledger has no replica.');
  return { kind: 'pglite', directory: join(dataDir, 'ledger') };
}
