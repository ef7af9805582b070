import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { recoveredSale } from '../support/recovered-sales.ts';
import { TestServer } from '../support/server.ts';
import { openEmbeddedStore } from '../support/store-embedded.ts';

test('after a loss of the store, whoever shows a queue token has the old place again, wherever it is shown', async () => {
  const opened = await openEmbeddedStore({ clock: new ManualClock(Date.now()), outboxMax: 1_000 });
  const rebuilt = opened.store;
  let isLost = false;
  const server = await TestServer.start({ wrapStore: (store) => whichever(() => (isLost ? rebuilt : store)) });
  try {
    const { sale_id: saleId } = await server.createSale({ waiting_room: {} });
    const polling = await QueueBuyer.queue(server, saleId);
    const asking = await QueueBuyer.queue(server, saleId);
    const joining = await QueueBuyer.queue(server, saleId);
    const gone = await QueueBuyer.queue(server, saleId);

    const view = await server.app.ports.store.readSale(saleId);
    if (!view) throw new Error('the sale is not there');
    const { sale, lastSeq } = view;
    const room = { tickets: 4, nowServing: 2 };
    await rebuilt.install({ ...recoveredSale({ sale, room }), events: [], lastSeq, lastAtMs: Date.now() });
    isLost = true;

    expect((await asking.askToComeIn()).status, 'called, and known again').toBe(409);
    expect((await asking.place()).json).toMatchObject({ ticket: 2, state: 'ready' });
    const { queueToken } = joining;
    expect((await joining.join({ queue_token: queueToken })).json).toMatchObject({ ticket: 3, ahead: 0 });
    expect(joining.queueToken).not.toBe('');
    const thief = await QueueBuyer.arrive(server, saleId);
    expect((await thief.join({ queue_token: gone.queueToken })).json).toMatchObject({ ticket: 1_000_005, ahead: 1 });
    expect((await polling.place()).json).toMatchObject({ ticket: 1, state: 'ready', queue_position: 1 });
  } finally {
    isLost = false;
    await server.stop();
    await opened.close();
  }
});

/** The store that is the one to ask at the moment of each call. */
function whichever(current: () => Store): Store {
  return new Proxy(current(), {
    get(_first, name) {
      const store = current();
      const member: unknown = Reflect.get(store, name, store);
      return typeof member === 'function' ? member.bind(store) : member;
    },
  });
}
