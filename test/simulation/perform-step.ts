import type { DrawResult } from '../../src/domain/draw.ts';
import type { OrderRef, Store } from '../../src/store/store.ts';
import type { Step } from './store-commands.ts';
import type { StoreMemory } from './store-memory.ts';

/** Does one step to a store, and returns what it answered. What steps before it came to is in `memory`. */
export async function performStep(store: Store, step: Step, stepId: string, memory: StoreMemory): Promise<unknown> {
  const order = memory.orderOf(step, stepId);
  switch (step.type) {
    case 'prepare':
      return store.prepareSale(step.sale, 1, stepId);
    case 'change':
      return store.changeSale(step.saleId, step.command, stepId);
    case 'purchase':
      return purchase(store, step, order, stepId, memory);
    case 'begin':
      return store.beginPayment(order, step.attemptId, step.graceMs);
    case 'again':
      return store.reserveAgain(order, step.attemptId, step.graceMs);
    case 'decline':
      return store.declinePayment(order, step.attemptId);
    case 'confirm':
      return store.confirm(order, step.attemptId);
    case 'release':
      return store.release(order, step.reason, step.attemptId);
    case 'expire':
      return store.expireDue(step.saleId, step.limit);
    case 'due':
      return store.duePayments(step.saleId, step.limit);
    case 'trim':
      return store.trimEvents(step.saleId, step.upTo);
    case 'forget':
      return store.forgetSale(step.saleId);
    case 'advance':
    case 'reopen':
      return store.now();
    default:
      return performQueueStep(store, step, stepId, memory);
  }
}

type QueueStep = Extract<Step, { type: 'gate' | 'draw' | 'join' | 'find' | 'leave' | 'admit' | 'call' }>;

async function performQueueStep(store: Store, step: QueueStep, stepId: string, memory: StoreMemory): Promise<unknown> {
  const { saleId } = step;
  switch (step.type) {
    case 'gate':
      return store.changeSale(saleId, { type: 'gate', settings: step.settings }, stepId);
    case 'draw':
      return store.changeSale(saleId, { type: 'draw', draw: await drawOf(store, step) }, stepId);
    case 'join':
      return store.join({ saleId, userId: step.userId, held: step.held, correlationId: stepId });
    case 'find':
      return store.findPlace(saleId, step.userId);
    case 'leave':
      return store.leave(memory.ticketOf(step));
    case 'admit':
      return store.admit(memory.ticketOf(step));
    case 'call':
      return store.advanceGate(saleId);
  }
}

function purchase(
  store: Store,
  step: Extract<Step, { type: 'purchase' }>,
  order: OrderRef,
  correlationId: string,
  memory: StoreMemory,
) {
  const { saleId, userId, key: idempotencyKey, lines, shows, deviceId } = step;
  const whose = shows === 'own_admission' ? userId : null;
  const admission = shows === 'nothing' ? null : memory.admission(saleId, whose);
  return store.purchase({ ...order, userId, idempotencyKey, lines, admission, deviceId, correlationId });
}

async function drawOf(store: Store, { saleId, list }: Extract<Step, { type: 'draw' }>): Promise<DrawResult> {
  const closed = (await store.readSale(saleId))?.room?.entrants ?? 0;
  const entrants = list === 'closed' ? closed : closed + 1;
  const digest = (byte: string) => byte.repeat(32);
  return { entrants, listHash: digest('33'), committedSeed: digest('11'), beacon: null, seed: digest('44') };
}
