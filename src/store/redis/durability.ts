import { Cluster, Command, type Redis } from 'ioredis';
import type { StoreDurability } from '../../config/topology.ts';
import { StoreUnavailable } from '../store.ts';
import { settleSome } from './reachability.ts';
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
  /** By connection; each node of a cluster has a new one whenever it is connected to. */
  readonly #checked = new WeakMap<Redis, Promise<void>>();

  constructor(client: RedisClient, durability: StoreDurability) {
    this.#client = client;
    this.#durability = durability;
    if (client instanceof Cluster) return;
    // Behind it may be another server now, or the same with other settings.
    client.on('ready', () => void this.#checked.delete(client));
  }

  /** Does the server of `key` keep what it answers? Throws `StoreNotDurable`, which says what to set. */
  async check(key: string): Promise<void> {
    const server = this.#serverOf(key);
    if (server) await this.#checkOnce(server);
  }

  /** The same of all servers that take writes. One that does not answer, while others do, is asked once it is needed. */
  async checkAll(): Promise<void> {
    const checks = await settleSome(this.#servers().map((server) => this.#checkOnce(server)));
    for (const check of checks) {
      if (check.status === 'rejected' && check.reason instanceof StoreNotDurable) throw check.reason;
    }
  }

  /**
   * Asks anew whether what is answered is kept, as it has to be unless `memory` was chosen, and stops nobody. Rejects
   * when a server does not answer.
   */
  async isKept(): Promise<boolean> {
    try {
      const durability = this.#durability === 'memory' ? 'aof' : this.#durability;
      await Promise.all(this.#servers().map((server) => assertDurable(server, durability)));
      return true;
    } catch (error) {
      if (error instanceof StoreNotDurable) return false;
      throw error;
    }
  }

  /** Resolves once what was answered about `key` is where it has to be. Throws `StoreUnavailable` when it is late. */
  async settled(key: string): Promise<void> {
    // It may be another server's by now, which the command was passed on to.
    await this.check(key);
    if (this.#durability !== 'replica') return;
    // The key leads to the server that has just answered: WAIT alone names none.
    const replies = await this.#client.pipeline().exists(key).wait(1, ACKNOWLEDGE_MS).exec();
    for (const [error] of replies ?? []) if (error) throw error;
    if (Number(replies?.[1]?.[1]) >= 1) return;
    throw new StoreUnavailable(`no replica had it after ${ACKNOWLEDGE_MS} ms`);
  }

  async #checkOnce(server: Redis): Promise<void> {
    const known = this.#checked.get(server);
    if (known) return known;
    const check = assertDurable(server, this.#durability);
    this.#checked.set(server, check);
    try {
      await check;
    } catch (error) {
      this.#checked.delete(server);
      throw error;
    }
  }

  #servers(): Redis[] {
    const servers = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client];
    if (servers.length === 0) throw new StoreUnavailable('no server of the cluster is known');
    return servers;
  }

  /** Undefined: the cluster does not say, or there is no connection to it. */
  #serverOf(key: string): Redis | undefined {
    const client = this.#client;
    if (!(client instanceof Cluster)) return client;
    const [primary] = client.slots[new Command('exists', [key]).getSlot() ?? 0] ?? [];
    return client.nodes('master').find(({ options: { host, port } }) => `${host}:${port}` === primary);
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
