import { randomUUID } from 'node:crypto';
import type { TokenKey } from '../../src/config/config.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { sendBurst } from './burst.ts';

/** What to send: one purchase of one unit for each of so many buyers, each with a token and a key of its own. */
export interface BurstOrder {
  readonly port: number;
  readonly path: string;
  readonly skuId: string;
  readonly buyers: number;
  readonly keys: readonly TokenKey[];
  readonly connections: number;
  readonly depth: number;
}

const SESSION_SECONDS = 3_600;

function purchaseRequests({ path, skuId, buyers, keys }: BurstOrder): Buffer[] {
  const tokens = new TokenSigner(keys);
  const iat = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ sku_id: skuId, quantity: 1 });
  return Array.from({ length: buyers }, () => {
    const token = tokens.sign('session', { sub: `guest-${randomUUID()}`, iat, exp: iat + SESSION_SECONDS });
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: bench',
      `authorization: Bearer ${token}`,
      `idempotency-key: ${randomUUID()}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

const order = JSON.parse(process.argv[2] ?? '') as BurstOrder;
const result = await sendBurst(order.port, purchaseRequests(order), order.connections, order.depth);
console.log(JSON.stringify(result));
