import { randomUUID } from 'node:crypto';
import type { Session } from '#sdk/contract/session.ts';
import type { TokenSigner } from '../tokens.ts';
import { isoTime } from './sale-view.ts';

/** A guest has nothing else to come back with: the orders of a sale have to be in reach until they are delivered. */
const SESSION_S = 90 * 24 * 3_600;

export function newGuestId(): string {
  return `guest-${randomUUID()}`;
}

/** @param issuedAt seconds since the epoch: from when on the guest is there */
export function guestSession(tokens: TokenSigner, userId: string, issuedAt: number): Session {
  const exp = issuedAt + SESSION_S;
  const token = tokens.sign('session', { sub: userId, iat: issuedAt, exp });
  return { user_id: userId, token, expires_at: isoTime(exp * 1000) };
}
