import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Logger } from '../../telemetry/logger.ts';
import { problemOf, type Refusal, refusalOfError, refuse, sendProblem } from '../errors.ts';
import { correlationIdOf } from './answer-headers.ts';
import type { RequestMetrics } from './request-metrics.ts';

interface FaultOptions {
  readonly log: Logger;
  readonly metrics: RequestMetrics;
  /** What stands before the answer to a path that is not there. */
  readonly limit: onRequestHookHandler | null;
  /** Answers those who are to see a page instead. False: has not answered. */
  readonly answerMissing?: (request: FastifyRequest, reply: FastifyReply) => boolean;
}

/** Answers what goes wrong, and what matches no route, with a problem document. */
export function installFaults(app: FastifyInstance, { log, limit, metrics, answerMissing }: FaultOptions): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOfError(error);
    logFault(log, request, refusal, error);
    sendProblem(reply, refusal);
  });
  app.setNotFoundHandler(limit ? { preValidation: limit } : {}, (request, reply) => {
    reply.code(404);
    if (!answerMissing?.(request, reply)) sendProblem(reply, refuse('not_found'));
    metrics.countUnmatched(request, reply);
  });
}

/** What is ours to mend has a stack; what a dependency did is a warning; what a caller did is none. */
function logFault(
  log: Logger,
  { id: correlationId, method, routeOptions }: FastifyRequest,
  { code }: Refusal,
  error: Error,
) {
  const facts = { correlationId, method, route: routeOptions.url, code, error };
  if (code === 'internal') log.error(facts, 'request failed');
  else if (code === 'store_unavailable' || code === 'overloaded') log.warn(facts, 'request failed for a dependency');
}

/** Answers a path that the router cannot read. No hook has run for it. */
export function answerRouterError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-correlation-id', request.id);
  sendProblem(reply, refusalOfError(error));
}

/** Node's codes for what never became a request. */
const UNPARSED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'The headers are too large.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request took too long to arrive.',
};

/** Answers bytes that are no request, while there is anybody to answer. */
export function answerClientError({ code }: { readonly code?: string | undefined }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const correlationId = correlationIdOf({ headers: {} });
  const refusal = refuse('validation_failed', { detail: UNPARSED[code ?? ''] ?? 'This is no HTTP request.' });
  const body = JSON.stringify(problemOf(refusal, correlationId));
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-correlation-id: ${correlationId}`,
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Not `end`: nobody reads from it any more, so the close of the other side would never be seen.
  socket.destroySoon();
}
