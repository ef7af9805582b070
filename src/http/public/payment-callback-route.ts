import type { FastifyInstance } from 'fastify';
import { receivePaymentCallback } from '#sdk/contract/payment.ts';
import { isPaymentAnswer } from '../../payment/payment-protocol.ts';
import { verifySignature } from '../../payment/signature.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';

interface CallbackPorts {
  readonly paymentSecret: string;
  readonly paymentCallback: (attemptId: string) => Promise<void>;
}

/**
 * A callback comes at least once, late and in any order: a hint to look the attempt up, never the news itself. One
 * that names an attempt which is not known is answered alike, so that nobody learns which are.
 */
export async function addPaymentCallbackRoute(app: FastifyInstance, ports: CallbackPorts): Promise<void> {
  await app.register(async (scope) => {
    scope.removeContentTypeParser(['application/json', 'text/plain']);
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    route(scope, receivePaymentCallback, async ({ headers, body }) => {
      const payload = String(body ?? '');
      const verdict = verifySignature(ports.paymentSecret, headers, payload, Date.now());
      if (verdict !== 'valid') return refuse('unauthenticated', { detail: `The signature is ${verdict}.` });
      const answer = parse(payload);
      if (!isPaymentAnswer(answer)) return refuse('validation_failed', { detail: 'The body is not about a payment.' });
      await ports.paymentCallback(answer.attempt_id);
      return null;
    });
  });
}

/** Undefined for what is no JSON. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
