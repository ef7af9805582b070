import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { brokenInvariants } from '../support/sale-invariants.ts';
import { allEvents, type OpenedStore, type OpenStore, unnamed } from '../support/store-bench.ts';
import { ModelStore } from '../support/store-model.ts';
import { performStep } from './perform-step.ts';
import { OUTBOX_MAX, SALE_IDS, type Step, steps, USER_IDS } from './store-commands.ts';
import { StoreMemory } from './store-memory.ts';

/** Set `SIMULATION_RUNS` for a long run. */
const runs = Number(process.env.SIMULATION_RUNS ?? 400);

/**
 * Runs random sequences of operations on an adapter and on the model, and asks after each step for the same answer,
 * the same sales, orders, places and events, and for every invariant. A failure prints its seed and the shortest sequence.
 */
export function storeDifferential(name: string, open: OpenStore): void {
  test(`${name} does what the model does, over ${runs} random histories`, {
    timeout: 60_000 + runs * 500,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, (history) => compare(history, open)),
      { numRuns: runs },
    );
  });
}

async function compare(history: readonly Step[], open: OpenStore): Promise<void> {
  const clock = new ManualClock();
  const model = new ModelStore({ clock: clock.read, outboxMax: OUTBOX_MAX });
  const opened = await open({ clock, outboxMax: OUTBOX_MAX });
  const pair = { clock, model, opened, store: opened.store, memory: new StoreMemory() };
  try {
    for (const [index, step] of history.entries()) await compareStep(pair, step, `step-${index}`);
  } finally {
    await opened.close();
  }
}

interface Pair {
  readonly clock: ManualClock;
  readonly model: ModelStore;
  readonly opened: OpenedStore;
  store: Store;
  readonly memory: StoreMemory;
}

async function compareStep(pair: Pair, step: Step, stepId: string): Promise<void> {
  if (step.type === 'advance') pair.clock.advance(step.byMs);
  if (step.type === 'reopen') await reopen(pair);
  const expected = await performStep(pair.model, step, stepId, pair.memory);
  expect(await performStep(pair.store, step, stepId, pair.memory), `answer to ${stepId}`).toEqual(expected);
  pair.memory.note(step, stepId, expected);
  for (const saleId of SALE_IDS) await compareSale(pair, saleId, stepId);
}

/**
 * A consumer that finds its store restarted says again how far it is. The clock has caught up by then: a store need
 * not remember a moment at which nothing happened.
 */
async function reopen(pair: Pair): Promise<void> {
  pair.clock.set(await pair.model.now());
  pair.store = await pair.opened.reopen();
  for (const { sale, trimmedSeq } of await pair.model.listSales()) await pair.store.trimEvents(sale.saleId, trimmedSeq);
}

async function compareSale({ model, store, memory }: Pair, saleId: string, stepId: string): Promise<void> {
  const snapshot = await store.snapshot(saleId);
  const events = await allEvents(store, saleId);
  expect(unnamed(snapshot), `${saleId} after ${stepId}`).toEqual(unnamed(await model.snapshot(saleId)));
  expect(unnamed(await store.readSale(saleId))).toEqual(unnamed(await model.readSale(saleId)));
  expect(events, `events of ${saleId} after ${stepId}`).toEqual(await allEvents(model, saleId));
  for (const userId of USER_IDS) {
    expect(await store.readOrders(saleId, userId)).toEqual(await model.readOrders(saleId, userId));
    expect(await store.findPlace(saleId, userId)).toEqual(await model.findPlace(saleId, userId));
  }
  for (const ticket of memory.tickets) {
    expect(await store.readPlace(ticket), `place after ${stepId}`).toEqual(await model.readPlace(ticket));
  }
  expect(await store.readTickets(saleId, 0, 100)).toEqual(await model.readTickets(saleId, 0, 100));
  if (snapshot) expect(brokenInvariants({ snapshot, events }), `after ${stepId}`).toEqual([]);
}
