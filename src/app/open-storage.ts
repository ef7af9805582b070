import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { releaseLeases } from '../database/payment-schedule.ts';
import { restoreSales } from '../engine/restore-sales.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import { lockLedger, migrateLedger, openLedger } from './open-ledger.ts';
import { type OpenStore, openStore, type SoleOwner, type StoreOptions } from './open-store.ts';

/** Store and ledger, open and ready for each other. */
export interface Storage {
  readonly store: Store;
  readonly eventSource: OpenStore['eventSource'];
  readonly isDurable: OpenStore['isDurable'];
  readonly ledger: Database;
  /** Names this process in its leases. */
  readonly workerId: string;
  close(): Promise<void>;
}

interface StorageOptions extends StoreOptions {
  /** Stands between the store and everybody else. */
  readonly wrapStore?: ((store: Store) => Store) | undefined;
  readonly events: EngineEvents;
}

export async function openStorage(config: Config, options: StorageOptions): Promise<Storage> {
  const { store: opened, owner, eventSource, isDurable } = await openStore(config.store, options);
  const store = options.wrapStore?.(opened) ?? opened;
  const ledger = await openLedger(config.ledger, (error) => options.events.backgroundFailure('ledger', error));
  const open = { store, ledger };
  const unlock = await (owner ? takeOver(config, open, { ...options, owner }) : join(config, open)).catch(
    async (error: unknown) => {
      await Promise.all([ledger.close(), store.close()]);
      throw error;
    },
  );
  return {
    ...open,
    eventSource,
    isDurable,
    workerId: owner?.name ?? `worker:${randomUUID()}`,
    close: async () => {
      await ledger.close();
      await unlock();
      await store.close();
    },
  };
}

type Open = Pick<Storage, 'store' | 'ledger'>;

/** An embedded store sells alone: completes what a crash left. Returns what lets the ledger go again. */
async function takeOver(
  { ledger: settings }: Config,
  { store, ledger }: Open,
  { events, owner }: { readonly events: EngineEvents; readonly owner: SoleOwner },
): Promise<() => Promise<void>> {
  const unlock = await lockLedger(settings, events);
  await migrateLedger(settings, ledger);
  await restoreSales({ store, ledger: ledger.db, ...owner });
  await releaseLeases(ledger.db, owner.name);
  return unlock;
}

/** Others may be at work already, and live stock is theirs as much as ours. */
async function join({ ledger: settings }: Config, { ledger }: Open): Promise<() => Promise<void>> {
  await migrateLedger(settings, ledger);
  return async () => {};
}
