import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { createSession } from '#sdk/contract/session.ts';
import { readTime } from '#sdk/contract/time.ts';
import type { AuthConfig } from '../../config/config.ts';
import type { Store } from '../../store/store.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';
import type { TokenSigner } from '../tokens.ts';
import { isoTime } from './sale-view.ts';

interface SessionPorts {
  readonly auth: AuthConfig;
  readonly tokens: TokenSigner;
  readonly store: Store;
  readonly clock: () => number;
}

/** A guest has nothing else to come back with: the orders of a sale have to be in reach until they are delivered. */
const SESSION_MS = 90 * 24 * 3_600_000;

export function addSessionRoutes(app: FastifyInstance, { auth, tokens, store, clock }: SessionPorts): void {
  route(app, createSession, () => {
    if (auth.mode !== 'guest') return refuse('not_found', { detail: 'Buyers come with the token of the shop here.' });
    const userId = `guest-${randomUUID()}`;
    const issuedAt = Math.floor(clock() / 1000);
    const expiresAt = issuedAt + SESSION_MS / 1000;
    const token = tokens.sign('session', { sub: userId, iat: issuedAt, exp: expiresAt });
    return { user_id: userId, token, expires_at: isoTime(expiresAt * 1000) };
  });
  route(app, readTime, async () => ({ now: isoTime(await store.now()) }));
}
