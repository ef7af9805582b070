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

/**
 * Runs random sequences of operations on an adapter and on the model, and asks after each step for the same answer,
 * the same sales, orders, places and events, and for every invariant. A failure prints its seed and the shortest sequence.
 * `usualRuns` such sequences; set `SIMULATION_RUNS` for a long run.
 */
export function storeDifferential(name: string, open: OpenStore, usualRuns: number): void {
  const runs = Number(process.env.SIMULATION_RUNS ?? usualRuns);
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
  for (const { sale, trimmedSeq } of (await pair.model.listSales()).views)
    await pair.store.trimEvents(sale.saleId, trimmedSeq);
}

async function compareSale({ model, store, memory }: Pair, saleId: string, stepId: string): Promise<void> {
  const [found, expected] = await Promise.all([
    whatIsSeenOf(store, saleId, memory),
    whatIsSeenOf(model, saleId, memory),
  ]);
  expect(found, `${saleId} after ${stepId}`).toEqual(expected);
  const { snapshot, events } = found;
  if (snapshot) expect(brokenInvariants({ snapshot, events }), `after ${stepId}`).toEqual([]);
}

/**
 * All that can be asked about a sale. First what lets the clock do its work, and then the rest at once: each answer
 * over a network would take its time.
 */
async function whatIsSeenOf(store: Store, saleId: string, memory: StoreMemory) {
  const snapshot = await store.snapshot(saleId);
  const [view, events, orders, found, places, tickets] = await Promise.all([
    store.readSale(saleId),
    allEvents(store, saleId),
    Promise.all(USER_IDS.map((userId) => store.readOrders(saleId, userId))),
    Promise.all(USER_IDS.map((userId) => store.findPlace(saleId, userId))),
    Promise.all(memory.tickets.map((ticket) => store.readPlace(ticket))),
    store.readTickets(saleId, 0, 100),
  ]);
  return { snapshot: unnamed(snapshot), view: unnamed(view), events, orders, found, places, tickets };
}
