import { entryNonce } from '../../domain/draw.ts';
import type { Place, TicketRef } from '../../domain/queueing.ts';
import type { SaleDefinition } from '../../domain/sale.ts';
import type { TokenSigner } from '../tokens.ts';

const DAY_S = 24 * 3_600;

/** Seconds since the epoch. A day after the sale: for whoever asks late what has become of their place. */
export function queueTokenExpiresAt({ endsAtMs }: Pick<SaleDefinition, 'endsAtMs'>): number {
  return Math.ceil(endsAtMs / 1000) + DAY_S;
}

export function queueToken(
  tokens: TokenSigner,
  sale: SaleDefinition,
  { saleId, userId, ticket }: TicketRef,
  nowMs: number,
): string {
  const plan = sale.waitingRoom?.draw;
  return tokens.sign('queue', {
    sub: userId,
    sale_id: saleId,
    ticket,
    ...(plan && { entry_nonce: entryNonce(plan, ticket) }),
    iat: Math.floor(nowMs / 1000),
    exp: queueTokenExpiresAt(sale),
  });
}

/** The same admission gives the same token: everything in it follows from the admission. */
export function admissionToken(
  tokens: TokenSigner,
  { saleId, userId }: TicketRef,
  admission: NonNullable<Place['admission']>,
): string {
  const { ticket, admittedAtMs, expiresAtMs } = admission;
  return tokens.sign('admission', {
    sub: userId,
    sale_id: saleId,
    ticket,
    admitted_at_ms: admittedAtMs,
    iat: Math.floor(admittedAtMs / 1000),
    exp: Math.ceil(expiresAtMs / 1000),
  });
}
