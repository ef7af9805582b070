import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { beginRequest, isTracing, within } from '../../telemetry/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for what is not traced. */
    span: Span | null;
  }
}

/** Steady, and of no interest. */
const UNTRACED = /^\/(health\/|metrics$)/;

/** Begins a trace with each request, or goes on with its caller's. To be installed before all other hooks. */
export function installRequestTracing(app: FastifyInstance): void {
  if (!isTracing()) return;
  app.decorateRequest('span', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.span = begin(request);
    done();
  });
  // The body came in another context.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.span) within(request.span, done);
    else done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.span) end(request.span, reply);
    done();
  });
}

/** Streams last as long as they like; what matched no route tells of nothing. */
function begin({ id, method, headers, routeOptions: { url, config } }: FastifyRequest): Span | null {
  if (url === undefined || UNTRACED.test(url) || config.operation?.stream) return null;
  return beginRequest(`${method} ${url}`, headers.traceparent, {
    'http.request.method': method,
    'http.route': url,
    'tidegate.correlation_id': id,
  });
}

function end(span: Span, { statusCode, problem }: FastifyReply): void {
  span.setAttribute('http.response.status_code', statusCode);
  if (problem !== null) span.setAttribute('error.type', problem);
  if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
