import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance } from 'fastify';
import { type Behaviour, BehaviourChange, DEFAULT_BEHAVIOUR } from './behaviour.ts';
import { CallbackSender } from './callback-sender.ts';
import { PaymentBook } from './payment-book.ts';
import { protocolRoutes } from './protocol-routes.ts';
import { SimulatedPayments } from './simulated-payments.ts';
import { statementOf } from './statement.ts';

export interface SimulatedProviderOptions {
  /** Where its records are kept: a directory of its own. */
  readonly dataDir: string;
  readonly secret: string;
  /** 127.0.0.1 */
  readonly host?: string;
  /** 0, any free one. */
  readonly port?: number;
  /** Where callbacks go for authorisations that carry no `callback_url`. */
  readonly callbackUrl?: string;
  readonly behaviour?: Partial<Behaviour>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

export interface SimulatedProvider {
  /** The base URL, for `PAYMENT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/** A payment service for trials and tests, by docs/payment-protocol.md. It moves no money. */
export async function startSimulatedProvider(options: SimulatedProviderOptions): Promise<SimulatedProvider> {
  const now = options.now ?? Date.now;
  const payments = new SimulatedPayments({
    book: await PaymentBook.open(options.dataDir),
    callbacks: new CallbackSender(options.secret, now),
    behaviour: { ...DEFAULT_BEHAVIOUR, ...options.behaviour },
    callbackUrl: options.callbackUrl ?? null,
    now,
  });
  const app = fastify({
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  app.addHook('onClose', () => payments.close());
  await app.register(protocolRoutes(payments, options.secret, now));
  await app.register(controlRoutes(payments));
  const url = await listen(app, options);
  return { url, close: () => app.close() };
}

async function listen(app: FastifyInstance, { host, port }: SimulatedProviderOptions): Promise<string> {
  try {
    return await app.listen({ host: host ?? '127.0.0.1', port: port ?? 0 });
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** For the operators of the simulation: unsigned, and no part of the protocol. */
function controlRoutes(payments: SimulatedPayments): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/behaviour', async () => payments.behaviour);
    app.patch('/behaviour', { schema: { body: BehaviourChange } }, async (request) =>
      payments.changeBehaviour(request.body),
    );
    app.get('/payments', async () => statementOf(await payments.list()));
  };
}
