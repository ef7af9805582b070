import type { DrawEntrant } from '../../../../src/domain/draw.ts';
import { keptPlace } from '../buyer/kept-place.ts';

/** Who this browser is in the draw: its queue token says by what nonce the entry is known. Null without one. */
export function ownEntrant(saleId: string): DrawEntrant | null {
  const token = keptPlace(saleId)?.queueToken;
  const claims = token === undefined ? null : claimsOf(token);
  if (!claims?.entry_nonce) return null;
  return { saleId, ticket: claims.ticket, userId: claims.sub, nonce: claims.entry_nonce };
}

interface QueueClaims {
  readonly sub: string;
  readonly ticket: number;
  readonly entry_nonce?: string;
}

/** Not verified: it is our own, and what it says is checked against the list. */
function claimsOf(token: string): QueueClaims | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
