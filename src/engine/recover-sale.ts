import { readPosition } from '../database/log-positions.ts';
import { cancelLostOrders } from '../database/lost-orders.ts';
import { readAccount } from '../database/sale-accounts.ts';
import {
  beginEpoch,
  beginRecovery,
  type EpochStart,
  finishRecovery,
  renewRecovery,
  type SaleFence,
} from '../database/sale-fences.ts';
import type { Ledger } from '../database/schema.ts';
import type { OrderEvent, RecoveryOutcome } from '../domain/order-event.ts';
import type { Audience } from '../domain/order-news.ts';
import type { RecoveredSale } from '../domain/recovered-sale.ts';
import { planRecovery, type RecoveryPlan, type SaleAccount } from '../domain/recovery-plan.ts';
import type { SaleView, Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import { PeriodicTask } from './periodic-task.ts';

export interface RecoveryPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
  /** Applies all that the order log holds of a sale. */
  readonly drainLog: (saleId: string) => Promise<void>;
  /** Names this process. */
  readonly workerId: string;
  /** Who is told what becomes of orders. */
  readonly audience: Audience;
  readonly paymentGraceMs: number;
  /** Null: nothing happens but what is asked for, and a recovery is quick enough for one lease. */
  readonly renewEveryMs?: number | null;
}

/** For so long the others leave a sale to a process that recovers it, and says nothing more. */
const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;
const CORRELATION_ID = 'recovery';

/** What the store holds has changed meanwhile, or another process has taken over. */
class RecoveryOvertaken extends Error {
  readonly code = 'recovery_overtaken';
  readonly retryable = true;

  constructor(saleId: string) {
    super(`the recovery of sale ${saleId} was overtaken`);
  }
}

/** The store knows of more than the ledger can be told any more: to rebuild it would lose orders. */
class LedgerBehindStore extends Error {
  readonly code = 'ledger_behind_store';
  readonly retryable = false;

  constructor(saleId: string, storeSeq: number, ledgerSeq: number) {
    super(
      `Sale ${saleId} ends at event ${storeSeq} in the store, and the log cannot bring the ledger beyond event ${ledgerSeq}: ` +
        'the ledger is an older copy. Nothing is sold until it has been restored from a newer one.',
    );
  }
}

/**
 * Gives a sale back to the store, one process at a time. First the ledger takes it from whichever store sells it, then
 * it reads the old log to its end. What the store holds is adopted if it is whole, and rebuilt from the ledger if not.
 * May be ended at any point and begun again. `busy`: another process is at it.
 *
 * @param view what the store holds of it
 */
export async function recoverSale(
  ports: RecoveryPorts,
  { saleId, epoch: known }: SaleFence,
  view: SaleView | null,
): Promise<RecoveryOutcome | 'busy'> {
  const { ledger, events, workerId: by } = ports;
  const above = view?.epoch ?? 0;
  const epoch = await beginRecovery(ledger, { saleId, epoch: known, by, leaseMs: LEASE_MS, above });
  if (epoch === null) return 'busy';
  events.saleRecovering(saleId, { epoch, storeEpoch: view?.epoch ?? null, storeSeq: view?.lastSeq ?? null });
  const { renewEveryMs = RENEW_EVERY_MS } = ports;
  if (renewEveryMs === null) return recover(ports, saleId, epoch);
  const renewing = new PeriodicTask({
    everyMs: renewEveryMs,
    run: async () => void (await renewRecovery(ledger, { saleId, epoch, by, leaseMs: LEASE_MS })),
    onFailure: (error) => events.backgroundFailure(`lease on the recovery of sale ${saleId}`, error),
  });
  renewing.start();
  try {
    return await recover(ports, saleId, epoch);
  } finally {
    await renewing.stop();
  }
}

async function recover(ports: RecoveryPorts, saleId: string, epoch: number): Promise<RecoveryOutcome> {
  const { store, ledger, events, workerId: by } = ports;
  const startedAt = performance.now();
  await endLog(ports, saleId);
  const start = await beginEpoch(ledger, { saleId, epoch });
  if (!start) throw new RecoveryOvertaken(saleId);
  const account = await readAccount(ledger, saleId);
  if (!account) throw new RecoveryOvertaken(saleId);
  const plan = planRecovery(account, await store.now(), ports.paymentGraceMs);
  const lease = await renewRecovery(ledger, { saleId, epoch, by, leaseMs: LEASE_MS });
  if (lease === 'lost') throw new RecoveryOvertaken(saleId);
  const how = await giveToStore(ports, { account, plan, epoch, start });
  events.ordersLost(saleId, 'recovery', releasedBy(plan) + (await cancelLost(ports, plan)));
  await completeRecovery(ports, { saleId, epoch }, how);
  const facts = { epoch, how, lostOrders: plan.lost.length, changedOrders: plan.changes.length };
  events.saleRecovered(saleId, { ...facts, seconds: (performance.now() - startedAt) / 1000 });
  return how;
}

