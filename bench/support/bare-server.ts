import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { type PurchaseBody, purchase, type Reservation } from '#sdk/contract/purchase.ts';
import type { TokenKey } from '../../src/config/config.ts';
import { correlationIdOf } from '../../src/http/plugins/answer-headers.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { compileValidator } from '../../src/http/validation.ts';

/**
 * The limit that the purchase route is measured against: a Fastify route that validates the same request, verifies the
 * same token and sends the same answer, headers and signed reservation token included, and decides and keeps nothing.
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
app.post<{ Body: PurchaseBody; Params: { sale_id: string } }>(
  purchase.path,
  {
    schema: {
      params: purchase.params,
      headers: purchase.headers,
      body: purchase.body,
      response: purchase.responses,
    },
  },
  (request, reply) => {
    const verdict = tokens.verify(request.headers.authorization?.slice('Bearer '.length) ?? '', Date.now());
    if (verdict === 'foreign' || verdict === 'expired') return reply.code(401).send();
    return reply
      .headers(HEADERS)
      .header('x-correlation-id', request.id)
      .send(answer(request.params.sale_id, verdict.claims.sub, request.body));
  },
);

function answer(saleId: string, sub: string, { sku_id = '', quantity = 1 }: PurchaseBody): Reservation {
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

const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ url });
process.on('SIGTERM', () => void app.close());
