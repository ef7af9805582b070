import { type OrderEvent, traceparentOf } from '../domain/order-event.ts';
import { clockMs, isTracing, recordSpan, tracedBatch } from '../telemetry/tracing.ts';

/** So many traces are told of one batch: as many as its own span may name. */
const MAX_TOLD = 128;

/**
 * Applies a batch of one sale's events under a span, and tells the trace of each event how long it waited for that, and
 * how long it took.
 */
export async function tracedEvents(
  saleId: string,
  events: readonly OrderEvent[],
  apply: () => Promise<number | 'busy'>,
): Promise<number | 'busy'> {
  if (!isTracing()) return apply();
  const takenAtMs = clockMs();
  const attributes = { 'tidegate.sale_id': saleId, 'tidegate.batch_size': events.length };
  const position = await tracedBatch('apply events', { origins: events.map(traceparentOf), attributes }, apply);
  if (position === 'busy') return position;
  const traced = events.filter((event) => event.seq <= position && traceparentOf(event) !== undefined);
  for (const event of traced.slice(0, MAX_TOLD)) tellOf(event, takenAtMs);
  return position;
}

function tellOf(event: OrderEvent, takenAtMs: number): void {
  const { saleId, seq, type, atMs, correlationId } = event;
  const traceparent = traceparentOf(event);
  const attributes = {
    'tidegate.sale_id': saleId,
    'tidegate.seq': seq,
    'tidegate.correlation_id': correlationId,
    ...('order' in event && { 'tidegate.order_id': event.order.orderId }),
  };
  recordSpan(traceparent, `order log ${type}`, { startMs: atMs, endMs: takenAtMs, attributes });
  recordSpan(traceparent, `ledger ${type}`, { startMs: takenAtMs, endMs: clockMs(), attributes });
}
