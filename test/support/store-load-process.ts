import { randomUUID } from 'node:crypto';
import type { TicketRef } from '../../src/domain/queueing.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { OrderRef, Store } from '../../src/store/store.ts';
import { T0 } from './clock.ts';
import { purchaseRequest, saleDefinition, saleItem, waitingRoomRules } from './sale-fixtures.ts';
import { tellParent } from './tell-parent.ts';

// A process that keeps a store in argv[2] busy until it is killed, or until the store fails. It says what was
// acknowledged, and after a fault what the store still answers. One of its sales has a waiting room.

export type LoadReport =
  | { readonly acked: OrderRef }
  | { readonly ackedTicket: TicketRef }
  | { readonly ackedAdmission: TicketRef }
  | { readonly fault: { readonly message: string; readonly laterCodes: readonly (string | undefined)[] } };

const BUYERS_AT_ONCE = 4;
const NOWHERE = { saleId: 'load-1', orderId: 'none' };
const NOBODY = { saleId: 'load-2', userId: 'none', ticket: 1 };
/** On a clock that stands still the rate lets nobody in but the first second's worth. */
const UNBOUNDED = { ratePerSecond: 1_000_000, maxActive: 1_000_000 };

function report(message: LoadReport): Promise<void> {
  return tellParent(message);
}

async function main(directory: string): Promise<void> {
  // A file at its size limit answers with a signal as well as an error; only the error is of interest.
  process.on('SIGXFSZ', () => {});
  const failed = Promise.withResolvers<Error>();
  const store = await EmbeddedStore.open({
    directory,
    clock: () => T0,
    outboxMax: Number.POSITIVE_INFINITY,
    onFault: failed.resolve,
  });
  for (const sale of [largeSale('load-1'), saleWithRoom()]) {
    if (!(await store.readSale(sale.saleId))) await store.prepareSale(sale, 1, 'load');
  }
  await Promise.allSettled([
    ...Array.from({ length: BUYERS_AT_ONCE }, (_, index) => buyOn(store, `load-${(index % 2) + 1}`)),
    queueOn(store),
  ]);
  const { message } = await failed.promise;
  await report({ fault: { message, laterCodes: await laterCodes(store) } });
  process.disconnect();
}

function largeSale(saleId: string) {
  return saleDefinition({ saleId, items: [saleItem({ totalStock: 1_000_000 })] });
}

function saleWithRoom() {
  return { ...largeSale('load-2'), waitingRoom: waitingRoomRules(UNBOUNDED) };
}

/** Buys, pays and cancels until the store refuses to answer. */
async function buyOn(store: Store, saleId: string): Promise<never> {
  for (let round = 0; ; round++) {
    const orderId = randomUUID();
    const ref = { saleId, orderId };
    const admission = saleId === 'load-2' ? await comeIn(store, orderId) : null;
    await store.purchase(purchaseRequest({ ...ref, userId: orderId, admission }));
    void report({ acked: ref });
    if (round % 3 === 0) await store.release(ref, 'cancelled_by_buyer', null);
    if (round % 3 === 1) {
      await store.beginPayment(ref, 'a1', 0);
      await store.confirm(ref, 'a1');
    }
  }
}

/** Joins, is called and let in. */
async function comeIn(store: Store, userId: string) {
  const ref = await join(store, userId);
  await store.advanceGate(ref.saleId);
  const outcome = await store.admit(ref);
  if (outcome.code !== 'admitted') throw new Error(`ticket ${ref.ticket} was not let in: ${outcome.code}`);
  void report({ ackedAdmission: ref });
  return outcome.admission;
}

/** Joins, and gives every third place up, until the store refuses to answer. */
async function queueOn(store: Store): Promise<never> {
  for (let round = 0; ; round++) {
    const ref = await join(store, randomUUID());
    if (round % 3 === 0) await store.leave(ref);
  }
}

async function join(store: Store, userId: string): Promise<TicketRef> {
  const request = { saleId: 'load-2', userId, held: false, correlationId: 'load' };
  const outcome = await store.join(request);
  if (outcome.code !== 'joined') throw new Error(`no place was given: ${outcome.code}`);
  const ref = { saleId: request.saleId, userId, ticket: outcome.place.ticket };
  void report({ ackedTicket: ref });
  return ref;
}

/** The error codes of every operation that decides, reads or writes. */
async function laterCodes(store: Store): Promise<(string | undefined)[]> {
  const calls: (() => Promise<unknown>)[] = [
    () => store.prepareSale(largeSale('load-3'), 1, 'c'),
    () => store.readSale('load-1'),
    () => store.listSales(),
    () => store.changeSale('load-1', { type: 'pause' }, 'c'),
    () => store.forgetSale('load-1'),
    () => store.join({ saleId: 'load-2', userId: 'ann', held: false, correlationId: 'c' }),
    () => store.findPlace('load-2', 'ann'),
    () => store.leave(NOBODY),
    () => store.readPlace(NOBODY),
    () => store.advanceGate('load-2'),
    () => store.admit(NOBODY),
    () => store.readTickets('load-2', 0, 1),
    () => store.purchase(purchaseRequest({ saleId: 'load-1' })),
    () => store.beginPayment(NOWHERE, 'a1', 0),
    () => store.declinePayment(NOWHERE, 'a1'),
    () => store.confirm(NOWHERE, 'a1'),
    () => store.reserveAgain(NOWHERE, 'a1', 0),
    () => store.release(NOWHERE, 'expired', null),
    () => store.expireDue('load-1', 1),
    () => store.duePayments('load-1', 1),
    () => store.readOrder(NOWHERE),
    () => store.readOrders('load-1', 'ann'),
    () => store.snapshot('load-1'),
    () => store.readEvents('load-1', 0, 1),
    () => store.trimEvents('load-1', 1),
  ];
  const settled = await Promise.allSettled(calls.map((call) => call()));
  return settled.map((result) => (result.status === 'rejected' ? result.reason.code : 'answered'));
}

await main(process.argv[2] ?? '');
