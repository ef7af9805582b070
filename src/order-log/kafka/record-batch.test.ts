import type { Message } from '@platformatic/kafka';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/clock.ts';
import { applyAll, handlerOf } from '../../../test/support/event-handlers.ts';
import { saleDefinition } from '../../../test/support/sale-fixtures.ts';
import { openEmbeddedStore } from '../../../test/support/store-embedded.ts';
import { type Store, StoreUnavailable } from '../../store/store.ts';
import { recordOf } from './event-record.ts';
import { RecordBatch } from './record-batch.ts';

test('a sale that the store does not answer for is left, and holds up no records of others for long', async () => {
  const { store, close } = await openEmbeddedStore({ clock: new ManualClock(), outboxMax: 100 });
  onTestFinished(close);
  for (const saleId of ['lost', 'alive']) await store.prepareSale(saleDefinition({ saleId }), 1, 'c');
  const flawed = withoutTrimming(store, 'lost');
  const failures: unknown[] = [];
  const options = { batchSize: 10, retryMs: 20, onFailure: (error: unknown) => failures.push(error) };
  const batch = new RecordBatch(await recordsOf(store), flawed, options);

  const { signal } = new AbortController();
  await batch.deliver(handlerOf(applyAll), signal);
  await batch.trim(signal);

  expect(failures).toContainEqual(expect.any(StoreUnavailable));
  expect(await store.readSale('alive')).toMatchObject({ trimmedSeq: 1 });
  expect(await store.readSale('lost')).toMatchObject({ trimmedSeq: 0 });
});

async function recordsOf(store: Store): Promise<Message[]> {
  const events = await Promise.all(['lost', 'alive'].map((saleId) => store.readEvents(saleId, 0, 10)));
  return events.flat().map((event) => recordOf('orders', event) as unknown as Message);
}

function withoutTrimming(store: Store, lostId: string): Store {
  const trimEvents: Store['trimEvents'] = async (saleId, upTo) => {
    if (saleId === lostId) throw new StoreUnavailable('its server is away');
    return store.trimEvents(saleId, upTo);
  };
  return new Proxy(store, {
    get: (target, name) => (name === 'trimEvents' ? trimEvents : Reflect.get(target, name, target).bind(target)),
  });
}
