import type { FastifyInstance } from 'fastify';
import { receivePaymentCallback } from '#sdk/contract/payment.ts';
import { readPaymentCallback } from '../../payment/payment-callback.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';

interface CallbackPorts {
  readonly paymentSecret: string;
  readonly paymentCallback: (attemptId: string) => Promise<void>;
}

const DETAILS = {
  unauthenticated: 'The signature is missing, stale or forged.',
  validation_failed: 'The body is not about a payment.',
} as const;

/** An attempt that is not known is answered like one that is, so that nobody learns which are. */
export async function addPaymentCallbackRoute(app: FastifyInstance, ports: CallbackPorts): Promise<void> {
  await app.register(async (scope) => {
    scope.removeContentTypeParser(['application/json', 'text/plain']);
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    route(scope, receivePaymentCallback, async ({ headers, body }) => {
      const callback = readPaymentCallback(ports.paymentSecret, headers, String(body ?? ''), Date.now());
      if (callback.code !== 'changed') return refuse(callback.code, { detail: DETAILS[callback.code] });
      await ports.paymentCallback(callback.payment.attemptId);
      return null;
    });
  });
}
