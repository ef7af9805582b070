import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { OpenedStore, StoreOptions } from './store-bench.ts';

/** An embedded store in a directory of its own. A fault of the store fails whoever closes it. */
export async function openEmbeddedStore({ clock, outboxMax }: StoreOptions): Promise<OpenedStore> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-store-'));
  const faults: Error[] = [];
  const open = () =>
    EmbeddedStore.open({ directory, clock: clock.read, outboxMax, onFault: (error) => faults.push(error) });
  const first = await open();
  let current = first;
  return {
    store: first,
    reopen: async () => {
      await current.close();
      current = await open();
      return current;
    },
    supplant: (saleId) => current.fence(saleId),
    close: async () => {
      await current.close();
      await rm(directory, { recursive: true });
      if (faults.length > 0) throw new AggregateError(faults, 'the store reported faults');
    },
  };
}
