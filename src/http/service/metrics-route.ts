import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { SaleBoard } from '../../engine/sale-board.ts';
import type { OrderLog } from '../../order-log/order-log.ts';
import type { Store } from '../../store/store.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { revealedStock } from '../public/sale-view.ts';

export interface MetricsPorts {
  readonly metrics: Metrics;
  readonly board: SaleBoard;
  readonly store: Store;
  /** Null where other processes read it. */
  readonly orderLog: OrderLog | null;
  readonly events: EngineEvents;
}

const NS_PER_S = 1e9;

/** What stands, rather than happens, is measured when somebody asks. */
export function addMetricsRoute(app: FastifyInstance, ports: MetricsPorts): void {
  const { metrics, board, events } = ports;
  const delay = monitorEventLoopDelay();
  delay.enable();
  app.addHook('onClose', async () => void delay.disable());
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    measureStock(metrics, board);
    await measureQueues(metrics, board);
    // A scrape must show the trouble that keeps the store from answering.
    await measureOutbox(ports).catch((error: unknown) => events.backgroundFailure('metrics', error));
    metrics.eventLoopDelay.set(delay.percentile(99) / NS_PER_S);
    delay.reset();
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}

/** Whoever scrapes needs no token, and must not learn what is sold before the public does. */
function measureStock({ stockRemaining, oversoldUnits }: Metrics, board: SaleBoard): void {
  oversoldUnits.set(board.oversoldUnits());
  stockRemaining.reset();
  for (const shown of board.list()) {
    for (const { skuId, available } of revealedStock(shown)) {
      stockRemaining.set({ sale: shown.sale.saleId, sku: skuId }, available);
    }
  }
}

/** A sale that the store has forgotten has no waiting room any longer, and its admissions are counted no more. */
async function measureQueues({ queueLength, queueNowServing, admissions }: Metrics, board: SaleBoard): Promise<void> {
  queueLength.reset();
  queueNowServing.reset();
  for (const { sale, room } of board.list()) {
    if (!room) continue;
    queueLength.set({ sale: sale.saleId }, room.waiting);
    queueNowServing.set({ sale: sale.saleId }, room.nowServing);
  }
  for (const { labels } of (await admissions.get()).values) {
    if (!board.find(String(labels.sale))?.room) admissions.remove(labels);
  }
}

async function measureOutbox({ metrics, store, orderLog }: MetricsPorts): Promise<void> {
  const [views, lag] = await Promise.all([store.listSales(), orderLog?.lag() ?? 0]);
  metrics.outboxEvents.set(views.reduce((sum, { lastSeq, trimmedSeq }) => sum + lastSeq - trimmedSeq, 0));
  metrics.orderLogLag.set(lag);
}
