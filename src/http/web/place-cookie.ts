import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SaleDefinition } from '../../domain/sale.ts';
import { queueTokenExpiresAt } from '../public/queue-tokens.ts';
import { hasExpired, type TokenClaims, type TokenSigner } from '../tokens.ts';

const NAME = 'tidegate_place';

/** The place of a buyer whose browser runs no scripts: the queue token, which only that sale's waiting page is shown. */
export interface HeldPlace {
  readonly token: string;
  readonly claims: TokenClaims['queue'];
}

/** The path of a sale's waiting page, and of all that its cookie is sent to. */
export function queuePath(saleId: string): string {
  return `/sales/${encodeURIComponent(saleId)}/queue`;
}

/** Null: no place, or none that is good any longer. */
export function heldPlace(
  { headers }: FastifyRequest,
  saleId: string,
  tokens: TokenSigner,
  nowMs: number,
): HeldPlace | null {
  const token = parseCookie(headers.cookie ?? '')[NAME];
  const claims = token === undefined ? null : tokens.read('queue', token);
  if (token === undefined || !claims || claims.sale_id !== saleId || hasExpired(claims, nowMs)) return null;
  return { token, claims };
}

/** Keeps it as long as the token is good. */
export function keepPlace(reply: FastifyReply, sale: SaleDefinition, token: string, nowMs: number): void {
  const maxAge = Math.max(0, queueTokenExpiresAt(sale) - Math.floor(nowMs / 1000));
  setCookie(reply, { ...cookieOf(reply, sale.saleId), value: token, maxAge });
}

export function forgetPlace(reply: FastifyReply, saleId: string): void {
  setCookie(reply, { ...cookieOf(reply, saleId), value: '', maxAge: 0 });
}

function cookieOf({ request }: FastifyReply, saleId: string) {
  const secure = request.protocol === 'https';
  return { name: NAME, path: queuePath(saleId), httpOnly: true, sameSite: 'lax', secure } satisfies Partial<SetCookie>;
}

function setCookie(reply: FastifyReply, cookie: SetCookie): void {
  reply.header('set-cookie', stringifySetCookie(cookie));
}
