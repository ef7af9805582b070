import { randomUUID } from 'node:crypto';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Operation } from '#sdk/contract/operation.ts';
import { type PurchaseBody, purchase, type Reservation } from '#sdk/contract/purchase.ts';
import { enterQueue, type Place } from '#sdk/contract/queue.ts';
import type { TokenKey } from '../../src/config/config.ts';
import { correlationIdOf } from '../../src/http/plugins/answer-headers.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { compileValidator } from '../../src/http/validation.ts';

/**
 * The limit that purchases and joins are measured against: Fastify routes that validate the same requests, verify the
 * same token and send the same answers, headers and signed tokens included, and decide and keep nothing.
 */
const tokens = new TokenSigner(JSON.parse(process.argv[2] ?? '') as TokenKey[]);
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'ratelimit-limit': 60,
  'ratelimit-remaining': 59,
  'ratelimit-reset': 1,
};
const app = fastify({ genReqId: correlationIdOf });
app.setValidatorCompiler(compileValidator);
app.post<{ Body: PurchaseBody; Params: SaleParams }>(purchase.path, { schema: schemaOf(purchase) }, (request, reply) =>
  answer(request, reply, (sub) => reservation(request.params.sale_id, sub, request.body)),
);
app.post<{ Params: SaleParams }>(enterQueue.path, { schema: schemaOf(enterQueue) }, (request, reply) =>
  answer(request, reply, (sub) => place(request.params.sale_id, sub)),
);

app.get('/metrics', () => {
  const { user, system } = process.cpuUsage();
  return `tidegate_process_cpu_seconds_total ${(user + system) / 1e6}\n`;
});

interface SaleParams {
  readonly sale_id: string;
}

function schemaOf({ params, headers, body, responses }: Operation) {
  return { params, body, response: responses, ...(headers && { headers }) };
}

function answer(request: FastifyRequest, reply: FastifyReply, bodyFor: (sub: string) => unknown): FastifyReply {
  const verdict = tokens.verify(request.headers.authorization?.slice('Bearer '.length) ?? '', Date.now());
  if (verdict === 'foreign' || verdict === 'expired') return reply.code(401).send();
  return reply.headers(HEADERS).header('x-correlation-id', request.id).send(bodyFor(verdict.claims.sub));
}

function reservation(saleId: string, sub: string, { sku_id = '', quantity = 1 }: PurchaseBody): Reservation {
  const orderId = randomUUID();
  const deadline = new Date(Date.now() + 600_000).toISOString();
  const iat = Math.floor(Date.now() / 1000);
  const reservationToken = tokens.sign('reservation', {
    sub,
    order_id: orderId,
    sale_id: saleId,
    items: [{ sku_id, quantity, unit_price_minor: 9900 }],
    total_minor: 9900,
    currency: 'EUR',
    payment_deadline: deadline,
    iat,
    exp: iat + 90 * 86_400,
  });
  return {
    status: 'reserved',
    order_id: orderId,
    reservation_token: reservationToken,
    payment_deadline: deadline,
    remaining_stock: 1,
    total_minor: 9900,
    currency: 'EUR',
    items: [{ sku_id, quantity, unit_price_minor: 9900, remaining_stock: 1 }],
  };
}

let tickets = 0;

function place(saleId: string, sub: string): Place & { readonly queue_token: string } {
  const ticket = ++tickets;
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub, sale_id: saleId, ticket, iat, exp: iat + 86_400 };
  return {
    ticket,
    state: 'waiting',
    queue_position: ticket,
    ahead: ticket - 1,
    estimated_wait_seconds: Math.ceil(ticket / 100),
    admission: null,
    poll: { interval_ms: 2_000, jitter_ms: 500 },
    queue_token: tokens.sign('queue', claims),
  };
}

const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ url });
process.on('SIGTERM', () => void app.close());
