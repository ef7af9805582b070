import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as a collector got it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for one that begins a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** `service.name` of the process that it comes from. */
  readonly service: string;
  /** Epoch milliseconds, with a fraction. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Ids of the traces that it is linked to. */
  readonly linkedTraceIds: readonly string[];
}

export interface SpanCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** As they came. */
  readonly spans: readonly CollectedSpan[];
  close(): Promise<void>;
}

/** Takes spans over OTLP/HTTP, in JSON, on the loopback, and keeps them. */
export async function startSpanCollector(): Promise<SpanCollector> {
  const spans: CollectedSpan[] = [];
  const server = createServer(async (request, response) => {
    const isExport = request.method === 'POST' && request.url === '/v1/traces';
    if (isExport) spans.push(...spansIn(JSON.parse(await text(request))));
    response.writeHead(isExport ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

interface OtlpAttribute {
  readonly key: string;
  /** One field, named by the type. */
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly links?: readonly { readonly traceId: string }[];
}

interface OtlpExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const NS_PER_US = 1_000n;
const US_PER_MS = 1_000;

function spansIn({ resourceSpans }: OtlpExport): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => collected(span, service)));
  });
}

function collected(span: OtlpSpan, service: string): CollectedSpan {
  const { traceId, spanId, parentSpanId = '', name, attributes, links = [] } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    service,
    startMs: millisOf(span.startTimeUnixNano),
    endMs: millisOf(span.endTimeUnixNano),
    attributes: valuesOf(attributes),
    linkedTraceIds: links.map((link) => link.traceId),
  };
}

function valuesOf(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function millisOf(nanos: string): number {
  return Number(BigInt(nanos) / NS_PER_US) / US_PER_MS;
}
