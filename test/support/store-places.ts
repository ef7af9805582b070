import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '../../scripts/backends/redis-server.ts';
import { freePort } from '../../scripts/backends/server-process.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { restoreSales } from '../../src/engine/restore-sales.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import type { Store } from '../../src/store/store.ts';
import { orSkip } from './backends.ts';
import type { ManualClock } from './clock.ts';

const OUTBOX_MAX = 10_000;

/** Where a store keeps what it knows, on real files: it can be taken away, and exchanged for an older copy. */
export interface StorePlace {
  /** Opens what is there, as a process does at its start. */
  open(): Promise<Store>;
  /** Ends the store, with everything that runs it. Nothing that was acknowledged is lost. */
  end(): Promise<void>;
  /** Keeps a copy of what is there. The store has ended. */
  keepCopy(): Promise<void>;
  /** Puts the copy in place of what is there. */
  goBack(): Promise<void>;
  /** Removes everything. */
  empty(): Promise<void>;
  remove(): Promise<void>;
}

interface PlaceOptions {
  readonly clock: ManualClock;
  readonly ledger: Ledger;
}

export type MakePlace = (options: PlaceOptions) => Promise<StorePlace>;

class Files {
  readonly directory: string;
  readonly #copy: string;

  constructor(root: string) {
    this.directory = join(root, 'data');
    this.#copy = join(root, 'older');
  }

  async keepCopy(): Promise<void> {
    await cp(this.directory, this.#copy, { recursive: true });
  }

  async goBack(): Promise<void> {
    await this.empty();
    await cp(this.#copy, this.directory, { recursive: true });
  }

  async empty(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

export const embeddedPlace: MakePlace = async ({ clock, ledger }) => {
  const root = await mkdtemp(join(tmpdir(), 'tidegate-place-'));
  const files = new Files(root);
  let store: EmbeddedStore | null = null;
  const onFault = (fault: Error) => {
    throw fault;
  };
  return {
    open: async () => {
      const { directory } = files;
      store = await EmbeddedStore.open({ directory, clock: clock.read, outboxMax: OUTBOX_MAX, onFault });
      await restoreSales({ store, ledger, previousIncarnation: store.previousIncarnation });
      return store;
    },
    end: async () => store?.close(),
    keepCopy: () => files.keepCopy(),
    goBack: () => files.goBack(),
    empty: () => files.empty(),
    remove: () => rm(root, { recursive: true }),
  };
};

/** Null, and a line that says what to do, when there is no Redis to start. */
export async function redisPlace(): Promise<MakePlace | null> {
  const hint = 'install redis-server';
  const root = await mkdtemp(join(tmpdir(), 'tidegate-place-'));
  const probe = await orSkip('Redis', hint, () => startAt(join(root, 'probe')));
  await probe?.stop('SIGKILL');
  await rm(root, { recursive: true });
  return probe && openRedisPlace;
}

async function startAt(directory: string, port?: number) {
  return startRedisServer({ directory, port: port ?? (await freePort()), args: [] });
}

const openRedisPlace: MakePlace = async ({ clock }) => {
  const root = await mkdtemp(join(tmpdir(), 'tidegate-place-'));
  const files = new Files(root);
  const port = await freePort();
  let server: Awaited<ReturnType<typeof startAt>> | null = null;
  let store: RedisStore | null = null;
  return {
    open: async () => {
      server = await startAt(files.directory, port);
      const url = `redis://127.0.0.1:${port}`;
      store = await RedisStore.open({ url, durability: 'aof', outboxMax: OUTBOX_MAX, clock: clock.read });
      return store;
    },
    end: async () => {
      await store?.close();
      await server?.stop('SIGKILL');
    },
    keepCopy: () => files.keepCopy(),
    goBack: () => files.goBack(),
    empty: () => files.empty(),
    remove: () => rm(root, { recursive: true }),
  };
};
