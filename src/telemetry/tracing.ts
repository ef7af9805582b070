import {
  type Attributes,
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { formatTraceparent, isSampled, parseTraceparent } from './trace-context.ts';

/**
 * Spans, by hand, of what a purchase passes through. There is one tracer in a process, as in OpenTelemetry itself:
 * to hand it to everything that takes part would put it into every signature. Without one, all of this does nothing.
 *
 * A span begins only under another one: what nobody traces stays untraced. Only requests begin traces.
 */
let tracer: Tracer | null = null;

/** Most spans that one span names: a batch may be of a thousand traces. */
const MAX_LINKS = 128;

export interface SpanOptions {
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
}

/** A piece of work on what many requests have brought, as far as they are traced. */
export interface BatchOptions extends SpanOptions {
  /** W3C `traceparent`s; undefined for what is not traced. */
  readonly origins: readonly (string | null | undefined)[];
}

/** From now on spans are recorded; with null no longer. */
export function useTracer(given: Tracer | null): void {
  tracer = given;
}

export function isTracing(): boolean {
  return tracer !== null;
}

/** Begins the span of a request, under the caller's where it names one. Null while nothing is traced. */
export function beginRequest(name: string, traceparent: unknown, attributes: Attributes): Span | null {
  const parent = contextOf(traceparent) ?? ROOT_CONTEXT;
  return tracer?.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent) ?? null;
}

/** Does work under a span that somebody else ends. */
export function within<T>(span: Span, work: () => T): T {
  return context.with(trace.setSpan(context.active(), span), work);
}

/** Does work under a span of its own, if what it is part of is traced. */
export function traced<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!tracer || !activeSpan()) return work();
  return record(tracer, name, options, context.active(), work);
}

/** As `traced`, for work that began elsewhere: under the span that `traceparent` names. */
export function tracedFrom<T>(
  traceparent: string | null | undefined,
  name: string,
  options: SpanOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (!tracer) return work();
  const parent = contextOf(traceparent);
  // Whatever set this off belongs to another trace.
  return parent ? record(tracer, name, options, parent, work) : context.with(ROOT_CONTEXT, work);
}

/** As `tracedFrom`, under the first of many origins. The others are linked to it, as many as a span may name. */
export function tracedBatch<T>(
  name: string,
  { origins, ...options }: BatchOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (!tracer) return work();
  const [first, ...others] = sampledOf(origins);
  if (!first) return context.with(ROOT_CONTEXT, work);
  const links = others.slice(0, MAX_LINKS).map((origin): Link => ({ context: origin }));
  return record(tracer, name, { ...options, links }, trace.setSpanContext(ROOT_CONTEXT, first), work);
}

/** Epoch milliseconds, with a fraction: what spans that are told of afterwards are timed by. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Tells afterwards of something that took from one moment to another, in epoch milliseconds. */
export function recordSpan(
  traceparent: string | null | undefined,
  name: string,
  { startMs, endMs, ...options }: { readonly startMs: number; readonly endMs: number } & SpanOptions,
): void {
  const parent = contextOf(traceparent);
  if (!parent) return;
  // Two machines' clocks differ.
  tracer?.startSpan(name, { ...options, startTime: Math.min(startMs, endMs) }, parent).end(endMs);
}

/** The W3C `traceparent` of the work at hand. Null while it is not traced. */
export function currentTraceparent(): string | null {
  const span = tracer && activeSpan();
  return span ? formatTraceparent(span.spanContext()) : null;
}

/** Says that the work at hand belongs to another trace too. */
export function linkTo(traceparent: string | null | undefined): void {
  const span = tracer && activeSpan();
  const other = span && parseTraceparent(traceparent);
  if (other && other.traceId !== span.spanContext().traceId) span.addLink({ context: other });
}

/** Of the work at hand, for log lines. */
export function traceFields(): { readonly trace_id?: string; readonly span_id?: string } {
  const span = tracer && activeSpan();
  if (!span) return {};
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

/** Does work that belongs to nobody in particular, whoever has set it off. */
export function untraced<T>(work: () => T): T {
  return tracer ? context.with(ROOT_CONTEXT, work) : work();
}

/** A function that stays with the work at hand, whoever calls it later. */
export function kept<Args extends unknown[], Result>(work: (...args: Args) => Result): (...args: Args) => Result {
  return tracer ? context.bind(context.active(), work) : work;
}

function activeSpan(): Span | null {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? span : null;
}

function contextOf(traceparent: unknown): Context | null {
  const origin = parseTraceparent(traceparent);
  return origin && trace.setSpanContext(ROOT_CONTEXT, origin);
}

function sampledOf(origins: BatchOptions['origins']) {
  const distinct = [...new Set(origins)].map((origin) => parseTraceparent(origin));
  return distinct.filter((origin) => origin !== null).filter(isSampled);
}

function record<T>(
  by: Tracer,
  name: string,
  options: SpanOptions & { readonly links?: Link[] },
  parent: Context,
  work: () => Promise<T>,
): Promise<T> {
  const { kind = SpanKind.INTERNAL } = options;
  return by.startActiveSpan(name, { ...options, kind }, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** By its code alone: a message may hold what a buyer has written. */
function markFailed(span: Span, error: unknown): void {
  const { code, name } = error as { code?: unknown; name?: unknown };
  span.setAttribute('error.type', String(code ?? name ?? 'unknown'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
