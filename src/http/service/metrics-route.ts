import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { EngineEvents } from '../../telemetry/events.ts';
import {
  measureDependencies,
  measureDisk,
  measureDurability,
  measureOutbox,
  measureSales,
  type StandingPorts,
} from './standing-metrics.ts';

export interface MetricsPorts extends StandingPorts {
  readonly events: EngineEvents;
}

const NS_PER_S = 1e9;

/** What stands, rather than happens, is measured when somebody asks. */
export function addMetricsRoute(app: FastifyInstance, ports: MetricsPorts): void {
  const { metrics, config, events } = ports;
  metrics.outboxMaxEvents.set(config.store.outboxMax);
  const delay = monitorEventLoopDelay();
  delay.enable();
  app.addHook('onClose', async () => void delay.disable());
  // A scrape must show the trouble that keeps others from answering.
  const tryTo = (measure: (ports: StandingPorts) => Promise<void>) =>
    measure(ports).catch((error: unknown) => events.backgroundFailure('metrics', error));
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    await Promise.all([measureSales, measureOutbox, measureDurability, measureDependencies, measureDisk].map(tryTo));
    metrics.eventLoopDelay.set(delay.percentile(99) / NS_PER_S);
    delay.reset();
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
