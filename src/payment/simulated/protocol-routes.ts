import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sign, verifySignature } from '../../signing/signature.ts';
import { ActionBody, AttemptParams, AuthoriseBody, toPaymentAnswer } from '../payment-protocol.ts';
import type { PaymentRecord } from './payment-record.ts';
import type { SimulatedPayments } from './simulated-payments.ts';

const ActionParams = Type.Object({ ...AttemptParams.properties, action: ActionBody.properties.action });

/** The routes of docs/payment-protocol.md. */
export function protocolRoutes(
  payments: SimulatedPayments,
  secret: string,
  now: () => number,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    takeBodiesAsText(app);
    signBothWays(app, secret, now);
    app.addHook('preHandler', async (request, reply) => {
      if (!namesTheSame(request.body, request.params)) {
        return refuse(reply, 400, 'invalid_request', 'the body names another attempt or action than the path');
      }
      await sleep(payments.behaviour.latency_ms);
      if (payments.behaviour.outage) return refuse(reply, 503, 'unavailable', 'an outage is being simulated');
    });
    app.setErrorHandler((error: FastifyError | SyntaxError, _request, reply) => {
      const status = error instanceof SyntaxError ? 400 : (error.statusCode ?? 500);
      if (status >= 500) return refuse(reply, status, 'internal', 'the simulated provider failed');
      return refuse(reply, status, 'invalid_request', error.message);
    });

    app.put(
      '/payments/:attempt_id',
      { schema: { params: AttemptParams, body: AuthoriseBody } },
      async (request, reply) => {
        const outcome = await payments.authorise(request.body, correlationIdOf(request));
        switch (outcome.code) {
          case 'answered':
            return answer(reply, outcome.record);
          case 'attempt_id_reused':
            return refuse(
              reply,
              409,
              outcome.code,
              'the attempt is known with another order, amount or payment method',
            );
          case 'unavailable':
            return refuse(reply, 503, outcome.code, 'the provider is not available');
          case 'no_answer':
            await callerGone(request.raw);
            return reply.hijack();
        }
      },
    );

    app.post(
      '/payments/:attempt_id/:action',
      { schema: { params: ActionParams, body: ActionBody } },
      async (request, reply) => {
        const record = await payments.act(request.params.action, request.params.attempt_id);
        return record === null ? refuseUnknown(reply) : answer(reply, record);
      },
    );

    app.get('/payments/:attempt_id', { schema: { params: AttemptParams } }, async (request, reply) => {
      const record = await payments.lookUp(request.params.attempt_id);
      return record === null ? refuseUnknown(reply) : answer(reply, record);
    });
  };
}

/** A signature holds for the exact text, which a parsed body no longer is. */
function takeBodiesAsText(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** Takes only what is signed, and signs each answer to it under the message id of the request. */
function signBothWays(app: FastifyInstance, secret: string, now: () => number): void {
  const genuine = new WeakSet<FastifyRequest>();
  app.addHook('preValidation', async (request, reply) => {
    const verdict = verifySignature(secret, request.headers, signedTextOf(request), now());
    if (verdict !== 'valid') return refuse(reply, 401, 'invalid_signature', `the signature is ${verdict}`);
    genuine.add(request);
    if (typeof request.body === 'string') request.body = JSON.parse(request.body);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const correlationId = correlationIdOf(request);
    if (correlationId !== null) reply.header('x-correlation-id', correlationId);
    const messageId = request.headers['webhook-id'];
    if (!genuine.has(request) || typeof messageId !== 'string') return;
    reply.headers({ ...sign(secret, messageId, String(payload), now()) });
  });
}

function signedTextOf(request: FastifyRequest): string {
  if (typeof request.body === 'string') return request.body;
  return (request.params as { attempt_id: string }).attempt_id;
}

function namesTheSame(body: unknown, params: unknown): boolean {
  if (body === undefined) return true;
  const named = body as { attempt_id: string; action: string };
  const asked = params as { attempt_id: string; action?: string };
  return named.attempt_id === asked.attempt_id && named.action === (asked.action ?? 'authorise');
}

function correlationIdOf(request: FastifyRequest): string | null {
  const value = request.headers['x-correlation-id'];
  return typeof value === 'string' ? value : null;
}

function answer(reply: FastifyReply, record: PaymentRecord): FastifyReply {
  return reply.code(record.status === 'pending' ? 202 : 200).send(toPaymentAnswer(record));
}

function refuse(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  return reply.code(status).send({ code, detail });
}

function refuseUnknown(reply: FastifyReply): FastifyReply {
  return refuse(reply, 404, 'not_found', 'this attempt was never heard of');
}

async function callerGone(request: IncomingMessage): Promise<void> {
  if (!request.socket.destroyed) await once(request.socket, 'close');
}
