import { Cluster, type Redis } from 'ioredis';
import type { StoreDurability } from '../../config/topology.ts';
import { StoreUnavailable } from '../store.ts';
import type { RedisClient } from './redis-connection.ts';

/** Redis is not set up to keep what it answers. Waiting does not change that: an operator does. */
export class StoreNotDurable extends Error {
  readonly code = 'store_not_durable';
  readonly retryable = false;
}

interface Setting {
  readonly name: string;
  /** What to set it to. */
  readonly to: string;
  readonly isEnough: (value: string) => boolean;
}

const KEEPS_EVERYTHING: readonly Setting[] = [
  { name: 'appendonly', to: 'yes', isEnough: (value) => value === 'yes' },
  { name: 'appendfsync', to: 'always', isEnough: (value) => value === 'always' },
  { name: 'maxmemory-policy', to: 'noeviction', isEnough: (value) => value === 'noeviction' },
];
const HAS_REPLICAS: Setting = { name: 'min-replicas-to-write', to: '1', isEnough: (value) => Number(value) >= 1 };

const SETTINGS: Readonly<Record<StoreDurability, readonly Setting[]>> = {
  aof: KEEPS_EVERYTHING,
  replica: [...KEEPS_EVERYTHING, HAS_REPLICAS],
  memory: [],
};

/** How long a replica may take to have what is answered. Never 0: that waits for ever where none is left. */
const ACKNOWLEDGE_MS = 1_000;

/** Sees to it that what Redis answers would survive a crash. */
export class DurabilityGuard {
  readonly #client: RedisClient;
  readonly #durability: StoreDurability;
  #checked: Promise<void> | null = null;

  constructor(client: RedisClient, durability: StoreDurability) {
    this.#client = client;
    this.#durability = durability;
    // Behind a new connection may be another server, or the same with other settings.
    for (const event of ['ready', '+node']) {
      client.on(event, () => {
        this.#checked = null;
      });
    }
  }

  /** Do all servers that take writes keep what they answer? Throws `StoreNotDurable`, which says what to set. */
  async check(): Promise<void> {
    this.#checked ??= this.#checkServers();
    await this.#checked;
  }

  /**
   * Asks anew whether what is answered is kept, as it has to be unless `memory` was chosen, and stops nobody. Rejects
   * when a server does not answer.
   */
  async isKept(): Promise<boolean> {
    try {
      await this.#assertServers(this.#durability === 'memory' ? 'aof' : this.#durability);
      return true;
    } catch (error) {
      if (error instanceof StoreNotDurable) return false;
      throw error;
    }
  }

  /** Resolves once what was answered about `key` is where it has to be. Throws `StoreUnavailable` when it is late. */
  async settled(key: string): Promise<void> {
    if (this.#durability !== 'replica') return;
    // The key leads to the server that has just answered: WAIT alone names none.
    const replies = await this.#client.pipeline().exists(key).wait(1, ACKNOWLEDGE_MS).exec();
    for (const [error] of replies ?? []) if (error) throw error;
    if (Number(replies?.[1]?.[1]) >= 1) return;
    throw new StoreUnavailable(`no replica had it after ${ACKNOWLEDGE_MS} ms`);
  }

  async #checkServers(): Promise<void> {
    try {
      await this.#assertServers(this.#durability);
    } catch (error) {
      this.#checked = null;
      throw error;
    }
  }

  async #assertServers(durability: StoreDurability): Promise<void> {
    const servers = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client];
    if (servers.length === 0) throw new StoreUnavailable('no server of the cluster is known');
    await Promise.all(servers.map((server) => assertDurable(server, durability)));
  }
}

async function assertDurable(server: Redis, durability: StoreDurability): Promise<void> {
  const { host, port } = server.options;
  for (const { name, to, isEnough } of SETTINGS[durability]) {
    const value = await readSetting(server, name, durability);
    if (isEnough(value)) continue;
    throw new StoreNotDurable(
      `STORE_DURABILITY=${durability} needs ${name} ${to}, and Redis at ${host}:${port} has ${value}. ` +
        `Set it by \`redis-cli -h ${host} -p ${port} CONFIG SET ${name} ${to}\`, and by the line \`${name} ${to}\` in redis.conf.`,
    );
  }
}

async function readSetting(server: Redis, name: string, durability: StoreDurability): Promise<string> {
  try {
    const [, value] = (await server.config('GET', name)) as string[];
    return value ?? '';
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new StoreNotDurable(
      `STORE_DURABILITY=${durability} asks Redis for its settings, and this one forbids CONFIG, as managed services do. ` +
        'Have its operator set what docs/operations.md lists under Redis, and allow CONFIG GET to this user ' +
        '(ACL rule: +config|get); or choose STORE_DURABILITY=memory, and lose the last orders when it fails.',
      { cause },
    );
  }
}

/** Redis answered that this user may not ask, or that it knows no such command. */
function isRefusal(error: unknown): boolean {
  return /^(NOPERM|ERR) /.test((error as Error).message);
}

/** What a reader of the log has to know. Null when every answer is kept. */
export function durabilityWarning(durability: StoreDurability): string | null {
  if (durability !== 'memory') return null;
  return 'STORE_DURABILITY=memory: when Redis fails, orders that buyers were told of may be lost.';
}