/** Nothing is decided any more, and what was decided is in the ledger. Throws `LedgerBehindStore`. */
async function endLog({ store, ledger, drainLog }: RecoveryPorts, saleId: string): Promise<void> {
  await store.fence(saleId);
  await drainLog(saleId);
  const view = await store.readSale(saleId);
  const position = await readPosition(ledger, saleId);
  if (view && view.epoch >= position.epoch && view.lastSeq > position.seq) {
    throw new LedgerBehindStore(saleId, view.lastSeq, position.seq);
  }
}

/** The store has the sale in its new epoch already: what is left is to say so in the ledger. */
export async function completeRecovery(
  { store, ledger, drainLog }: RecoveryPorts,
  { saleId, epoch }: Pick<SaleFence, 'saleId' | 'epoch'>,
  how: RecoveryOutcome | null,
): Promise<void> {
  // What the recovery changed of orders must be known before anything is claimed again.
  await drainLog(saleId);
  const view = await store.readSale(saleId);
  if (view?.epoch !== epoch || view.recovering) throw new RecoveryOvertaken(saleId);
  await finishRecovery(ledger, { saleId, epoch, incarnation: view.incarnation }, how);
}

interface Recovery {
  readonly account: SaleAccount;
  readonly plan: RecoveryPlan;
  readonly epoch: number;
  readonly start: EpochStart;
}

async function giveToStore(ports: RecoveryPorts, recovery: Recovery): Promise<RecoveryOutcome> {
  const { store } = ports;
  const { account, plan, epoch, start } = recovery;
  const { saleId } = account.sale;
  const held = await store.readSale(saleId);
  if (held && isWhole(held, start) && plan.changes.length === 0) {
    const adoption = { epoch, expectedEpoch: held.epoch, expectedSeq: held.lastSeq };
    if ((await store.adopt(saleId, adoption)) === 'changed') throw new RecoveryOvertaken(saleId);
    return 'adopted';
  }
  const recovered = rebuilt(recovery, held, await store.now());
  if ((await store.install(recovered)) === 'changed') throw new RecoveryOvertaken(saleId);
  return 'rebuilt';
}

/** It is where the ledger is, and came there by the same way. */
function isWhole({ epoch, lastSeq }: SaleView, { afterSeq, follows }: EpochStart): boolean {
  return epoch === follows && lastSeq === afterSeq;
}

function rebuilt({ account, plan, epoch, start }: Recovery, held: SaleView | null, nowMs: number): RecoveredSale {
  const { orders: _, position: __, ...sale } = account;
  const changes = [{ type: 'sale_recovered', how: 'rebuilt' } as const, ...plan.changes];
  const events = changes.map((change, index): OrderEvent => {
    const correlationId = 'order' in change ? change.order.correlationId : CORRELATION_ID;
    const seq = start.afterSeq + 1 + index;
    return { saleId: account.sale.saleId, epoch, seq, atMs: nowMs, correlationId, ...change };
  });
  return {
    ...sale,
    orders: plan.orders,
    epoch,
    lastSeq: start.afterSeq + events.length,
    lastAtMs: nowMs,
    events,
    replaces: held && { epoch: held.epoch, lastSeq: held.lastSeq },
  };
}

/** Orders in the log that do not fit any more. */
function releasedBy({ changes }: RecoveryPlan): number {
  return changes.filter(({ order }) => order.releaseReason === 'lost_in_recovery').length;
}

/** Returns how many it cancelled. */
async function cancelLost({ store, ledger, audience }: RecoveryPorts, { lost }: RecoveryPlan): Promise<number> {
  if (lost.length === 0) return 0;
  const atMs = await store.now();
  const orderIds = lost.map(({ orderId }) => orderId);
  const cancelled = await ledger.transaction().execute((tx) => cancelLostOrders(tx, orderIds, { atMs, audience }));
  return cancelled.length;
}
