import { statfs } from 'node:fs/promises';
import type { Gauge } from 'prom-client';
import type { Config } from '../../config/config.ts';
import { isOver } from '../../domain/sale.ts';
import type { BoardSale, SaleBoard } from '../../engine/sale-board.ts';
import type { OrderLog } from '../../order-log/order-log.ts';
import type { Store } from '../../store/store.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { revealedStock } from '../public/sale-view.ts';
import type { CheckAll } from './dependency-checks.ts';

export interface StandingPorts {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly board: SaleBoard;
  readonly store: Store;
  /** Null where other processes read it. */
  readonly orderLog: OrderLog | null;
  readonly isDurable: () => Promise<boolean>;
  readonly checkAll: CheckAll;
}

/**
 * Only what is to be sold, or was not long ago: the label of a sale goes when the store forgets it. It goes also while the
 * store does not answer: buyers are shown its last word, alerts must not rest on it.
 */
export async function measureSales({ metrics, board }: StandingPorts): Promise<void> {
  metrics.oversoldUnits.set(board.oversoldUnits());
  for (const gauge of [metrics.salePhase, metrics.saleRecovering, metrics.stockRemaining]) gauge.reset();
  for (const gauge of [metrics.queueLength, metrics.queueNowServing]) gauge.reset();
  const shown = board.list().filter(({ sale }) => !board.isCutOffFrom(sale.saleId));
  for (const sale of shown) if (sale.isHeld || !isOver(sale.state)) measureSale(metrics, sale);
  await forgetAdmissions(metrics, board);
}

/** What a sale has left is the store's to say: the ledger, which knows it while the store has lost it, counts no stock. */
function measureSale(metrics: Metrics, shown: BoardSale): void {
  const { phase, room, isHeld } = shown;
  const sale = shown.sale.saleId;
  metrics.salePhase.set({ sale, phase }, 1);
  metrics.saleRecovering.set({ sale }, phase === 'recovering' ? 1 : 0);
  // Whoever scrapes needs no token, and must not learn what is sold before the public does.
  const stock = isHeld ? revealedStock(shown) : [];
  for (const { skuId, available } of stock) metrics.stockRemaining.set({ sale, sku: skuId }, available);
  if (!room) return;
  metrics.queueLength.set({ sale }, room.waiting);
  metrics.queueNowServing.set({ sale }, room.nowServing);
}

/** A sale that the store has forgotten has no waiting room any longer, and its admissions are counted no more. */
async function forgetAdmissions({ admissions }: Metrics, board: SaleBoard): Promise<void> {
  for (const { labels } of (await admissions.get()).values) {
    if (!board.find(String(labels.sale))?.room) admissions.remove(labels);
  }
}

export async function measureOutbox({ config, metrics, store, orderLog }: StandingPorts): Promise<void> {
  const { outboxEvents, outboxFillRatio, orderLogLag } = metrics;
  const all = await orForget([outboxEvents, outboxFillRatio, orderLogLag], async () => {
    const waiting = (await store.listSales()).views.map(({ lastSeq, trimmedSeq }) => lastSeq - trimmedSeq);
    outboxFillRatio.set(Math.max(0, ...waiting) / config.store.outboxMax);
    return waiting.reduce((sum, events) => sum + events, 0);
  });
  outboxEvents.set(all);
  await orForget([orderLogLag], async () => orderLogLag.set((await orderLog?.lag()) ?? all));
}

export async function measureDurability({ metrics: { storeDurable }, isDurable }: StandingPorts): Promise<void> {
  await orForget([storeDurable], async () => storeDurable.set((await isDurable()) ? 1 : 0));
}

/** What cannot be measured now is not told: an old number would be taken for what is. */
async function orForget<T>(gauges: readonly Gauge[], measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    for (const gauge of gauges) gauge.remove();
    throw error;
  }
}

export async function measureDependencies({ metrics, checkAll }: StandingPorts): Promise<void> {
  const { checks } = await checkAll();
  for (const [dependency, health] of Object.entries(checks)) {
    metrics.dependencyUp.set({ dependency }, health === 'up' ? 1 : 0);
  }
}

export async function measureDisk({ config, metrics }: StandingPorts): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(config.dataDir);
  metrics.dataDirFreeBytes.set(bavail * bsize);
  metrics.dataDirSizeBytes.set(blocks * bsize);
}
