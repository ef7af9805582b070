import fastify, { type FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import { correlationIdOf } from './plugins/answer-headers.ts';
import { answerClientError, answerRouterError } from './plugins/faults.ts';
import { compileValidator } from './validation.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
const HEADERS_LIMIT_BYTES = 16 * 1024;
/** How long a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than a load balancer keeps a quiet connection, so that it is never the server that closes one in use. */
const KEEP_ALIVE_MS = 75_000;
const MAX_CONNECTIONS = 30_000;

/** An HTTP server without routes: its limits, and how it answers what is no request. */
export function createInstance({ http }: Config): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: HEADERS_LIMIT_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
    trustProxy: http.trustedProxies.length > 0 ? [...http.trustedProxies] : false,
    genReqId: correlationIdOf,
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: HEADERS_LIMIT_BYTES },
    frameworkErrors: answerRouterError,
    clientErrorHandler: answerClientError,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setValidatorCompiler(compileValidator);
  return app;
}
