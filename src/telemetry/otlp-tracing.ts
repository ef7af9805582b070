import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { RequestSampler } from './request-sampler.ts';
import { useTracer } from './tracing.ts';
import { WatchedExporter } from './watched-exporter.ts';

export interface TracingOptions {
  /** Base URL of the collector. */
  readonly endpoint: string;
  /** Share of the requests that are traced, from 0 to 1. */
  readonly ratio: number;
  readonly serviceName: string;
  /** Called with the first failure to send, and with null once spans are taken again. */
  readonly onExportChange: (error: Error | null) => void;
  readonly version: string;
  readonly role: string;
}

/** Spans that wait for the collector, at most: beyond them they are dropped. */
const MAX_QUEUED = 4_096;
const EXPORT_EVERY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
/** What is left is lost to a collector that does not take it by then. */
const STOP_TIMEOUT_MS = 3_000;

/**
 * Sends spans to an OpenTelemetry collector from now on, in the background: one that fails or is slow costs spans and
 * nothing else. Returns what sends the last of them and ends it.
 */
export function startOtlpTracing(options: TracingOptions): () => Promise<void> {
  const { endpoint, serviceName, version, role } = options;
  const url = new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
  const exporter = new WatchedExporter(
    new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }),
    options.onExportChange,
  );
  // The exporter has told of it already.
  setGlobalErrorHandler(() => {});
  const provider = new TracerProvider({
    sampler: new RequestSampler(options.ratio),
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': randomUUID(),
      'tidegate.role': role,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: MAX_QUEUED,
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  useTracer(provider.getTracer('tidegate', version));
  return async () => {
    useTracer(null);
    const stopped = provider.shutdown().catch(() => {});
    await Promise.race([stopped, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    context.disable();
  };
}
